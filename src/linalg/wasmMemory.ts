/** The memory of WebAssembly kernels: room for each call, and copies of blocks in and out. */
import { ShapeError } from "../errors.ts";
import type { Matrix, Reals } from "./matrix.ts";

const PAGE = 65536;
const ALIGNMENT = 64;
/** WebAssembly addresses 4 GiB. */
const MAXIMUM = 2 ** 32;
/** A memory cannot shrink; one that has grown beyond this is dropped after the call. */
const KEPT = 2 ** 28;

/** Base64 to bytes, in Node and in browsers. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/**
 * One instance of kernels, whose exports are E, with its own memory. Not reentrant: each call lays the memory out anew.
 */
export class WasmMemory<E> {
  private readonly bytes: string;
  private compiled: WebAssembly.Module | undefined;
  private memory: WebAssembly.Memory | undefined;
  private instance: E | undefined;

  /** `bytes` of a generated module; compiled at first use. */
  constructor(bytes: string) {
    this.bytes = bytes;
  }

  get exports(): E {
    if (!this.instance) this.open();
    return this.instance as E;
  }

  /**
   * Room for arrays of the given numbers of bytes, contents undefined; returns their offsets. May replace
   * the buffer, so views are taken afterwards. Throws {@link ShapeError} where 4 GiB do not suffice.
   */
  reserve(...sizes: number[]): number[] {
    // The first page belongs to the kernels' constants.
    let top = PAGE;
    const offsets = sizes.map((size) => {
      const offset = top;
      top += Math.ceil(size / ALIGNMENT) * ALIGNMENT;
      return offset;
    });
    const memory = this.memory ?? this.open();
    const missing = Math.ceil((top - memory.buffer.byteLength) / PAGE);
    if (missing > 0) {
      try {
        if (top > MAXIMUM) throw new RangeError("beyond the address space");
        memory.grow(missing);
      } catch (cause) {
        throw new ShapeError(
          `WebAssembly kernels cannot get ${(top / 2 ** 30).toPrecision(3)} GiB for this operation ` +
            "(at most 4 GiB); use the native kernels or a structured matrix",
          { cause },
        );
      }
    }
    return offsets;
  }

  /** Drops an overgrown memory; the next call opens a new one. */
  release(): void {
    if (this.memory && this.memory.buffer.byteLength > KEPT) {
      this.memory = undefined;
      this.instance = undefined;
    }
  }

  /** `length` elements at `offset`, of the same type as `like`. */
  view<T extends Reals>(like: T, offset: number, length: number): T {
    const { buffer } = this.memory as WebAssembly.Memory;
    const view =
      like instanceof Float64Array
        ? new Float64Array(buffer, offset, length)
        : new Float32Array(buffer, offset, length);
    return view as T;
  }

  /** `length` 32-bit integers at `offset`. */
  integers(offset: number, length: number): Int32Array {
    return new Int32Array((this.memory as WebAssembly.Memory).buffer, offset, length);
  }

  private open(): WebAssembly.Memory {
    this.compiled ??= new WebAssembly.Module(decodeBase64(this.bytes));
    const memory = new WebAssembly.Memory({ initial: 1 });
    const { exports } = new WebAssembly.Instance(this.compiled, { env: { memory } });
    this.memory = memory;
    this.instance = exports as E;
    return memory;
  }
}

/** Part of a matrix: `rows` from `row`, `cols` from `col`. */
export interface Block {
  readonly row: number;
  readonly rows: number;
  readonly col: number;
  readonly cols: number;
}

/** Copies a block of `from` into `to`, where it lies packed. */
export function copyIn<T extends Reals>(from: Matrix<T>, block: Block, to: T): void {
  const { row, rows, col, cols } = block;
  if (cols === from.cols) {
    to.set(from.data.subarray(row * cols, (row + rows) * cols));
    return;
  }
  for (let i = 0; i < rows; i++) {
    const start = (row + i) * from.cols + col;
    to.set(from.data.subarray(start, start + cols), i * cols);
  }
}

/** Copies the packed `from` into a block of `to`. */
export function copyOut<T extends Reals>(from: T, to: Matrix<T>, block: Block): void {
  const { row, rows, col, cols } = block;
  if (cols === to.cols) {
    to.data.set(from, row * cols);
    return;
  }
  for (let i = 0; i < rows; i++) {
    to.data.set(from.subarray(i * cols, (i + 1) * cols), (row + i) * to.cols + col);
  }
}
