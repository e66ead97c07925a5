/** How far the λ that a kind of Fisher needs is from that of the exact one. */
import type { Sweep } from "./groups.ts";

export interface Shift {
  readonly label: string;
  /** decades of λ from which the kind is useful, counted from the exact Fisher's */
  readonly shift: number;
}

/** The shifts of all sweeps but that of the method called "exact"; none where it or the onsets are missing. */
export function shiftsOf(sweeps: readonly Sweep[]): Shift[] {
  const exact = sweeps.find(({ label }) => label === "exact")?.onset;
  if (exact === undefined) return [];
  return sweeps.flatMap(({ label, onset }) =>
    label === "exact" || onset === undefined ? [] : [{ label, shift: Math.log10(onset / exact) }],
  );
}

/** A number of decades, with a true minus. */
export function decadesText(shift: number): string {
  const text = shift.toFixed(1).replace("-", "−");
  return text === "−0.0" ? "0.0" : text;
}
