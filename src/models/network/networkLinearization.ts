/** A network around θ on a batch: all products from one forward pass. */
import type { Precision } from "../../datasets/load.ts";
import { ShapeError } from "../../errors.ts";
import { type Blocks, type Matrix, type Reals, reals, zeros } from "../../linalg/matrix.ts";
import { addScaled } from "../../linalg/plain.ts";
import { kernels } from "../../linalg/provider.ts";
import { requireMemory } from "../../linalg/shapes.ts";
import type { Linearization } from "../linearization.ts";
import type { SecondOrderRows, SignedRows } from "../secondOrderRows.ts";
import type { WeightRows } from "../weightRows.ts";
import { addRowSquares, summedRows } from "../writtenRows.ts";
import { nonFiniteOutput, requireCotangents, requireParameters } from "./checks.ts";
import type { Layer } from "./layer.ts";
import { sizeOf } from "./shape.ts";
import type { Leaf, StepPass } from "./step.ts";

/** entries of the rows that are held at once in sums over examples: 16 MiB of float32 */
const HELD = 2 ** 22;

/** Of what a linearization is made. */
export interface NetworkPass<T extends Reals> {
  readonly pass: StepPass<T>;
  /** in order */
  readonly leaves: readonly Leaf[];
  readonly parameters: number;
  readonly precision: Precision;
}

export class NetworkLinearization<T extends Reals> implements Linearization<T> {
  readonly samples: number;
  readonly parameters: number;
  readonly outputs: Matrix<T>;
  readonly linear = false;
  readonly bytes: number;
  readonly #pass: StepPass<T>;
  readonly #uses: ReadonlyMap<Layer, number>;
  readonly #leaves: readonly Leaf[];
  readonly #precision: Precision;

  constructor({ pass, leaves, parameters, precision }: NetworkPass<T>) {
    this.#pass = pass;
    this.#precision = precision;
    this.outputs = pass.outputs;
    this.samples = pass.outputs.rows;
    this.parameters = parameters;
    this.bytes = pass.bytes;
    const uses = new Map<Layer, number>();
    for (const { layer } of leaves) uses.set(layer, (uses.get(layer) ?? 0) + 1);
    this.#uses = uses;
    this.#leaves = leaves;
  }

  nonFinite(): string | undefined {
    const bad = nonFiniteOutput(this.#pass);
    return bad && `layer ${bad.layer}, example ${bad.sample}`;
  }

  jvp(v: T): Matrix<T> {
    this.#requireVector(v);
    const { rows, cols, data } = this.outputs;
    return this.#pass.push(undefined, v).outputs ?? { rows, cols, data: reals(data, data.length) };
  }

  vjp(U: Matrix<T>): T {
    const gradient = this.#zeros();
    this.addVjp(U, gradient);
    return gradient;
  }

  /** Adds {@link vjp} to `gradient` `[D]`. */
  addVjp(U: Matrix<T>, gradient: T): void {
    requireCotangents(U, this.samples, this.outputs.cols);
    for (const { leaf, pass, U: at } of this.#pass.backward(U, false, false)) {
      pass.addGradient(at, gradient.subarray(leaf.offset, leaf.offset + leaf.size) as T);
    }
  }

  secondOrder(residual: Matrix<T>, v: T): T {
    this.#requireVector(v);
    requireCotangents(residual, this.samples, this.outputs.cols);
    const gradient = this.#zeros();
    const tangents = this.#pass.push(undefined, v);
    tangents.bend({ U: residual, change: undefined }, gradient, false);
    return gradient;
  }

  /** All layers but those used twice, whose uses bend each other; none where a layer does not say its second derivatives. */
  secondOrderRows(residual: Matrix<T>): SecondOrderRows<T> {
    requireCotangents(residual, this.samples, this.outputs.cols);
    const columns = this.#pass.bent;
    if (columns === Infinity) return { columns, layers: [], rows: [] };
    const layers = this.#leaves.filter(({ layer }) => this.#uses.get(layer) === 1);
    return { columns, layers, rows: this.#signedRows(residual) };
  }

  factorRows(S: Blocks<T>): Matrix<T> {
    requireMemory(S.count * S.cols, this.parameters, "rows of a network");
    const rows = this.#rowsFor(S, S.count);
    for (const layer of this.layers(S)) layer.write(0, S.count, rows, layer.offset);
    return rows;
  }

  gram(S: Blocks<T>, centre?: T): Matrix {
    const D = this.parameters;
    requireMemory(D, D, "matrix of a network");
    const sum = zeros(D, D);
    this.#eachRows(S, centre, (rows) => {
      kernels().syrk({ ...rows, data: Float64Array.from(rows.data) }, sum, {
        transA: true,
        beta: 1,
      });
    });
    return sum;
  }

  gramDiagonal(
    S: Blocks<T>,
    centre?: T,
    sum: Float64Array = new Float64Array(this.parameters),
  ): Float64Array {
    if (!centre) {
      for (const layer of this.layers(S)) {
        layer.addSquares(sum.subarray(layer.offset, layer.offset + layer.size));
      }
      return sum;
    }
    // squares of differences, not differences of squares
    this.#eachRows(S, centre, (rows) => addRowSquares(rows, sum));
    return sum;
  }

  /** Last layer first; a layer with tied weights comes with its first use, when all its uses have been seen. */
  *layers(S: Blocks<T>): Generator<WeightRows<T>, void, undefined> {
    const K = S.cols;
    const earlier = new Map<Layer, WeightRows<T>[]>();
    for (const { leaf, pass, U } of this.#pass.backward(this.#columns(S), false, S.cols > 1)) {
      const rows = pass.rows(U, K, leaf.name, leaf.offset);
      const uses = this.#uses.get(leaf.layer) ?? 1;
      if (uses === 1) {
        yield rows;
        continue;
      }
      const seen = [rows, ...(earlier.get(leaf.layer) ?? [])];
      earlier.set(leaf.layer, seen);
      if (seen.length === uses) yield summedRows(seen, U.data);
    }
  }

  *#signedRows(residual: Matrix<T>): Generator<SignedRows<T>, void, undefined> {
    const B = this.samples;
    const columns = Math.max(1, Math.floor(HELD / (B * largest(this.#leaves))));
    for (const { leaf, pass, U, sign } of this.#pass.curve(residual, columns, undefined)) {
      const { layer, name, offset } = leaf;
      if (this.#uses.get(layer) !== 1) continue;
      yield { sign, rows: pass.rows(U, U.rows / B, name, offset) };
    }
  }

  /** S `[B, M, K]` as cotangents `[B · K, M]`, row n·K + k. */
  #columns({ count: B, rows: M, cols: K, data: s }: Blocks<T>): Matrix<T> {
    if (B !== this.samples || M !== this.outputs.cols || !(K >= 1)) {
      throw new ShapeError(
        `network: factors are ${B} of ${M} × ${K}, expected ${this.samples} of ${this.outputs.cols} × K`,
      );
    }
    if (K === 1) return { rows: B, cols: M, data: s };
    const data = reals(this.outputs.data, B * K * M);
    for (let n = 0; n < B; n++) {
      for (let m = 0; m < M; m++) {
        for (let k = 0; k < K; k++) data[(n * K + k) * M + m] = s[(n * M + m) * K + k];
      }
    }
    return { rows: B * K, cols: M, data };
  }

  /** Calls `visit` with the rows minus `centre`, a few samples at a time. */
  #eachRows(S: Blocks<T>, centre: T | undefined, visit: (rows: Matrix<T>) => void): void {
    const B = this.samples;
    const layers = [...this.layers(S)];
    const size = Math.min(B, Math.max(1, Math.floor(HELD / (S.cols * this.parameters))));
    const room = this.#rowsFor(S, size);
    for (let start = 0; start < B; start += size) {
      const end = Math.min(start + size, B);
      const count = (end - start) * S.cols;
      const data = room.data.subarray(0, count * room.cols) as T;
      const rows = { rows: count, cols: room.cols, data };
      for (const layer of layers) layer.write(start, end, rows, layer.offset);
      if (centre) subtract(rows, centre);
      visit(rows);
    }
  }

  #rowsFor(S: Blocks<T>, samples: number): Matrix<T> {
    const D = this.parameters;
    const count = samples * S.cols;
    return { rows: count, cols: D, data: reals(this.outputs.data, count * D) };
  }

  #zeros(): T {
    return reals(this.outputs.data, this.parameters);
  }

  #requireVector(v: T): void {
    requireParameters(v, this.parameters, this.#precision, "v");
  }
}

/** Entries of the largest inputs or outputs of a layer. */
function largest(leaves: readonly Leaf[]): number {
  return leaves.reduce(
    (most, { inputShape, outputShape }) => Math.max(most, sizeOf(inputShape), sizeOf(outputShape)),
    1,
  );
}

function subtract({ rows, cols, data }: Matrix<Reals>, centre: Reals): void {
  for (let r = 0; r < rows; r++) addScaled(-1, centre, 0, data, r * cols, cols);
}
