/** Whether a convex function can become stationary in a box: the amended part of Definition 1. */
import type { Eigen } from "../linalg/kernels.ts";
import { kernels } from "../linalg/provider.ts";
import type { Interval, OuterLoss, Sample } from "./split.ts";

/** squared Newton decrement below which a point counts as stationary, or as close to it as one likes */
export const STATIONARY = 1e-8;
/** of an eigenvalue, relative to the largest: negative ones above it are rounding */
export const ROUNDING = 1e-10;

const STEPS = 200;
/** from the largest double to the smallest */
const HALVINGS = 2100;

/** What {@link leastResidual} found. */
export interface LeastResidual {
  /**
   * ∇aᵀ (∇²a)⁻¹ ∇a where a is least in the box: 0 where ∇a vanishes, towards 0 where it vanishes in a limit. Free of the
   * units of b, unlike ‖∇a‖.
   */
  readonly decrement: number;
  /** the least eigenvalue of ∇²a met on the way, over the largest size of one at the same point; −1 … 1 */
  readonly convexity: number;
}

/**
 * Minimizes a_n over the box, from `start`, by projected Newton steps. For a convex a_n a stationary point in
 * the box is a minimum over it, so that where the minimum is not stationary there is none.
 */
export function leastResidual(
  outer: OuterLoss,
  sample: Sample,
  start: Float64Array,
  box: readonly Interval[],
): LeastResidual {
  let b = start;
  let convexity = 1;
  let decrement = Infinity;
  for (let step = 0; step < STEPS; step++) {
    const g = outer.gradient(b, sample);
    const all = Array.from(b.keys());
    const full = newton(outer, sample, b, g, all);
    convexity = Math.min(convexity, full.convexity);
    decrement = full.decrement;
    if (!(decrement > STATIONARY)) break;
    // components that the box holds back
    const free = all.filter(
      (i) => !((b[i] <= box[i][0] && g[i] > 0) || (b[i] >= box[i][1] && g[i] < 0)),
    );
    const inside = free.length === all.length ? full : newton(outer, sample, b, g, free);
    if (!(inside.decrement > STATIONARY)) break;
    const next = search(outer, sample, b, g, inside.direction, box);
    if (!next) break;
    b = next;
  }
  return { decrement: Number.isNaN(decrement) ? Infinity : decrement, convexity };
}

interface NewtonStep extends LeastResidual {
  /** (∇²a)⁻¹ ∇a, `[B]`, zero in components not asked for */
  readonly direction: Float64Array;
}

function newton(
  outer: OuterLoss,
  sample: Sample,
  b: Float64Array,
  g: Float64Array,
  free: readonly number[],
): NewtonStep {
  const { cols, data } = outer.hessian(b, sample);
  const n = free.length;
  const direction = new Float64Array(b.length);
  if (n === 0) return { decrement: 0, convexity: 1, direction };
  const H = { rows: n, cols: n, data: new Float64Array(n * n) };
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) H.data[i * n + j] = data[free[i] * cols + free[j]];
  }
  const { values, vectors } = kernels().eigh(H);
  const largest = Math.max(Math.abs(values[0]), values[n - 1]);
  let decrement = 0;
  for (let k = 0; k < n; k++) {
    let along = 0;
    for (let i = 0; i < n; i++) along += vectors.data[i * n + k] * g[free[i]];
    if (along === 0) continue;
    // directions without curvature get a long step, not an infinite one
    const length = along / Math.max(values[k], ROUNDING * largest);
    decrement += along * length;
    for (let i = 0; i < n; i++) direction[free[i]] += length * vectors.data[i * n + k];
  }
  return { decrement, convexity: convexityOf({ values }), direction };
}

/** The least eigenvalue over the largest size of one; 1 for zero matrices. */
export function convexityOf({ values }: Pick<Eigen, "values">): number {
  const largest = Math.max(Math.abs(values[0]), values[values.length - 1]);
  return largest === 0 ? 1 : values[0] / largest;
}

/** A point with a smaller value along −direction, projected on the box; undefined where there is none. */
function search(
  outer: OuterLoss,
  sample: Sample,
  b: Float64Array,
  g: Float64Array,
  direction: Float64Array,
  box: readonly Interval[],
): Float64Array | undefined {
  const value = outer.value(b, sample);
  for (let halving = 0, t = 1; halving < HALVINGS; halving++, t /= 2) {
    const next = b.map((x, i) => Math.min(Math.max(x - t * direction[i], box[i][0]), box[i][1]));
    const fall = next.reduce((sum, x, i) => sum + g[i] * (b[i] - x), 0);
    if (fall === 0) return undefined;
    if (outer.value(next, sample) <= value - 1e-4 * fall) return next;
  }
  return undefined;
}
