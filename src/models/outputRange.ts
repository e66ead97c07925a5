/** A model of which only some outputs are looked at: one head of several. */
import { DomainError } from "../errors.ts";
import { type Blocks, type Matrix, type Reals, reals } from "../linalg/matrix.ts";
import { type Linearization, linearize } from "./linearization.ts";
import type { Inputs, Model } from "./model.ts";

/**
 * The outputs `first` up to (without it) `end` of a model, as a model: the others are as if they were not there, so their
 * own parameters have zero gradient and zero curvature. The model itself if these are all its outputs. Throws
 * {@link DomainError} for a range that the model does not have.
 *
 * @example
 * outputRange(network, 2, 4); // the head of the second of five tasks with two classes each
 */
export function outputRange<X extends Inputs, T extends Reals>(
  model: Model<X, T>,
  first: number,
  end: number,
): Model<X, T> {
  const M = model.outputs;
  if (
    !(Number.isInteger(first) && Number.isInteger(end) && 0 <= first && first < end && end <= M)
  ) {
    throw new DomainError(`outputs ${first} to ${end} of a model that has ${M}`);
  }
  if (first === 0 && end === M) return model;
  const cut = (F: Matrix<T>): Matrix<T> => columns(F, first, end);
  const whole = (U: Matrix<T>): Matrix<T> => padded(U, first, M);
  return {
    parameters: model.parameters,
    outputs: end - first,
    ...(model.stochastic !== undefined && { stochastic: model.stochastic }),
    ...(model.views && { views: model.views }),
    checkInputs: (X) => model.checkInputs?.(X),
    forward: (theta, X) => cut(model.forward(theta, X)),
    jvp: (theta, X, v) => cut(model.jvp(theta, X, v)),
    vjp: (theta, X, U) => model.vjp(theta, X, whole(U)),
    at: (theta, X) => rangeAt(linearize(model, theta, X), first, end),
  };
}

function rangeAt<T extends Reals>(
  inner: Linearization<T>,
  first: number,
  end: number,
): Linearization<T> {
  const M = inner.outputs.cols;
  const whole = (U: Matrix<T>): Matrix<T> => padded(U, first, M);
  /** S `[B, end − first, K]` with rows of zeros around it, `[B, M, K]` */
  const wholeFactor = ({ count, rows, cols, data }: Blocks<T>): Blocks<T> => ({
    count,
    rows: M,
    cols,
    data: padded({ rows: count, cols: rows * cols, data }, first * cols, M * cols).data,
  });
  const { layers, nonFinite, secondOrderRows } = inner;
  return {
    samples: inner.samples,
    parameters: inner.parameters,
    outputs: columns(inner.outputs, first, end),
    linear: inner.linear,
    bytes: inner.bytes,
    jvp: (v) => columns(inner.jvp(v), first, end),
    vjp: (U) => inner.vjp(whole(U)),
    secondOrder: (residual, v) => inner.secondOrder(whole(residual), v),
    factorRows: (S) => inner.factorRows(wholeFactor(S)),
    gram: (S, centre) => inner.gram(wholeFactor(S), centre),
    gramDiagonal: (S, centre, sum) => inner.gramDiagonal(wholeFactor(S), centre, sum),
    ...(secondOrderRows && {
      secondOrderRows: (residual: Matrix<T>) => secondOrderRows.call(inner, whole(residual)),
    }),
    ...(layers && { layers: (S: Blocks<T>) => layers.call(inner, wholeFactor(S)) }),
    ...(nonFinite && { nonFinite: () => nonFinite.call(inner) }),
  };
}

/** Columns `first` up to `end`, copied. */
function columns<T extends Reals>(
  { rows, cols, data }: Matrix<T>,
  first: number,
  end: number,
): Matrix<T> {
  const width = end - first;
  const part = reals(data, rows * width);
  for (let n = 0; n < rows; n++) {
    part.set(data.subarray(n * cols + first, n * cols + end), n * width);
  }
  return { rows, cols: width, data: part };
}

/** The columns of U from column `first` on, zeros elsewhere, `[rows, M]`. */
function padded<T extends Reals>(
  { rows, cols, data }: Matrix<T>,
  first: number,
  M: number,
): Matrix<T> {
  const whole = reals(data, rows * M);
  for (let n = 0; n < rows; n++) {
    whole.set(data.subarray(n * cols, (n + 1) * cols), n * M + first);
  }
  return { rows, cols: M, data: whole };
}
