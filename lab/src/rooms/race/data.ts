/** The data sets of the room Race: three of the package, or a reader's table. */
import type { RaceProblem } from "../../../../src/experiments/race/job.ts";
import type { NumericTable } from "../../shell/opened.ts";

export type DataName = "Wine" | "Iris" | "BreastCancer" | "table";

/** Embedded sets, and the families that they race with: targets of the linear ones are the classes' indices, as in the paper. */
export const embedded: readonly {
  readonly name: DataName;
  readonly title: string;
  readonly likelihood: RaceProblem["likelihood"];
}[] = [
  { name: "Wine", title: "Wine", likelihood: "gaussian" },
  { name: "Iris", title: "Iris", likelihood: "gaussian" },
  { name: "BreastCancer", title: "Breast cancer", likelihood: "bernoulli" },
];

/** A reader's problem, and what was done to the table. */
export interface OwnProblem {
  readonly problem: RaceProblem;
  /** as a sentence; empty where nothing was */
  readonly note: string;
}

const MOST_FEATURES = 30;
/** entries of the products that an iteration takes, for which a piece of the grid takes about half a second */
const MOST_PRODUCTS = 600_000;
/** terms of the fourth moments, which are summed once */
const MOST_MOMENTS = 2e9;

/**
 * The problem of a table: the last column is the target, with 0 and 1 of a logistic regression, else of a linear one.
 * Throws where the table has too many columns or too few rows for a race.
 */
export function problemOf(name: string, table: NumericTable): OwnProblem {
  const features = table.columns.length - 1;
  if (features > MOST_FEATURES) {
    throw new Error(`${name} has ${features} features; a race takes at most ${MOST_FEATURES}.`);
  }
  const all = table.columns[features];
  const binary = all.every((value) => value === 0 || value === 1) && new Set(all).size === 2;
  const every = Math.ceil(table.rows / mostRows(features + 1, binary));
  const rows = Math.ceil(table.rows / every);
  if (rows < features + 2) {
    throw new Error(
      `${name} has ${table.rows} complete rows; ${features} features and a bias need at least ${features + 2}.`,
    );
  }
  const data = new Float64Array(rows * features);
  for (let n = 0; n < rows; n++) {
    for (let j = 0; j < features; j++) data[n * features + j] = table.columns[j][n * every];
  }
  const notes = [
    ...(table.skipped > 0 ? [`${table.skipped} rows with gaps were left out`] : []),
    ...(every > 1 ? [`of ${table.rows} rows one in ${every} is used`] : []),
  ];
  const note = notes.join("; ");
  return {
    problem: {
      dataset: name,
      likelihood: binary ? "bernoulli" : "gaussian",
      X: { rows, cols: features, data },
      y: Float64Array.from({ length: rows }, (_, n) => all[n * every]),
    },
    note: note === "" ? "" : `${note[0].toUpperCase()}${note.slice(1)}.`,
  };
}

function mostRows(dimension: number, binary: boolean): number {
  const pairs = (dimension * (dimension + 1)) / 2;
  const extended = ((dimension + 1) * (dimension + 2)) / 2;
  return Math.floor(binary ? MOST_PRODUCTS / pairs : MOST_MOMENTS / (pairs * extended));
}

/** The samples as a table that the room opens again: features, then the target. */
export function tableOf({ X, y }: RaceProblem): string {
  if ("kind" in X) throw new TypeError("races of the lab have dense inputs");
  const lines = [[...Array.from({ length: X.cols }, (_, j) => `x${j + 1}`), "y"].join(",")];
  for (let n = 0; n < X.rows; n++) {
    lines.push([...X.data.subarray(n * X.cols, (n + 1) * X.cols), y[n]].join(","));
  }
  return `${lines.join("\n")}\n`;
}
