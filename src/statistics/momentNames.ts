/** The indicators of an information matrix test by name, in the units of the columns, most violated first. */
import { type Matrix, zeros } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import type { Group } from "./momentFamily.ts";
import { groupOffsets, type MomentPlan } from "./momentSums.ts";
import { momentFamily } from "./moments.ts";
import type { Fit, Moment } from "./results.ts";
import { INTERCEPT } from "./rows.ts";
import { triangle } from "./scorers.ts";

const SHOWN = 20;

/** Σ d `[K]` and its variance `[K, K]` are in the coordinates of the plan. */
export function describeMoments(plan: MomentPlan, sum: Float64Array, variance: Matrix): Moment[] {
  const { fit, diagonal, lower } = plan;
  const P = fit.columns.length;
  const { groups } = momentFamily(fit, diagonal);
  const offsets = groupOffsets(groups, P, diagonal);
  const all: Moment[] = [];
  groups.forEach((group, g) => {
    if (group.score) return;
    const change = toColumns(group, lower, diagonal);
    const K = change.rows;
    const from = offsets[g];
    const own = zeros(K, K);
    for (let i = 0; i < K; i++) {
      const start = (from + i) * variance.cols + from;
      own.data.set(variance.data.subarray(start, start + K), i * K);
    }
    const spread = zeros(K, K);
    kernels().gemm(change, own, spread);
    const names = groupNames(fit, group, diagonal);
    for (let i = 0; i < K; i++) {
      let [total, square] = [0, 0];
      for (let j = 0; j < K; j++) {
        total += change.data[i * K + j] * sum[from + j];
        square += change.data[i * K + j] * spread.data[i * K + j];
      }
      const z = total / Math.sqrt(square);
      // of a redundant indicator nothing is left but rounding
      const scale = change.data
        .subarray(i * K, (i + 1) * K)
        .reduce((most, c, j) => Math.max(most, c * c * own.data[j * (K + 1)]), 0);
      if (square > 1e-10 * scale && Number.isFinite(z)) {
        all.push({ name: names[i].name, z, ...excess(fit, names[i].entry) });
      }
    }
  });
  return merged(all.sort((a, b) => Math.abs(b.z) - Math.abs(a.z))).slice(0, SHOWN);
}

/** Indicators that are the same to rounding (the square of an indicator column is the column) under one name. */
function merged(moments: readonly Moment[]): Moment[] {
  const kept: Moment[] = [];
  for (const moment of moments) {
    const last = kept.at(-1);
    if (last === undefined || Math.abs(last.z - moment.z) > 1e-9 * Math.abs(last.z)) {
      kept.push(moment);
      continue;
    }
    const shorter = moment.name.length < last.name.length ? moment.name : last.name;
    kept[kept.length - 1] = { ...moment, ...last, name: shorter };
  }
  return kept;
}

/** From the basis in the plan's coordinates to the same in the columns themselves: x = L z. */
function toColumns(group: Group, L: Matrix, diagonal: boolean): Matrix {
  const P = L.rows;
  if (group.basis === "one") return { rows: 1, cols: 1, data: Float64Array.of(1) };
  if (group.basis === "columns") return L;
  if (diagonal) return { ...L, data: L.data.map((value) => value * value) };
  const K = triangle(P);
  const change = zeros(K, K);
  for (let i = 0, row = 0; i < P; i++) {
    for (let j = 0; j <= i; j++, row++) {
      for (let a = 0, col = 0; a <= i; a++) {
        for (let b = 0; b <= a; b++, col++) {
          const value = L.data[i * P + a] * L.data[j * P + b];
          const mirrored = a === b ? 0 : L.data[i * P + b] * L.data[j * P + a];
          change.data[row * K + col] = value + mirrored;
        }
      }
    }
  }
  return change;
}

interface Named {
  readonly name: string;
  /** the diagonal entry of F̃ and H that the indicator is */
  readonly entry?: number;
}

function groupNames(fit: Fit, { basis, predictors }: Group, diagonal: boolean): Named[] {
  const { columns, classes, baseline = 0, outputs } = fit;
  if (basis === "one") return [{ name: "kurtosis" }];
  if (basis === "columns") {
    return columns.map((column) => ({
      name: column === INTERCEPT ? "skewness" : `skewness × ${column}`,
    }));
  }
  const label = (m: number): string => {
    const c = m < baseline ? m : m + 1;
    return classes?.[c] ?? String(c);
  };
  const prefix =
    outputs === 1 || !predictors
      ? ""
      : predictors[0] === predictors[1]
        ? `${label(predictors[0])}: `
        : `${label(predictors[1])}/${label(predictors[0])}: `;
  const first = predictors && predictors[0] === predictors[1] ? predictors[0] : undefined;
  const own = outputs === 1 ? 0 : first;
  return columns.flatMap((a, i) =>
    columns.slice(diagonal ? i : 0, i + 1).map((b) => ({
      name: prefix + productName(b, a),
      ...(a === b && own !== undefined && { entry: own * columns.length + i }),
    })),
  );
}

function productName(a: string, b: string): string {
  if (a === b) return a === INTERCEPT ? "overall" : `${a}²`;
  if (b === INTERCEPT) return a;
  return a === INTERCEPT ? b : `${a} × ${b}`;
}

/** The entry of F̃ over that of H, minus 1. */
function excess({ information, theta }: Fit, entry: number | undefined): { excess?: number } {
  if (entry === undefined) return {};
  const t = entry * (theta.length + 1);
  return { excess: information.empirical.data[t] / information.fisher.data[t] - 1 };
}
