/** Data sets by name, loaded. */
import { places as openPlaces } from "#files";
import { FormatError } from "../errors.ts";
import type { PlaceOptions } from "../files/places.ts";
import type { Matrix, Reals } from "../linalg/matrix.ts";
import type { SparseMatrix } from "../linalg/sparse.ts";
import type { Dataset, DatasetEntry, Origin, SourceFile, Table } from "./dataset.ts";
import { findFiles, type LookupOptions } from "./lookup.ts";
import { findDataset } from "./registry.ts";

/** Element type of dense inputs. */
export type Precision = "float64" | "float32";

export interface LoadOptions<P extends Precision = Precision> extends PlaceOptions, LookupOptions {
  /** default "float64"; sparse inputs are float64 always */
  readonly precision?: P;
}

/**
 * Loads a data set: from the folder that NATGRAD_DATA names, the user cache, this package (BreastCancer, Wine, Iris,
 * Digits), or by a download into the cache. Contents are checked against their published SHA-256 first.
 *
 *     const { X, y } = await loadDataset("BreastCancer");   // X [569, 30], y 0 or 1
 *     const mnist = await loadDataset("MNIST", { precision: "float32" });   // X [60000, 784], pixels 0 to 255
 *
 * Throws `DomainError` for an unknown name, `MissingDatasetError` where the data are not to be had (its message says
 * how to get them), `FormatError` where a file is not what it should be.
 */
export function loadDataset(
  name: string,
  options: LoadOptions & { readonly precision: "float32" },
): Promise<Dataset<Float32Array>>;
export function loadDataset(name: string, options?: LoadOptions<"float64">): Promise<Dataset>;
export async function loadDataset(
  name: string,
  options: LoadOptions = {},
): Promise<Dataset<Reals>> {
  return loadEntry(findDataset(name), options);
}

/** The same for an entry that is not in the registry. */
export async function loadEntry(
  entry: DatasetEntry,
  options: LoadOptions = {},
): Promise<Dataset<Reals>> {
  const { files, origin } = await findFiles(entry, openPlaces(options), options);
  return readEntry(entry, files, origin, options.precision);
}

/**
 * The data set in `files` (unpacked, in the order of the entry).
 * Throws {@link FormatError} where they cannot be read or their shape is not the entry's.
 */
export function readEntry(
  entry: DatasetEntry,
  files: readonly SourceFile[],
  origin: Origin,
  precision: Precision = "float64",
): Dataset<Reals> {
  const { X, y } = entry.read(files);
  if (X.rows !== entry.rows || X.cols !== entry.columns || y.length !== entry.rows) {
    throw new FormatError(
      `${files[0].path}: found ${X.rows} × ${X.cols} values and ${y.length} targets, expected ` +
        `${entry.rows} × ${entry.columns} and ${entry.rows}`,
    );
  }
  const { name, classes } = entry;
  return { name, entry, X: inputs(X, precision), y, ...(classes ? { classes } : {}), origin };
}

function inputs(X: Table["X"], precision: Precision): Matrix<Reals> | SparseMatrix {
  if ("kind" in X) return X;
  const data = precision === "float32" ? Float32Array.from(X.data) : Float64Array.from(X.data);
  return { rows: X.rows, cols: X.cols, data };
}
