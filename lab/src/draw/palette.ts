/**
 * The colours of the lab. In the light they are those of the figures; in the dark the light half of the same
 * colour-blind-safe scheme (Paul Tol's "medium contrast"), so that each hue keeps its meaning.
 */
import { blue, red, type Stroke, sky, strokes, yellow } from "../../../src/figures/style.ts";
import { type Lineage, type MethodId, methodIds, methods } from "../compute/methods.ts";

export interface Palette {
  readonly paper: string;
  readonly panel: string;
  readonly ink: string;
  readonly muted: string;
  readonly rule: string;
  readonly contour: string;
  readonly arrow: string;
  readonly shade: string;
  readonly blue: string;
  readonly yellow: string;
  readonly red: string;
  readonly sky: string;
  /** second colours of the three families, for a method beside the one that the family is named after */
  readonly otherBlue: string;
  readonly otherYellow: string;
  readonly otherRed: string;
}

export const light: Palette = {
  paper: "#fdfdfb",
  panel: "#ffffff",
  ink: "#1c1d22",
  muted: "#5b5e68",
  rule: "#dcdcd6",
  contour: "#bdbbb3",
  arrow: "#b0afaa",
  shade: "#8a8570",
  blue,
  yellow,
  red,
  sky,
  otherBlue: "#6699CC",
  otherYellow: "#997700",
  otherRed: "#EE99AA",
};

export const dark: Palette = {
  paper: "#15161a",
  panel: "#1b1d22",
  ink: "#ecebe6",
  muted: "#a5a8b0",
  rule: "#363942",
  contour: "#565b67",
  arrow: "#646974",
  shade: "#9aa0b4",
  blue: "#6699CC",
  yellow: "#EECC66",
  red: "#EE99AA",
  sky: "#66B5F5",
  otherBlue: "#A9C6E8",
  otherYellow: "#C2A14B",
  otherRed: "#C46B7C",
};

const first: Readonly<Record<Lineage, MethodId>> = {
  gradient: "GD",
  fisher: "NGD",
  empirical: "EFGD",
};

/** The colour of a method: that of its family, and of the figures for the three that they show. */
export function methodColor(palette: Palette, id: MethodId): string {
  const { lineage } = methods[id];
  const named = id === first[lineage];
  if (lineage === "gradient") return named ? palette.blue : palette.otherBlue;
  if (lineage === "fisher") return named ? palette.yellow : palette.otherYellow;
  return named ? palette.red : palette.otherRed;
}

/** Dash patterns in line widths of those that a family has beside the one that it is named after. */
const others: readonly (readonly number[])[] = [
  [1.2, 1],
  [3.5, 1],
  [5, 1, 1.2, 1, 1.2, 1],
];

/** Dash patterns in line widths: methods of a family differ in them. */
export function methodDashes(id: MethodId): readonly number[] | null {
  if (id === "GD" || id === "NGD" || id === "EFGD") return strokes[id].dashes;
  const { lineage } = methods[id];
  const family = methodIds.filter(
    (other) => methods[other].lineage === lineage && other !== first[lineage],
  );
  return others[family.indexOf(id)];
}

/** The lines of the quadratic approximations: Fisher and empirical Fisher as the methods that invert them. */
export function approximationLine(
  palette: Palette,
  which: "fisher" | "empirical" | "hessian" | "sandwich",
): { readonly color: string; readonly dashes: readonly number[] | null; readonly width: number } {
  if (which === "fisher") return { color: palette.yellow, dashes: strokes.NGD.dashes, width: 3 };
  if (which === "empirical") return { color: palette.red, dashes: strokes.EFGD.dashes, width: 3 };
  if (which === "hessian") return { color: palette.ink, dashes: [1, 3], width: 1.5 };
  return { color: palette.sky, dashes: [1.2, 1], width: 3 };
}

/** A method's stroke on paper, for figures that leave the lab. */
export function methodStroke(id: MethodId): Stroke {
  return {
    label: methods[id].short,
    color: methodColor(light, id),
    dashes: methodDashes(id),
  };
}
