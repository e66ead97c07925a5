/** Sums over the rows that every form of the information matrix test is made of. */
import { type Matrix, transpose, zeros } from "../linalg/matrix.ts";
import { addScaled } from "../linalg/plain.ts";
import { kernels } from "../linalg/provider.ts";
import {
  type Basis,
  basisSize,
  type Group,
  type MomentFamily,
  type MomentRow,
} from "./momentFamily.ts";
import { momentFamily } from "./moments.ts";
import { linearPredictors, Workspace } from "./problem.ts";
import type { Fit, InformationForm } from "./results.ts";
import { pieces, type RowBlock, type RowSource } from "./rows.ts";
import { scorer } from "./scorers.ts";

/** What to sum, and in which coordinates. */
export interface MomentPlan {
  readonly fit: Fit;
  readonly diagonal: boolean;
  readonly form: InformationForm;
  /** Tᵀ `[P, P]`, lower triangular: the bases are made of z = T⁻ᵀ x */
  readonly lower: Matrix;
}

/** Sums over K indicators d and S scores s. */
export interface MomentSums {
  /** K */
  readonly indicators: number;
  /** Σ d, `[K]` */
  readonly sum: Float64Array;
  /** Σ (d, s)(d, s)ᵀ, in expectation given x for the efficient form, `[K + S, K + S]` */
  readonly gram: Matrix;
  /** Σ E s sᵀ, `[S, S]`, and Σ ∂d/∂parameters, `[K, S]`, for White's variance of 1982 */
  readonly information?: Matrix;
  readonly derivative?: Matrix;
}

/** Doubles of a panel of rows. */
const PANEL = 49_152;

/** Where each group begins in a row of all indicators and scores. */
export function groupOffsets(groups: readonly Group[], P: number, diagonal: boolean): number[] {
  let top = 0;
  return groups.map(({ basis }) => {
    const offset = top;
    top += basisSize(basis, P, diagonal);
    return offset;
  });
}

/** Reads the rows once. */
export async function momentSums(
  source: RowSource,
  plan: MomentPlan,
  signal?: AbortSignal,
): Promise<MomentSums> {
  const sums = new Accumulator(plan, source.columns.length);
  const { fit } = plan;
  const model = {
    scorer: scorer(fit.family, fit.outputs + 1, fit.baseline),
    accurate: fit.condition.method === "orthogonal",
  };
  const space = new Workspace(sums.capacity, fit.outputs);
  for await (const block of source.blocks(signal)) {
    for (const piece of pieces(block, sums.capacity)) {
      linearPredictors(model, piece, fit.theta, space);
      sums.add(piece, space.outputs);
    }
  }
  return sums.result();
}

/** Some groups, and the Gram matrix of their rows. */
interface Factor {
  readonly groups: readonly number[];
  readonly gram: Matrix;
}

/** The coefficients of the rows of a piece: `[n, length]`. */
interface Coefficients {
  readonly length: number;
  readonly data: Float64Array;
}

type Bases = Readonly<Record<Basis, Matrix>>;

class Accumulator {
  readonly capacity: number;
  readonly #plan: MomentPlan;
  readonly #family: MomentFamily;
  readonly #sizes: readonly number[];
  readonly #offsets: readonly number[];
  readonly #width: number;
  /** the first group of scores, and how many indicators there are */
  readonly #first: number;
  readonly #indicators: number;
  readonly #sum: Float64Array;
  readonly #factors: readonly Factor[];
  /** scores alone, in expectation */
  readonly #scores: readonly Factor[];
  readonly #derivative: Matrix | undefined;
  readonly #panel: Float64Array;

  constructor(plan: MomentPlan, P: number) {
    this.#plan = plan;
    this.#family = momentFamily(plan.fit, plan.diagonal);
    const { groups, active } = this.#family;
    this.#offsets = groupOffsets(groups, P, plan.diagonal);
    this.#sizes = groups.map(({ basis }) => basisSize(basis, P, plan.diagonal));
    this.#width = this.#sizes.reduce((sum, size) => sum + size, 0);
    this.#first = groups.findIndex(({ score }) => score);
    this.#indicators = this.#offsets[this.#first];
    this.#sum = new Float64Array(this.#indicators);
    const factor = (own: readonly number[]): Factor => {
      const width = own.reduce((sum, g) => sum + this.#sizes[g], 0);
      return { groups: own, gram: zeros(width, width) };
    };
    const white = plan.form === "white-1982";
    this.#factors =
      plan.form === "efficient" ? active.map(factor) : [factor(groups.map((_, g) => g))];
    this.#scores = white ? active.map((own) => factor(own.filter((g) => groups[g].score))) : [];
    this.#derivative = white ? zeros(this.#indicators, this.#width - this.#indicators) : undefined;
    this.capacity = Math.max(16, Math.min(1024, Math.floor(PANEL / this.#width)));
    this.#panel = new Float64Array(this.capacity * this.#width);
  }

  add(piece: RowBlock, outputs: Float64Array): void {
    const G = this.#family.groups.length;
    const { a, sample, slopes } = this.#coefficients(piece, outputs);
    const bases = this.#bases(piece.X);
    this.#addSum(bases, sample, piece);
    if (this.#plan.form === "efficient") {
      for (const [f, factor] of this.#factors.entries()) this.#addFactor(factor, bases, a, f * G);
    } else this.#addFactor(this.#factors[0], bases, sample, 0);
    for (const [f, factor] of this.#scores.entries()) this.#addFactor(factor, bases, a, f * G);
    if (this.#derivative) this.#addDerivative(bases, slopes, this.#derivative);
  }

  result(): MomentSums {
    const gram = zeros(this.#width, this.#width);
    for (const factor of this.#factors) this.#scatter(factor, gram, 0);
    const result = { indicators: this.#indicators, sum: this.#sum, gram };
    if (!this.#derivative) return result;
    const scores = this.#width - this.#indicators;
    const information = zeros(scores, scores);
    for (const factor of this.#scores) this.#scatter(factor, information, this.#indicators);
    return { ...result, information, derivative: this.#derivative };
  }

  /** a `[n, F G]` and Σ_f ψ_f a_f `[n, G]`, both times √(how often the row occurs), and the derivatives. */
  #coefficients(
    { X, y, weights }: RowBlock,
    outputs: Float64Array,
  ): { a: Coefficients; sample: Coefficients; slopes: Coefficients } {
    const { fit } = this.#plan;
    const G = this.#family.groups.length;
    const F = this.#family.active.length;
    const n = X.rows;
    const table = (length: number): Coefficients => ({
      length,
      data: new Float64Array(n * length),
    });
    const a = table(F * G);
    const sample = table(G);
    const slopes = table(this.#derivative ? this.#first * (G - this.#first) : 0);
    const frequency = fit.weighting === "frequency";
    const row: MomentRow = {
      outputs,
      start: 0,
      target: 0,
      weight: 1,
      psi: new Float64Array(F),
      a: new Float64Array(F * G),
    };
    for (let i = 0; i < n; i++) {
      const w = weights ? weights[i] : 1;
      if (w === 0) continue;
      const root = frequency ? Math.sqrt(w) : 1;
      row.start = i * fit.outputs;
      row.target = y.data[i];
      row.weight = frequency ? 1 : w;
      this.#family.fill(row);
      for (let f = 0, t = 0; f < F; f++) {
        for (let g = 0; g < G; g++, t++) {
          a.data[i * F * G + t] = root * row.a[t];
          sample.data[i * G + g] += root * row.psi[f] * row.a[t];
        }
      }
      if (!this.#derivative) continue;
      const own = slopes.data.subarray(i * slopes.length, (i + 1) * slopes.length);
      this.#family.differentiate(row, own);
      for (let t = 0; t < own.length; t++) own[t] *= root * root;
    }
    return { a, sample, slopes };
  }

  #bases(X: Matrix): Bases {
    const columns = transpose(X);
    kernels().solveTriangular(this.#plan.lower, columns);
    const Z = transpose(columns);
    const one = { rows: X.rows, cols: 1, data: new Float64Array(X.rows).fill(1) };
    return { columns: Z, one, products: productsOf(Z, this.#plan.diagonal) };
  }

  #addSum(bases: Bases, sample: Coefficients, { X, weights }: RowBlock): void {
    const { groups } = this.#family;
    const frequency = this.#plan.fit.weighting === "frequency";
    const vector = new Float64Array(X.rows);
    for (let g = 0; g < this.#first; g++) {
      for (let i = 0; i < X.rows; i++) {
        const root = frequency && weights ? Math.sqrt(weights[i]) : 1;
        vector[i] = root * sample.data[i * sample.length + g];
      }
      const part = this.#sum.subarray(this.#offsets[g], this.#offsets[g] + this.#sizes[g]);
      kernels().gemv(bases[groups[g].basis], vector, part, { transA: true, beta: 1 });
    }
  }

  /** The rows Σ_g a_g basis_g of one factor, and their Gram matrix. */
  #addFactor(factor: Factor, bases: Bases, a: Coefficients, first: number): void {
    const { groups, gram } = factor;
    if (gram.rows === 0) return;
    const rows = bases.one.rows;
    const panel = this.#panel.subarray(0, rows * gram.cols);
    panel.fill(0);
    let place = 0;
    for (const g of groups) {
      const basis = bases[this.#family.groups[g].basis];
      for (let i = 0; i < rows; i++) {
        const weight = a.data[i * a.length + first + g];
        addScaled(weight, basis.data, i * basis.cols, panel, i * gram.cols + place, basis.cols);
      }
      place += basis.cols;
    }
    kernels().syrk({ rows, cols: gram.cols, data: panel }, gram, { transA: true, beta: 1 });
  }

  #addDerivative(bases: Bases, slopes: Coefficients, derivative: Matrix): void {
    const { groups } = this.#family;
    const S = groups.length - this.#first;
    for (let g = 0; g < this.#first; g++) {
      const left = bases[groups[g].basis];
      for (let h = 0; h < S; h++) {
        const right = bases[groups[this.#first + h].basis];
        const scaled = zeros(right.rows, right.cols);
        for (let i = 0; i < right.rows; i++) {
          const slope = slopes.data[i * slopes.length + g * S + h];
          addScaled(slope, right.data, i * right.cols, scaled.data, i * right.cols, right.cols);
        }
        const block = zeros(left.cols, right.cols);
        kernels().gemm(left, scaled, block, { transA: true });
        const column = this.#offsets[this.#first + h] - this.#indicators;
        for (let i = 0; i < block.rows; i++) {
          const to = (this.#offsets[g] + i) * derivative.cols + column;
          addScaled(1, block.data, i * block.cols, derivative.data, to, block.cols);
        }
      }
    }
  }

  /** Adds a factor's Gram matrix where its groups lie; `from` is the first row and column that `to` has. */
  #scatter({ groups, gram }: Factor, to: Matrix, from: number): void {
    const places = groups.flatMap((g) =>
      Array.from({ length: this.#sizes[g] }, (_, t) => this.#offsets[g] - from + t),
    );
    places.forEach((i, s) => {
      places.forEach((j, t) => {
        to.data[i * to.cols + j] += gram.data[s * gram.cols + t];
      });
    });
  }
}

/** z_j z_k for k ≤ j, or z_j² alone, row by row. */
function productsOf({ rows, cols: P, data }: Matrix, diagonal: boolean): Matrix {
  const Q = zeros(rows, basisSize("products", P, diagonal));
  for (let i = 0, t = 0; i < rows; i++) {
    const start = i * P;
    for (let j = 0; j < P; j++) {
      for (let k = diagonal ? j : 0; k <= j; k++, t++) {
        Q.data[t] = data[start + j] * data[start + k];
      }
    }
  }
  return Q;
}
