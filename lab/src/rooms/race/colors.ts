/** The colours of the heat maps: light where a run got nowhere, deep where it got far, on a scale of powers of ten. */
import { spanOf, type Tallies } from "./tally.ts";

/** Powers of ten below the loss at the start, above the lowest one, that are told from the lowest. */
export const DECADES = 4;

type Color = readonly [number, number, number];

/** None of the optimizers' colours; lightness alone tells its shades apart. */
const ramps: Readonly<Record<"light" | "dark", readonly Color[]>> = {
  light: [
    [226, 241, 236],
    [160, 211, 200],
    [84, 166, 169],
    [42, 108, 138],
    [28, 51, 92],
  ],
  dark: [
    [38, 49, 58],
    [42, 85, 100],
    [62, 134, 141],
    [122, 190, 176],
    [217, 244, 226],
  ],
};
const worse: Readonly<Record<"light" | "dark", Color>> = {
  light: [240, 225, 196],
  dark: [84, 71, 47],
};

export type Shades = "light" | "dark";

/** What is known of a cell: how deep it got, from 0 to 1, or another fate. */
export type Fate = number | "worse" | "diverged" | "unknown";

export interface Depths {
  readonly start: number;
  readonly lowest: number;
  /** a loss above is that of a run that diverged */
  readonly highest: number;
}

export function depthsOf(tallies: Tallies, divergence: number): Depths {
  const { start, lowest } = spanOf(tallies);
  return { start, lowest, highest: divergence * start };
}

/** 0 for a loss as at the start, 1 for the lowest and what is within 10⁻⁴ of the way of it. */
export function fateOf(loss: number, { start, lowest, highest }: Depths): Fate {
  if (Number.isNaN(loss)) return "unknown";
  if (!(loss <= highest)) return "diverged";
  const left = (loss - lowest) / (start - lowest);
  // of two roundings of the same sum
  if (left > 1 + 1e-9) return "worse";
  return left > 0 ? Math.min(1, Math.max(0, -Math.log10(left) / DECADES)) : 1;
}

export function shade(shades: Shades, depth: number): Color {
  const colors = ramps[shades];
  const place = depth * (colors.length - 1);
  const i = Math.min(Math.floor(place), colors.length - 2);
  const mix = (c: 0 | 1 | 2): number =>
    Math.round(colors[i][c] + (place - i) * (colors[i + 1][c] - colors[i][c]));
  return [mix(0), mix(1), mix(2)];
}

/** The colour of a fate; null for one that has none. */
export function colorOf(shades: Shades, fate: Fate): Color | null {
  if (fate === "diverged" || fate === "unknown") return null;
  return fate === "worse" ? worse[shades] : shade(shades, fate);
}

export function css([r, g, b]: Color): string {
  return `rgb(${r} ${g} ${b})`;
}
