/** Data for the tests of the room Race. */
import type { RaceProblem } from "../../src/experiments/race/index.ts";
import { loadDataset, type Matrix } from "../../src/index.ts";

export async function contest(
  dataset: string,
  likelihood: RaceProblem["likelihood"],
): Promise<RaceProblem & { readonly X: Matrix }> {
  const { X, y } = await loadDataset(dataset, { offline: true, cacheFolder: false });
  return { dataset, likelihood, X: X as Matrix, y };
}

export const iris = await contest("Iris", "gaussian");
