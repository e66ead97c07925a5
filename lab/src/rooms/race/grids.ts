/** Grids of step sizes and dampings: the paper's, and coarser ones that are part of it. */
import { paperGrid } from "../../../../src/experiments/race/index.ts";
import type { GridConfiguration } from "../../../../src/experiments/results.ts";

export type GridName = "quick" | "finer" | "paper";
export const gridNames: readonly GridName[] = ["quick", "finer", "paper"];

/** The places of the paper's grid that a grid takes: every so manieth, from one to another. */
interface Part {
  readonly first: number;
  readonly last: number;
  readonly every: number;
}

/** Step sizes from 1e-10 to 1e5 and all dampings: what is beyond stands still or diverges. */
const parts: Readonly<Record<GridName, { readonly steps: Part; readonly dampings: Part }>> = {
  quick: { steps: { first: 80, last: 200, every: 4 }, dampings: { first: 0, last: 40, every: 4 } },
  finer: { steps: { first: 80, last: 200, every: 2 }, dampings: { first: 0, last: 40, every: 2 } },
  paper: { steps: { first: 0, last: 240, every: 1 }, dampings: { first: 0, last: 40, every: 1 } },
};

/** The grid of that name, each run so many iterations long. */
export function gridOf(name: GridName, iterations: number): GridConfiguration {
  const { stepSizes, dampings, divergence } = paperGrid();
  const { steps, dampings: rows } = parts[name];
  const take = (values: readonly number[], { first, last, every }: Part): number[] =>
    values.filter((_, i) => i >= first && i <= last && (i - first) % every === 0);
  return {
    stepSizes: take(stepSizes, steps),
    dampings: take(dampings, rows),
    iterations,
    divergence,
  };
}

/** The same as code that picks it from the paper's. */
export function gridCode(name: GridName): string {
  const code = ({ first, last, every }: Part): string =>
    [
      ...(first > 0 ? [`i >= ${first}`] : []),
      `i <= ${last}`,
      ...(every > 1 ? [`(i - ${first}) % ${every} === 0`] : []),
    ].join(" && ");
  const { steps, dampings } = parts[name];
  return `  stepSizes: paper.stepSizes.filter((_, i) => ${code(steps)}),
  dampings: paper.dampings.filter((_, i) => ${code(dampings)}),`;
}

/** Its number of step sizes and of dampings. */
export function sizeOf(name: GridName): readonly [number, number] {
  const count = ({ first, last, every }: Part): number => Math.floor((last - first) / every) + 1;
  return [count(parts[name].steps), count(parts[name].dampings)];
}
