/** The samples that matrices are compared on: chosen rows of a data set or a table, with scaled columns. */
import type { Dataset } from "../../datasets/dataset.ts";
import { DomainError } from "../../errors.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import { toDense } from "../../linalg/sparse.ts";
import { stream } from "../../random/streams.ts";
import type { DataConfiguration, LikelihoodConfiguration } from "./configuration.ts";

export type TableConfiguration = Extract<DataConfiguration, { csv: string }>;

/** Inputs, targets, and what likelihood they call for. */
export interface Samples {
  /** e.g. "Digits" */
  readonly name: string;
  readonly X: Matrix;
  /** `[N]`: classes, counts or values */
  readonly y: Float64Array;
  readonly family: LikelihoodConfiguration["family"];
  /** number of classes of a categorical target */
  readonly classes?: number;
}

/** How data are had; what the folder or a file needs is for the caller to know. */
export interface Loaders {
  readonly dataset: (name: string) => Promise<Dataset>;
  readonly table: (table: TableConfiguration) => Promise<Samples>;
}

/** samples, where nobody says how many */
const ROWS = 500;

/** The samples of a configuration. Throws what the loaders throw, {@link DomainError} for more rows than there are. */
export async function loadSamples(data: DataConfiguration, loaders: Loaders): Promise<Samples> {
  const whole =
    "csv" in data ? await loaders.table(data) : ofDataset(await loaders.dataset(data.name));
  const rows = "rows" in data ? data.rows : undefined;
  const N = whole.X.rows;
  if (rows !== undefined && rows > N) {
    throw new DomainError(`${whole.name} has ${N} rows, expected ${rows} or more`);
  }
  const chosen = stream(data.seed, "samples of a comparison")
    .permutation(N)
    .subarray(0, rows ?? Math.min(N, ROWS))
    .toSorted();
  const { cols } = whole.X;
  const X = new Float64Array(chosen.length * cols);
  chosen.forEach((row, n) => {
    X.set(whole.X.data.subarray(row * cols, (row + 1) * cols), n * cols);
  });
  const scaled = { rows: chosen.length, cols, data: X };
  scalings[data.scale](scaled);
  return { ...whole, X: scaled, y: Float64Array.from(chosen, (row) => whole.y[row]) };
}

function ofDataset({ name, entry, X, y, classes }: Dataset): Samples {
  return {
    name,
    X: "kind" in X ? toDense(X) : X,
    y,
    family: entry.likelihood,
    ...(classes && { classes: classes.length }),
  };
}

/** In place. */
const scalings: Readonly<Record<DataConfiguration["scale"], (X: Matrix) => void>> = {
  none: () => {},
  unit({ data }) {
    const largest = data.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    if (largest > 0) for (let i = 0; i < data.length; i++) data[i] /= largest;
  },
  standardize({ rows, cols, data }) {
    for (let j = 0; j < cols; j++) {
      let mean = 0;
      for (let n = 0; n < rows; n++) mean += data[n * cols + j] / rows;
      let variance = 0;
      for (let n = 0; n < rows; n++) variance += (data[n * cols + j] - mean) ** 2 / rows;
      // a column that does not vary is zero, not NaN; rounding may leave it a variance
      const scale = variance > 1e-24 * mean * mean ? 1 / Math.sqrt(variance) : 0;
      for (let n = 0; n < rows; n++) data[n * cols + j] = scale * (data[n * cols + j] - mean);
    }
  },
};
