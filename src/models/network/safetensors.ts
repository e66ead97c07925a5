/**
 * The file format safetensors, version-free by design: eight bytes with the length of a header (little-endian), the
 * header (JSON), and the bytes of all tensors, row-major and little-endian, without holes
 * (https://github.com/huggingface/safetensors, "Format"). Bytes in, bytes out: nothing here reads a file.
 */
import { DomainError, FormatError } from "../../errors.ts";
import { brief } from "./brief.ts";
import { readHeader } from "./safetensorsHeader.ts";
import { bytesPerElement, type Tensor } from "./safetensorsTypes.ts";
import { shapeText, sizeOf } from "./shape.ts";

/** What a file holds. */
export interface TensorFile {
  /** by name */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** the texts of the header's `__metadata__` */
  readonly metadata: ReadonlyMap<string, string>;
}

const LENGTH = 8;
/** The reference implementation takes no header that is longer. */
const LONGEST = 100_000_000;

/**
 * The tensors and texts of a safetensors file; tensors are views of `source`, not copies. Throws {@link DomainError} for
 * what is no bytes (a path, say), {@link FormatError} that says what was found and expected for anything that the format does not allow: a file that is truncated or too long,
 * a header that is no JSON or has a name twice, unknown types, shapes that do not fit their bytes, tensors that overlap
 * or leave holes.
 *
 * @example
 * const { tensors } = readSafetensors(await readFile("model.safetensors"));
 * const weight = tensorValues(tensors.get("0.weight")!);
 */
export function readSafetensors(source: Uint8Array | ArrayBuffer): TensorFile {
  const file = bytesOf(source);
  const header = headerText(file);
  const { entries, metadata } = readHeader(header.text, file.length - header.end);
  const tensors = new Map<string, Tensor>();
  for (const [name, { type, shape, start, end }] of entries) {
    const bytes = file.subarray(header.end + start, header.end + end);
    tensors.set(name, { type, shape, bytes });
  }
  return { tensors, metadata };
}

function bytesOf(source: Uint8Array | ArrayBuffer): Uint8Array {
  if (source instanceof Uint8Array) return source;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  throw new DomainError(
    `safetensors: the file is ${brief(source)}, expected its bytes in a Uint8Array or an ArrayBuffer`,
  );
}

/** The header and the index of the first byte after it. */
function headerText(file: Uint8Array): { readonly text: string; readonly end: number } {
  if (file.length < LENGTH) {
    throw new FormatError(
      `safetensors: found ${file.length} bytes, expected at least the ${LENGTH} of the header's length`,
    );
  }
  const view = new DataView(file.buffer, file.byteOffset, LENGTH);
  const length = view.getUint32(0, true) + 2 ** 32 * view.getUint32(4, true);
  if (length > LONGEST) {
    throw new FormatError(
      `safetensors: found a header of ${length} bytes, expected at most ${LONGEST}; is it another format?`,
    );
  }
  const end = LENGTH + length;
  if (end > file.length) {
    throw new FormatError(
      `safetensors: found ${file.length} bytes, expected ${end} or more with a header of ${length}; is it truncated?`,
    );
  }
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return { text: decoder.decode(file.subarray(LENGTH, end)), end };
  } catch (cause) {
    throw new FormatError("safetensors: the header is not UTF-8", { cause });
  }
}

/**
 * A safetensors file. Tensors with wide elements come first, so that all are aligned; those of one width keep their
 * order. Throws {@link DomainError} for a name that is used twice or reserved, or bytes that do not fit their shape.
 *
 * @example
 * writeSafetensors([["mean", tensorOf(Float64Array.of(1, 2, 3))]], { model: "mine" });
 */
export function writeSafetensors(
  tensors: Iterable<readonly [name: string, tensor: Tensor]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const sorted = [...tensors].sort(
    ([, a], [, b]) => bytesPerElement(b.type) - bytesPerElement(a.type),
  );
  const names = new Set<string>();
  let total = 0;
  const entries = sorted.map(([name, { type, shape, bytes }]) => {
    if (names.has(name)) throw new DomainError(`two tensors are named "${name}"`);
    if (name === "__metadata__") throw new DomainError(`the name "${name}" is reserved`);
    names.add(name);
    requireBytes(name, { type, shape, bytes });
    const start = total;
    total += bytes.length;
    return [name, { dtype: type, shape, data_offsets: [start, total] }] as const;
  });
  const texts = Object.keys(metadata).length > 0 ? [["__metadata__", metadata] as const] : [];
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries([...texts, ...entries])));
  // spaces are allowed after the header: the tensors start at a multiple of 8
  const end = Math.ceil((LENGTH + json.length) / 8) * 8;
  const file = new Uint8Array(end + total).fill(0x20, 0, end);
  new DataView(file.buffer).setBigUint64(0, BigInt(end - LENGTH), true);
  file.set(json, LENGTH);
  let at = end;
  for (const [, { bytes }] of sorted) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

function requireBytes(name: string, { type, shape, bytes }: Tensor): void {
  const expected = sizeOf(shape) * bytesPerElement(type);
  if (bytes.length === expected) return;
  throw new DomainError(
    `tensor "${name}" has ${bytes.length} bytes, expected ${expected} for ${type} ${shapeText(shape)}`,
  );
}
