/** What a network asks of θ, inputs and outputs. */
import type { Precision } from "../../datasets/load.ts";
import { DomainError, ShapeError } from "../../errors.ts";
import { type Matrix, type Reals, requireLength } from "../../linalg/matrix.ts";
import type { Shape } from "./layer.ts";
import { shapeText, sizeOf } from "./shape.ts";
import type { StepPass } from "./step.ts";

/** Throws {@link ShapeError} unless `values` is of a precision. */
export function requirePrecision(values: Reals, precision: Precision, what: string): void {
  const expected = precision === "float64" ? "Float64Array" : "Float32Array";
  const found = values.constructor.name;
  if (found !== expected) {
    throw new ShapeError(
      `${what}: found a ${found}, expected a ${expected}: the network is of precision "${precision}"`,
    );
  }
}

/** Throws {@link ShapeError} unless `theta` is a vector of a network with D parameters. */
export function requireParameters(
  theta: Reals,
  D: number,
  precision: Precision,
  what: string,
): void {
  requirePrecision(theta, precision, what);
  requireLength(theta.length, D, what);
}

/** Throws {@link ShapeError} unless X is a batch of at least one example. */
export function requireExamples(X: Matrix<Reals>, shape: Shape, precision: Precision): void {
  requirePrecision(X.data, precision, "X");
  if (!(X.rows >= 1)) throw new ShapeError(`X has ${X.rows} rows, expected at least one example`);
  const size = sizeOf(shape);
  if (X.cols !== size) {
    throw new ShapeError(
      `X has ${X.cols} columns, expected ${size}: the network's inputs are ${shapeText(shape)}`,
    );
  }
  requireLength(X.data.length, X.rows * X.cols, `X, a ${X.rows} × ${X.cols} matrix`);
}

/** Throws {@link DomainError} naming row and column of the first input that is NaN or infinite. */
export function requireFiniteInputs({ cols, data }: Matrix<Reals>): void {
  const bad = firstNonFinite(data);
  if (bad < 0) return;
  const place = `row ${Math.floor(bad / cols)}, column ${bad % cols} (counted from 0)`;
  throw new DomainError(`X: ${place} is ${data[bad]}, expected a finite number`);
}

/** Throws {@link ShapeError} unless U has a row for each of B examples and M columns. */
export function requireCotangents(U: Matrix<Reals>, B: number, M: number): void {
  if (U.rows !== B || U.cols !== M) {
    throw new ShapeError(`network: cotangents are ${U.rows} × ${U.cols}, expected ${B} × ${M}`);
  }
}

/**
 * Throws {@link DomainError} where an output of the network is NaN or infinite, naming the first layer with such an
 * output and the sample; `first` is the index of the first sample. Only the last outputs are read where all is well:
 * layers hand on what is not finite.
 */
export function requireFiniteOutputs(pass: StepPass<Reals>, first: number): void {
  const bad = nonFiniteOutput(pass);
  if (!bad) return;
  throw new DomainError(
    `layer ${bad.layer}: output of sample ${first + bad.sample} is ${bad.value}, expected a finite number`,
  );
}

/** An output that is NaN or infinite. */
export interface NonFiniteOutput {
  /** e.g. "2 (relu)" */
  readonly layer: string;
  readonly sample: number;
  readonly value: number;
}

/** The first such output of the layers, undefined where those of the network are finite. */
export function nonFiniteOutput(pass: StepPass<Reals>): NonFiniteOutput | undefined {
  if (firstNonFinite(pass.outputs.data) < 0) return undefined;
  for (const { layer, outputs } of pass.outputsByLayer()) {
    const bad = firstNonFinite(outputs.data);
    if (bad < 0) continue;
    return { layer, sample: Math.floor(bad / outputs.cols), value: outputs.data[bad] };
  }
  return undefined;
}

function firstNonFinite(values: Reals): number {
  // a loop: findIndex calls a function for each entry
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}
