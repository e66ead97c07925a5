/** What a data set is, before it is loaded (its entry in the registry) and after. */
import type { Matrix, Reals } from "../linalg/matrix.ts";
import type { SparseMatrix } from "../linalg/sparse.ts";

/** A file's contents with the name by which messages call it. */
export interface SourceFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * What of a file is compared with its checksum: its bytes; its unpacked bytes (packing the same
 * contents gives other bytes with another gzip); or its lines without trailing blanks (servers differ).
 */
export type CheckedForm = "exact" | "unpacked" | "trimmed";

/** One file of a data set. */
export interface DataFile {
  /** path inside a data folder, with "/" */
  readonly path: string;
  /** where it can be downloaded, tried in this order */
  readonly urls: readonly string[];
  readonly form: CheckedForm;
  /** SHA-256 of the checked form, hexadecimal */
  readonly sha256: string;
  /** bytes of the checked form */
  readonly size: number;
}

/** What a reader makes of the files: `[N, P]` inputs, `[N]` class indices or real targets. */
export interface Table {
  readonly X: Matrix | SparseMatrix | ByteMatrix;
  readonly y: Float64Array;
}

/** Row-major bytes, as images come: one sample a row. */
export interface ByteMatrix {
  readonly rows: number;
  readonly cols: number;
  readonly data: Uint8Array;
}

/** A data set that can be had. A new one is one such object in the registry. */
export interface DatasetEntry {
  readonly name: string;
  readonly title: string;
  readonly aliases: readonly string[];
  /** N */
  readonly rows: number;
  /** P, without target */
  readonly columns: number;
  readonly task: "classification" | "regression";
  /** the family that its target calls for */
  readonly likelihood: "bernoulli" | "categorical" | "gaussian";
  /** names of classes 0, 1, … */
  readonly classes?: readonly string[];
  readonly source: string;
  readonly licence: string;
  readonly citation: string;
  /** the package carries its files */
  readonly embedded: boolean;
  readonly files: readonly DataFile[];
  /** reads the unpacked files, in the order of `files`. Throws `FormatError`. */
  read(files: readonly SourceFile[]): Table;
}

/** Where files were found. */
export type Origin = "folder" | "cache" | "embedded" | "download";

/** A loaded data set. */
export interface Dataset<T extends Reals = Float64Array> {
  readonly name: string;
  readonly entry: DatasetEntry;
  /** `[N, P]`, without intercept, not standardised; sparse where the file is */
  readonly X: Matrix<T> | SparseMatrix;
  /** `[N]`: class index 0, 1, … or real target */
  readonly y: Float64Array;
  /** names of classes 0, 1, … */
  readonly classes?: readonly string[];
  readonly origin: Origin;
}
