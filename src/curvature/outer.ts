/** Outer losses a_n, sample by sample: their second derivatives, and square roots of them. */
import { DomainError, ShapeError } from "../errors.ts";
import { type Blocks, type Matrix, type Reals, reals } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import type { OuterLoss, Sample } from "./split.ts";
import { convexityOf, ROUNDING } from "./stationary.ts";

/** What second derivatives are asked of. */
export type Curved = Pick<OuterLoss, "hessian">;

/** The sample in row `n` of a batch that begins at `start`. */
export function sampleOf({ cols, data }: Matrix, n: number, start: number): Sample {
  return { index: start + n, target: data.subarray(n * cols, (n + 1) * cols) };
}

/**
 * ∇²a_n(b), `[B, B]`. Throws {@link ShapeError}, {@link DomainError} where an entry is not finite or the matrix not
 * symmetric.
 */
export function outerHessian(name: string, outer: Curved, b: Float64Array, sample: Sample): Matrix {
  const H = outer.hessian(b, sample);
  const B = b.length;
  const where = (): string => `for sample ${sample.index}, where b is [${b.join(", ")}]`;
  if (H.rows !== B || H.cols !== B) {
    throw new ShapeError(`${name}: ∇²a is ${H.rows} × ${H.cols}, expected ${B} × ${B}`);
  }
  if (!H.data.every(Number.isFinite)) {
    throw new DomainError(`${name}: ∇²a_n is not finite ${where()}`);
  }
  for (let i = 0; i < B; i++) {
    for (let j = 0; j < i; j++) {
      const [lower, upper] = [H.data[i * B + j], H.data[j * B + i]];
      const size = Math.sqrt(Math.abs(H.data[i * (B + 1)] * H.data[j * (B + 1)]));
      if (Math.abs(lower - upper) <= ROUNDING * Math.max(size, Math.abs(lower))) continue;
      throw new DomainError(
        `${name}: ∇²a_n is not symmetric ${where()}: entries (${i}, ${j}) and (${j}, ${i}) are ${lower} and ${upper}`,
      );
    }
  }
  return H;
}

/**
 * S_n with S_n S_nᵀ = ∇²a_n(b_n), `[N, B, B]` for b `[N, B]`, by eigenvalues; those that rounding made negative count as
 * zero. Throws {@link DomainError} naming the sample where one is negative beyond rounding.
 */
export function outerFactor<T extends Reals>(
  name: string,
  outer: Curved,
  { rows, cols: B, data: b }: Matrix<T>,
  targets: Matrix,
  start: number,
): Blocks<T> {
  const data = reals(b, rows * B * B);
  for (let n = 0; n < rows; n++) {
    const sample = sampleOf(targets, n, start);
    const point = Float64Array.from(b.subarray(n * B, (n + 1) * B));
    const eigen = kernels().eigh(outerHessian(name, outer, point, sample));
    const convexity = convexityOf(eigen);
    if (!(convexity >= -ROUNDING)) {
      throw new DomainError(
        `${name}: expected a convex loss, but for sample ${sample.index} an eigenvalue of its second ` +
          `derivatives is ${convexity} times the largest`,
      );
    }
    const roots = eigen.values.map((value) => Math.sqrt(Math.max(0, value)));
    for (let i = 0; i < B * B; i++) data[n * B * B + i] = eigen.vectors.data[i] * roots[i % B];
  }
  return { count: rows, rows: B, cols: B, data };
}
