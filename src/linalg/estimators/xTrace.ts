/** XTrace: every probe both finds where the trace is and measures what the other probes did not find. */
import type { Generator } from "../../random/generator.ts";
import type { Matrix } from "../matrix.ts";
import { dot } from "../vector.ts";
import { type EstimatorOptions, meanOf, requireProducts, type TraceEstimate } from "./estimate.ts";
import { type LeaveOneOut, leaveOneOut, secondLoss, without } from "./leaveOneOut.ts";
import { rowProducts } from "./orthogonalRows.ts";
import { exactTrace, normals } from "./probes.ts";
import { CountedProducts, type Multiplication, row, rowsOf } from "./products.ts";

/**
 * The mean over i of tr Q_iᵀAQ_i + x_iᵀAx_i, where Q_i spans A Ω without column i, and x_i is probe i outside of Q_i,
 * brought to the length √(D − rank Q_i) (Epperly, Tropp & Webber 2024, with their normalization). The direction of x_i
 * is uniform on the sphere in the complement of Q_i, so each term is unbiased. Exact where A has a rank below half of
 * the products. The square of the standard error is unbiased but for a covariance that comes out negative and counts
 * as zero, see `leaveOneOut.ts`.
 *
 * Throws `DomainError` unless the products are even and at least 4, for a product that is not finite, for an operator
 * that is seen not to be symmetric; `ShapeError`.
 *
 * @example
 * const { value, standardError } = xTrace(A, stream(0), { products: 60 });
 */
export function xTrace(
  A: Multiplication,
  random: Generator,
  options: EstimatorOptions,
): TraceEstimate {
  const counted = new CountedProducts(A, "XTrace");
  const products = requireProducts(options, 2, "XTrace");
  if (products >= A.dimension) return exactTrace(counted);
  const probes = normals(random, products / 2, A.dimension);
  const parts = leaveOneOut(counted, probes);
  const terms = new Terms(probes, parts);
  const { value, standardError } = meanOf(terms.values);
  return {
    value,
    standardError: Math.sqrt(standardError ** 2 + Math.max(0, terms.covariance())),
    products: counted.count,
  };
}

/** A term before it is put together: tr QᵀAQ, xᵀAx, ‖x‖² and the dimension of what is outside of Q. */
interface Term {
  readonly inside: number;
  readonly form: number;
  readonly square: number;
  readonly outside: number;
}

const total = ({ inside, form, square, outside }: Term): number =>
  inside + (outside / square) * form;

class Terms {
  /** t_i, `[k]` */
  readonly values: Float64Array;
  private readonly terms: readonly Term[];
  /** p_i with x_i = ω_i − Q p_i, k times `[r]` */
  private readonly shadows: readonly Float64Array[];
  /** Qᵀ A ω_i */
  private readonly coordinates: readonly Float64Array[];
  /** s_i */
  private readonly lost: readonly Float64Array[];
  /** H s_i with H = QᵀAQ */
  private readonly lostImages: readonly Float64Array[];

  constructor(probes: Matrix, { images, basis, basisImages, coordinates, lost }: LeaveOneOut) {
    const r = basis.rows;
    const H = rowProducts(basisImages, basis);
    let trace = 0;
    for (let j = 0; j < r; j++) trace += H.data[j * (r + 1)];
    this.coordinates = rowsOf(coordinates);
    this.lost = rowsOf(lost);
    this.lostImages = rowsOf(rowProducts(lost, H));
    this.shadows = rowsOf(rowProducts(probes, basis)).map((w, i) => without(this.lost[i], w));
    this.terms = this.shadows.map((p, i) => {
      const [omega, s] = [row(probes, i), this.lost[i]];
      const Hp = rowProducts({ rows: 1, cols: r, data: p }, H).data;
      return {
        inside: trace - dot(s, this.lostImages[i]),
        form: dot(omega, row(images, i)) - 2 * dot(p, this.coordinates[i]) + dot(p, Hp),
        square: dot(omega, omega) - dot(p, p),
        outside: basis.cols - r + dot(s, s),
      };
    });
    this.values = Float64Array.from(this.terms, total);
  }

  /** The mean of (t_i − t_i^(j)) (t_j − t_j^(i)) over pairs. */
  covariance(): number {
    const k = this.terms.length;
    let sum = 0;
    for (let i = 0; i < k; i++) {
      for (let j = 0; j < i; j++) sum += this.change(i, j) * this.change(j, i);
    }
    return (2 * sum) / (k * (k - 1));
  }

  /** t_i − t_i^(j) */
  private change(i: number, j: number): number {
    const [si, sj] = [this.lost[i], this.lost[j]];
    const loss = secondLoss(si, sj);
    if (!loss) return 0;
    const term = this.terms[i];
    const [Hsi, Hsj] = [this.lostImages[i], this.lostImages[j]];
    const [p, Ay] = [this.shadows[i], this.coordinates[i]];
    // u, H u and their products with each other and with x
    let [uHu, up, uAy, pHu] = [0, 0, 0, 0];
    for (let a = 0; a < p.length; a++) {
      const u = loss.forth * sj[a] - loss.back * si[a];
      const Hu = loss.forth * Hsj[a] - loss.back * Hsi[a];
      uHu += u * Hu;
      up += u * p[a];
      uAy += u * Ay[a];
      pHu += p[a] * Hu;
    }
    // x becomes x + (uᵀp) Q u
    const fewer = {
      inside: term.inside - uHu,
      form: term.form + 2 * up * (uAy - pHu) + up ** 2 * uHu,
      square: term.square + up ** 2,
      outside: term.outside + 1,
    };
    return total(term) - total(fewer);
  }
}
