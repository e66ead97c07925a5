/** Batch normalization, evaluated with statistics that are fixed. */
import { DomainError, ShapeError } from "../../errors.ts";
import { type Matrix, type Reals, reals, requireLength } from "../../linalg/matrix.ts";
import { writtenRows } from "../writtenRows.ts";
import type { Layer, Pass, Shape } from "./layer.ts";
import { requireRoom } from "./room.ts";
import { requireCount, shapeText, sizeOf } from "./shape.ts";

export interface BatchNormOptions {
  /** running mean of each feature, `[features]`; default 0 */
  readonly mean?: ArrayLike<number>;
  /** running variance of each feature, `[features]`, at least 0; default 1 */
  readonly variance?: ArrayLike<number>;
  /** ε > 0, what is added to the variances; default 1e-5 */
  readonly epsilon?: number;
}

/**
 * y = γ (x − μ) / √(v + ε) + β for each feature, or each channel of `[features, height, width]` (Ioffe and Szegedy
 * 2015, algorithm 2). γ ("weight", 1 at first) and β ("bias", 0) are parameters, the running statistics μ and v are
 * buffers that do not change. There is no training mode: the statistics of a batch would couple its examples, so that
 * no per-example gradient and no Fisher matrix exists; forward throws {@link DomainError} there.
 *
 * Throws {@link DomainError} for a number of features that is no positive integer, a negative variance, a statistic
 * that is not finite or ε ≤ 0, `ShapeError` for statistics of another length or beyond memory.
 */
export function batchNorm(features: number, options: BatchNormOptions = {}): Layer {
  requireCount(features, "batchNorm: features");
  requireRoom(features, "batchNorm: features");
  const { epsilon = 1e-5 } = options;
  if (!(epsilon > 0 && epsilon < Infinity)) {
    throw new DomainError(`batchNorm: epsilon is ${epsilon}, expected a positive number`);
  }
  const mean = statistic(options.mean, features, 0, -Infinity, "mean");
  const variance = statistic(options.variance, features, 1, 0, "variance");
  const shape = [features];
  return {
    kind: "batchNorm",
    options: { features, epsilon },
    parameters: [
      { name: "weight", shape, initialize: (values) => values.fill(1) },
      { name: "bias", shape, initialize: (values) => values.fill(0) },
    ],
    buffers: [
      { name: "running_mean", shape, values: mean },
      { name: "running_var", shape, values: variance },
    ],
    bilinear: true,
    outputShape(input) {
      if ((input.length !== 1 && input.length !== 3) || input[0] !== features) {
        throw new ShapeError(
          `found inputs ${shapeText(input)}, expected [${features}] or [${features}, height, width]`,
        );
      }
      return input;
    },
    forward(w, X, input, random) {
      if (random) {
        throw new DomainError(
          "batchNorm: in training mode the statistics of a batch would couple its examples, and per-example " +
            "gradients and Fisher matrices would not exist; use the network in evaluation mode",
        );
      }
      const scale = variance.map((v) => 1 / Math.sqrt(v + epsilon));
      return normalizedPass({ features, positions: positionsOf(input), mean, scale }, w, X);
    },
  };
}

function positionsOf([, ...rest]: Shape): number {
  return sizeOf(rest);
}

function statistic(
  given: ArrayLike<number> | undefined,
  features: number,
  value: number,
  least: number,
  what: string,
): Float64Array {
  if (!given) return new Float64Array(features).fill(value);
  requireLength(given.length, features, `batchNorm: ${what}`);
  const values = Float64Array.from(given);
  const bad = values.findIndex((x) => !(Number.isFinite(x) && x >= least));
  if (bad >= 0) {
    const expected = least === 0 ? "a finite number, at least 0" : "a finite number";
    throw new DomainError(`batchNorm: ${what} ${bad} is ${values[bad]}, expected ${expected}`);
  }
  return values;
}

interface Normalization {
  /** C */
  readonly features: number;
  /** pixels of a channel; entry c · positions + p of an example is one of channel c */
  readonly positions: number;
  readonly mean: Float64Array;
  /** 1 / √(v + ε) */
  readonly scale: Float64Array;
}

function normalizedPass<T extends Reals>(norm: Normalization, w: T, X: Matrix<T>): Pass<T> {
  const { features: C, scale } = norm;
  const gamma = (v: T): T => v.subarray(0, C) as T;
  const outputs = affine(norm, X, w);
  const factor = scale.map((s, c) => s * w[c]);
  return {
    outputs,
    bytes: outputs.data.byteLength,
    push(inputs, weights) {
      const tangent = weights ? affine(norm, X, weights) : undefined;
      if (!inputs) return tangent;
      const moved = times(norm, inputs, factor);
      if (tangent) for (let i = 0; i < moved.data.length; i++) moved.data[i] += tangent.data[i];
      return moved;
    },
    pull: (U) => times(norm, U, factor),
    bend: (U, _inputs, weights) =>
      weights &&
      times(
        norm,
        U,
        scale.map((s, c) => s * gamma(weights)[c]),
      ),
    weights: {
      addGradient(U, gradient) {
        const K = U.rows / X.rows;
        const sum = new Float64Array(2 * C);
        for (let r = 0; r < U.rows; r++) addRow(norm, X, Math.floor(r / K), U, r, sum);
        for (let i = 0; i < sum.length; i++) gradient[i] += sum[i];
      },
      // J_wᵀ u is (u x̂, u), and x̂ changes by ẋ / √(v + ε)
      addBentGradient(U, inputs, _weights, gradient) {
        if (!inputs) return;
        const sum = new Float64Array(C);
        eachEntry(norm, U.rows, (i, c) => {
          sum[c] += U.data[i] * inputs.data[i];
        });
        for (let c = 0; c < C; c++) gradient[c] += sum[c] * scale[c];
      },
      rows(U, columns, layer, offset) {
        const place = { layer, offset, size: 2 * C, samples: X.rows, columns };
        const row = new Float64Array(2 * C);
        return writtenRows<T>(place, w, (start, end, target, column) => {
          for (let r = start * columns; r < end * columns; r++) {
            row.fill(0);
            addRow(norm, X, Math.floor(r / columns), U, r, row);
            target.data.set(row, (r - start * columns) * target.cols + column);
          }
        });
      },
    },
  };
}

/** Calls `visit` with the index of each entry of `rows` examples and its channel. */
function eachEntry(
  { features, positions }: Normalization,
  rows: number,
  visit: (index: number, channel: number) => void,
): void {
  let i = 0;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < features; c++) {
      for (let p = 0; p < positions; p++) visit(i++, c);
    }
  }
}

/** γ (x − μ) / √(v + ε) + β, for w = (γ, β) */
function affine<T extends Reals>(norm: Normalization, X: Matrix<T>, w: T): Matrix<T> {
  const { features: C, mean, scale } = norm;
  const data = reals(w, X.data.length);
  eachEntry(norm, X.rows, (i, c) => {
    data[i] = w[c] * ((X.data[i] - mean[c]) * scale[c]) + w[C + c];
  });
  return { ...X, data };
}

/** Each entry times the factor of its channel. */
function times<T extends Reals>(
  norm: Normalization,
  U: Matrix<T>,
  factor: Float64Array,
): Matrix<T> {
  const data = reals(U.data, U.data.length);
  eachEntry(norm, U.rows, (i, c) => {
    data[i] = U.data[i] * factor[c];
  });
  return { ...U, data };
}

/** Adds J_wᵀ u for example n and row r of U to `row` `[2C]`. */
function addRow<T extends Reals>(
  { features: C, positions: P, mean, scale }: Normalization,
  X: Matrix<T>,
  n: number,
  U: Matrix<T>,
  r: number,
  row: Float64Array,
): void {
  for (let c = 0; c < C; c++) {
    let weight = 0;
    let bias = 0;
    for (let p = 0; p < P; p++) {
      const u = U.data[(r * C + c) * P + p];
      weight += u * (X.data[(n * C + c) * P + p] - mean[c]);
      bias += u;
    }
    row[c] += weight * scale[c];
    row[C + c] += bias;
  }
}
