/** What can be laid over the loss around the minimum. */
import type { Approximation } from "./ellipses.ts";

export type Layer = Approximation | "redraws";
export const layers: readonly Layer[] = ["fisher", "empirical", "hessian", "sandwich", "redraws"];

export const layerNames: Readonly<Record<Layer, string>> = {
  fisher: "Fisher",
  empirical: "Empirical Fisher",
  hessian: "Hessian",
  sandwich: "Sandwich",
  redraws: "Minima of other draws",
};
