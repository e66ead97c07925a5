/**
 * The state of a learner as bytes: JSON whose typed arrays follow it. A checkpoint belongs to one configuration, named by
 * a key, and to one version of the format.
 *
 *     "natgradC" | version, header length, data length (uint32, little-endian) | checksum (uint32) | header | arrays
 */
import { DomainError, FormatError } from "../errors.ts";

const MAGIC = "natgradC";
const VERSION = 1;
/** bytes before the header */
const PREFIX = 24;

const TYPES = { Float32Array, Float64Array, Uint8Array, Uint32Array, Int32Array } as const;
type TypeName = keyof typeof TYPES;
const NAMES = Object.keys(TYPES) as TypeName[];
type Values = InstanceType<(typeof TYPES)[TypeName]>;

interface Header {
  readonly key: string;
  readonly value: unknown;
  readonly arrays: readonly { readonly type: TypeName; readonly length: number; start: number }[];
}

/** In the place of an array in the header. */
interface Reference {
  readonly $array: number;
}

/**
 * `value`, made of JSON and typed arrays, as bytes that {@link readCheckpoint} gives back to the bit. NaN and infinite
 * numbers belong into arrays: JSON has none. `key` names the configuration. Throws {@link DomainError} for an array of a type
 * that a checkpoint does not hold.
 *
 * @example
 * const bytes = writeCheckpoint(hash, report.state);
 */
export function writeCheckpoint(key: string, value: unknown): Uint8Array {
  const arrays: { type: TypeName; length: number; start: number }[] = [];
  const data: Values[] = [];
  let size = 0;
  const text = JSON.stringify({ key, value: collected(value), arrays });
  function collected(part: unknown): unknown {
    if (ArrayBuffer.isView(part)) {
      const type = typeOf(part);
      const values = part as Values;
      arrays.push({ type, length: values.length, start: size });
      data.push(values);
      size += 8 * Math.ceil(part.byteLength / 8);
      return { $array: data.length - 1 } satisfies Reference;
    }
    if (Array.isArray(part)) return part.map(collected);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, v]) => [name, collected(v)]));
  }
  // padded with blanks, so that the arrays begin at a multiple of 8
  const bare = new TextEncoder().encode(text);
  const header = new Uint8Array(8 * Math.ceil(bare.length / 8)).fill(32);
  header.set(bare);
  const bytes = new Uint8Array(PREFIX + header.length + size);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  view.setUint32(8, VERSION, true);
  view.setUint32(12, header.length, true);
  view.setUint32(16, size, true);
  bytes.set(header, PREFIX);
  data.forEach((values, i) => {
    const own = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    bytes.set(own, PREFIX + header.length + arrays[i].start);
  });
  view.setUint32(20, checksum(bytes.subarray(PREFIX)), true);
  return bytes;
}

/**
 * What {@link writeCheckpoint} was given. Throws {@link FormatError} for bytes that are no checkpoint, of another version,
 * truncated or damaged, and for one of another configuration.
 */
export function readCheckpoint(contents: Uint8Array, key: string): unknown {
  // as files are read it may be a Buffer of Node, whose slices are no copies
  const bytes = new Uint8Array(contents.buffer, contents.byteOffset, contents.byteLength);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = new TextDecoder("latin1").decode(bytes.subarray(0, 8));
  if (bytes.length < PREFIX || magic !== MAGIC) {
    throw new FormatError("this is no natgrad checkpoint: it does not begin as one");
  }
  const version = view.getUint32(8, true);
  if (version !== VERSION) {
    throw new FormatError(`a checkpoint of format ${version}, this version reads ${VERSION}`);
  }
  const start = PREFIX + view.getUint32(12, true);
  const expected = start + view.getUint32(16, true);
  if (bytes.length !== expected) {
    throw new FormatError(
      `the checkpoint has ${bytes.length} bytes, expected ${expected}: it is truncated or damaged`,
    );
  }
  if (checksum(bytes.subarray(PREFIX)) !== view.getUint32(20, true)) {
    throw new FormatError("the checkpoint is damaged: its checksum does not agree");
  }
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(PREFIX, start))) as Header;
  if (header.key !== key) {
    throw new FormatError(
      `the checkpoint belongs to another configuration (${header.key}, expected ${key})`,
    );
  }
  function restored(part: unknown): unknown {
    if (Array.isArray(part)) return part.map(restored);
    if (typeof part !== "object" || part === null) return part;
    if (isReference(part)) {
      const { type, length, start: at } = header.arrays[part.$array];
      const size = length * TYPES[type].BYTES_PER_ELEMENT;
      // a copy, because views must be aligned and must not hold the whole file
      return new TYPES[type](bytes.slice(start + at, start + at + size).buffer);
    }
    return Object.fromEntries(Object.entries(part).map(([name, v]) => [name, restored(v)]));
  }
  return restored(header.value);
}

/** A Buffer of Node is read as the Uint8Array that it is. */
function typeOf(part: ArrayBufferView): TypeName {
  const type = NAMES.find((name) => part instanceof TYPES[name]);
  if (type) return type;
  throw new DomainError(`a checkpoint holds ${NAMES.join(", ")}, found ${part.constructor.name}`);
}

function isReference(part: object): part is Reference {
  return "$array" in part;
}

/** FNV-1a over 32-bit words; the length of `bytes` is a multiple of 8 */
function checksum(bytes: Uint8Array): number {
  const words = new Uint32Array(bytes.slice().buffer);
  let hash = 0x811c9dc5;
  for (const word of words) hash = Math.imul(hash ^ word, 0x01000193);
  return hash >>> 0;
}
