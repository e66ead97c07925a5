/** The IDX format of MNIST: a magic number, the sizes, then the values; here with unsigned bytes as values. */
import { FormatError } from "../errors.ts";
import type { ByteMatrix, SourceFile } from "./dataset.ts";

/** An array of bytes with its sizes, the first one the number of samples. */
export interface ByteArray {
  readonly sizes: readonly number[];
  readonly data: Uint8Array;
}

/**
 * Reads an unpacked IDX file; the data are a view of the file's bytes.
 * Throws {@link FormatError} for another magic number, another type than unsigned bytes, or a length that is not
 * what the sizes say.
 */
export function parseIdx(file: SourceFile): ByteArray {
  const { bytes, path } = file;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4) {
    throw new FormatError(`${path}: found ${bytes.length} bytes, expected an IDX file`);
  }
  const magic = view.getUint32(0);
  const dimensions = magic & 0xff;
  if (magic >>> 8 !== 8 || dimensions === 0) {
    const found = magic.toString(16).padStart(8, "0");
    throw new FormatError(
      `${path}: found the magic number ${found}, expected 000008 and a number of dimensions ` +
        "(IDX of unsigned bytes)",
    );
  }
  const start = 4 + 4 * dimensions;
  if (bytes.length < start) {
    throw new FormatError(
      `${path}: found ${bytes.length} bytes, expected a header of ${start} (truncated?)`,
    );
  }
  const sizes = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const length = sizes.reduce((product, size) => product * size, 1);
  if (bytes.length !== start + length) {
    throw new FormatError(
      `${path}: found ${bytes.length - start} values, expected ${sizes.join(" × ")} = ${length}` +
        (bytes.length < start + length ? " (truncated?)" : ""),
    );
  }
  return { sizes, data: bytes.subarray(start) };
}

/**
 * Images and their labels as `X` `[N, height · width]` (bytes) and `y` `[N]`.
 * Throws {@link FormatError} where the counts differ or a label is not below `classes`.
 */
export function parseIdxPair(
  images: SourceFile,
  labels: SourceFile,
  classes: number,
): { X: ByteMatrix; y: Float64Array } {
  const { sizes, data } = parseIdx(images);
  const marks = parseIdx(labels);
  const [rows, ...pixels] = sizes;
  if (marks.sizes.length !== 1 || marks.sizes[0] !== rows) {
    throw new FormatError(
      `${labels.path}: found ${marks.sizes.join(" × ")} labels, expected ${rows}, one for each ` +
        `sample of ${images.path}`,
    );
  }
  if (rows === 0) throw new FormatError(`${images.path}: found no samples, expected at least one`);
  const bad = marks.data.findIndex((label) => label >= classes);
  if (bad >= 0) {
    throw new FormatError(
      `${labels.path}: found label ${marks.data[bad]} for sample ${bad}, expected 0 to ${classes - 1}`,
    );
  }
  const cols = pixels.reduce((product, size) => product * size, 1);
  return { X: { rows, cols, data }, y: Float64Array.from(marks.data) };
}
