/** The element types of safetensors, and their values as numbers. */
import { FormatError, ShapeError } from "../../errors.ts";
import { type Reals, requireLength } from "../../linalg/matrix.ts";
import { brief } from "./brief.ts";
import type { Shape } from "./layer.ts";
import { shapeText, sizeOf } from "./shape.ts";

/** Bytes of an element. */
const widths = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  F64: 8,
  I64: 8,
  U64: 8,
} as const;

/** As a header names it. */
export type TensorType = keyof typeof widths;

/** One array of a file. */
export interface Tensor {
  readonly type: TensorType;
  /** `[]` for a single number */
  readonly shape: Shape;
  /** row-major, little-endian; of a file that was read: a view of it */
  readonly bytes: Uint8Array;
}

/** All of them. */
export const tensorTypes: readonly TensorType[] = Object.keys(widths) as TensorType[];

/** Whether a header may name it. */
export function isTensorType(value: unknown): value is TensorType {
  return typeof value === "string" && Object.hasOwn(widths, value);
}

/** The size of an element. */
export function bytesPerElement(type: TensorType): number {
  return widths[type];
}

/**
 * A tensor of F64 or F32 over the same memory; `shape` is that of a vector by default. Throws {@link ShapeError} for
 * values that do not fill the shape, or of another type.
 */
export function tensorOf(values: Reals, shape: Shape = [values.length]): Tensor {
  if (!(values instanceof Float64Array || values instanceof Float32Array)) {
    throw new ShapeError(`tensor: found ${brief(values)}, expected a Float64Array or Float32Array`);
  }
  requireLength(values.length, sizeOf(shape), `a tensor of shape ${shapeText(shape)}`);
  const type = values instanceof Float64Array ? "F64" : "F32";
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { type, shape, bytes };
}

/**
 * The values of a tensor, row-major, as a copy: exactly, in float32 for F32, F16 and BF16, in float64 for all others.
 * Throws {@link FormatError} for F8, and for a 64-bit integer that no float64 is equal to.
 */
export function tensorValues({ type, bytes }: Tensor): Reals {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = widths[type];
  const count = bytes.length / width;
  const doubles = (read: (at: number) => number): Float64Array =>
    Float64Array.from({ length: count }, (_, i) => read(i * width));
  const singles = (read: (at: number) => number): Float32Array =>
    Float32Array.from({ length: count }, (_, i) => read(i * width));
  switch (type) {
    // of any alignment in the file; all platforms of JavaScript are little-endian
    case "F64":
      return new Float64Array(new Uint8Array(bytes).buffer);
    case "F32":
      return new Float32Array(new Uint8Array(bytes).buffer);
    case "F16":
      return singles((at) => half(view.getUint16(at, true)));
    case "BF16": {
      // the upper half of a float32
      const upper = Uint32Array.from(
        { length: count },
        (_, i) => view.getUint16(2 * i, true) << 16,
      );
      return new Float32Array(upper.buffer);
    }
    case "I64":
      return doubles((at) => exact(view.getBigInt64(at, true), type));
    case "U64":
      return doubles((at) => exact(view.getBigUint64(at, true), type));
    case "I32":
      return doubles((at) => view.getInt32(at, true));
    case "U32":
      return doubles((at) => view.getUint32(at, true));
    case "I16":
      return doubles((at) => view.getInt16(at, true));
    case "U16":
      return doubles((at) => view.getUint16(at, true));
    case "I8":
      return doubles((at) => view.getInt8(at));
    case "U8":
    case "BOOL":
      return doubles((at) => view.getUint8(at));
    default:
      throw new FormatError(
        `safetensors: found a tensor of type ${type}, whose numbers are not read; expected any type but F8`,
      );
  }
}

/** IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Infinity;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

function exact(integer: bigint, type: TensorType): number {
  const value = Number(integer);
  if (BigInt(value) !== integer) {
    throw new FormatError(
      `safetensors: found the ${type} ${integer}, expected an integer that a float64 can hold`,
    );
  }
  return value;
}
