/** What the parts of a comparison's figure share: names, strokes of kinds, numbers as text, the colours of entries. */

import { kindName } from "../experiments/compare/names.ts";
import type { ComparedMatrix, CompareResult, Spectrum } from "../experiments/compare/results.ts";
import { visible } from "./names.ts";
import { blue, red, type Stroke, sky, yellow } from "./style.ts";
import { power } from "./ticks.ts";

type Kind = ComparedMatrix["kind"];

const green = "#117733";
const ink = "#222222";
const brown = "#7A4A1E";
const dashed = [3.7, 1.6];
const dashDot = [6.4, 1.6, 1, 1.6];
const dashDots = [6.4, 1.4, 1, 1.4, 1, 1.4];
const short = [2, 1.2];

const strokes: Readonly<Record<Extract<Kind, string> | "ggn", Omit<Stroke, "label">>> = {
  fisher: { color: yellow, dashes: null },
  sampled: { color: sky, dashes: dashed },
  empirical: { color: red, dashes: dashDot },
  hessian: { color: ink, dashes: [1, 1.4] },
  gradientCovariance: { color: green, dashes: dashed },
  adam: { color: blue, dashes: dashDots },
  ggn: { color: brown, dashes: short },
};

/** A kind's stroke; numbers of draws, and losses, are told apart by their labels only. */
export function kindStroke(kind: Kind): Stroke {
  const name = typeof kind === "string" ? kind : "ggn" in kind ? "ggn" : "sampled";
  return { label: kindName(kind), ...strokes[name] };
}

/** What a comparison is called. */
export function titleText({ configuration, problem }: CompareResult): string {
  return visible(configuration.title ?? `Curvature matrices on ${problem.data}`);
}

/** Rows and columns of the figure: kinds and structures in the order in which they come. */
export interface Grid {
  readonly kinds: readonly string[];
  readonly structures: readonly ComparedMatrix["structure"][];
  at(kind: string, structure: ComparedMatrix["structure"]): ComparedMatrix | undefined;
}

export function gridOf({ matrices }: CompareResult): Grid {
  const label = ({ kind }: ComparedMatrix): string => kindStroke(kind).label;
  return {
    kinds: [...new Set(matrices.map(label))],
    structures: [...new Set(matrices.map(({ structure }) => structure))],
    at: (kind, structure) =>
      matrices.find((matrix) => label(matrix) === kind && matrix.structure === structure),
  };
}

/** A number to three digits, in powers of ten where it is large or small; a dash for none. */
export function numberText(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const [mantissa, exponent] = value.toExponential(2).split("e");
  const size = Number(exponent);
  if (size >= -3 && size < 5) return value.toFixed(Math.max(0, 2 - size)).replace("-", "−");
  return `${mantissa.replace("-", "−")}×${power(size)}`;
}

/** The largest or the smallest eigenvalue: "~ 1.83" for an estimate, "below 2×10⁻⁴" where it may be zero. */
export function eigenvalueText(
  spectrum: Spectrum | undefined,
  end: "largest" | "smallest",
): string {
  if (!spectrum) return numberText(null);
  const { largest, smallest, error } = spectrum;
  const value = spectrum[end];
  const size = Math.max(Math.abs(largest), Math.abs(smallest));
  // what rounding leaves of zero
  if (error === undefined) return numberText(Math.abs(value) < 1e-12 * size ? 0 : value);
  if (value === 0) return "0";
  return Math.abs(value) > error ? `~ ${numberText(value)}` : `below ${errorText(error)}`;
}

/** Whether eigenvalues of a comparison are estimates, which has to be said. */
export function isEstimated({ matrices }: CompareResult): boolean {
  return matrices.some(
    (matrix) => matrix.status === "measured" && matrix.spectrum?.by === "Lanczos",
  );
}

/** "0.42 ± 0.03" for an estimate. */
export function estimateText({
  value,
  standardError,
}: {
  readonly value: number | null;
  readonly standardError?: number | undefined;
}): string {
  const text = numberText(value);
  return standardError ? `${text} ± ${errorText(standardError)}` : text;
}

/** An error to one digit. */
function errorText(error: number): string {
  const [digit, exponent] = error.toExponential(0).split("e");
  return Number(exponent) >= -3
    ? `${Number(`${digit}e${exponent}`)}`
    : `${digit}×${power(Number(exponent))}`;
}

/** A distance: what rounding leaves of zero is zero. */
export function distanceText(estimate: {
  readonly value: number | null;
  readonly standardError?: number | undefined;
}): string {
  const { value } = estimate;
  return value !== null && Math.abs(value) < 1e-12 ? "0" : estimateText(estimate);
}

export function secondsText(seconds: number): string {
  const inMilliseconds = seconds < 1;
  const value = Number((inMilliseconds ? seconds * 1e3 : seconds).toPrecision(2));
  return `${value} ${inMilliseconds ? "ms" : "s"}`;
}

export function bytesText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  const k = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${Number((bytes / 1000 ** k).toPrecision(3))} ${units[k]}`;
}
