/** All data sets by name. */
import { DomainError } from "../errors.ts";
import type { DatasetEntry } from "./dataset.ts";
import { a1a } from "./entries/libsvm.ts";
import { mnist, mnistTest } from "./entries/mnist.ts";
import { boston, breastCancer, digits, iris, wine } from "./entries/sklearn.ts";
import { concrete, energy, powerplant, yacht } from "./entries/uci.ts";
import { nearest } from "./nearest.ts";

/** Every known data set; those of the paper first, in its order. */
export const datasets: readonly DatasetEntry[] = [
  breastCancer,
  a1a,
  boston,
  wine,
  energy,
  powerplant,
  yacht,
  concrete,
  iris,
  digits,
  mnist,
  mnistTest,
];

/** A name without the differences that do not matter: case, blanks, "-", "_". */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]/g, "");
}

/**
 * The entry of a data set by name or alias, whatever the case.
 *
 *     findDataset("power-plant").rows   // 9568
 *
 * Throws {@link DomainError} for an unknown name, with the nearest known one.
 */
export function findDataset(name: string): DatasetEntry {
  const found = datasets.find((entry) =>
    [entry.name, ...entry.aliases].some((known) => plain(known) === plain(name)),
  );
  if (found) return found;
  const near = nearest(
    name,
    datasets.flatMap((entry) => [entry.name, ...entry.aliases]),
  );
  throw new DomainError(
    `unknown data set ${JSON.stringify(name)}${near ? `; did you mean ${near}?` : ""} ` +
      `(known: ${datasets.map((entry) => entry.name).join(", ")})`,
  );
}
