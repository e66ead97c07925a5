/** The three methods of the room, in the order, colours and dashes of the command line's Figure 2A. */
import { strokes } from "../../../../src/figures/style.ts";
import type { Palette } from "../../draw/palette.ts";

export type MethodId = "ewc" | "l2" | "sgd";
export const methodIds: readonly MethodId[] = ["ewc", "l2", "sgd"];

/** As configurations and results call them. */
export const methodNames: Readonly<Record<MethodId, string>> = {
  ewc: "EWC",
  l2: "L2",
  sgd: "SGD",
};

export interface MethodLine {
  readonly color: string;
  readonly dashes: readonly number[] | null;
}

export function methodLine(palette: Palette, id: MethodId): MethodLine {
  if (id === "ewc") return { color: palette.red, dashes: null };
  if (id === "l2") return { color: palette.yellow, dashes: strokes.EFGD.dashes };
  return { color: palette.blue, dashes: strokes.GD.dashes };
}
