/**
 * Logistic regression in lanes, with the paper's clipped probabilities. Per iteration and lane: outputs
 * Bη, residuals and weights, the gradient Bᵀr/N and the packed curvature Pᵀw/N, where row n of P holds the
 * products of pairs of entries of row n of B. All three products are done for all lanes at once.
 */
import {
  fillPanels,
  type LaneMemory,
  type LaneSparse,
  openLanes,
  panelRows,
  solveWorkspace,
} from "../../linalg/lanes.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import type { SparseMatrix } from "../../linalg/sparse.ts";
import type { Method } from "../results.ts";
import { fillLane, type LaneProblem, moveLanes, packLower, triangle } from "./laneProblem.ts";
import { orthogonalReduction, type Reduction, sparseReduction } from "./reduction.ts";

/** The paper's code clips probabilities to [CLIP, 1 − CLIP]. */
export const CLIP = 1e-8;

/** Few lanes where the packed curvature is long: it should stay in the cache of a core. */
const DENSE_LANES = 64;
const SPARSE_LANES = 16;

/** The three linear maps of an iteration, on `[·, lanes]` arrays. */
interface Products {
  /** f = Bη */
  outputs(eta: Float64Array, f: Float64Array): void;
  /** Bᵀr / N */
  gradient(r: Float64Array, g: Float64Array): void;
  /** Pᵀw / N */
  curvature(w: Float64Array, C: Float64Array): void;
}

/** `lanes` is of dense inputs. */
export function logisticLanes(
  X: Matrix | SparseMatrix,
  y: Float64Array,
  lanes = DENSE_LANES,
): LaneProblem {
  return "kind" in X ? sparseLogistic(X, y) : denseLogistic(X, y, lanes);
}

/** Lengths of the arrays that both kinds of input need. */
function lengths(N: number, d: number, lanes: number): Record<SharedArray, number> {
  return {
    y: N,
    f: panelRows(N) * lanes,
    residual: N * lanes,
    weight: N * lanes,
    loss: lanes,
    eta: d * lanes,
    g: panelRows(d) * lanes,
    z: panelRows(d) * lanes,
    curvature: panelRows(triangle(d)) * lanes,
    gram: panelRows(d) * d,
    metric: triangle(d),
    damping: lanes,
    work: Math.max(solveWorkspace(d), lanes),
  };
}

type SharedArray =
  | "y"
  | "f"
  | "residual"
  | "weight"
  | "loss"
  | "eta"
  | "g"
  | "z"
  | "curvature"
  | "gram"
  | "metric"
  | "damping"
  | "work";

function denseLogistic(X: Matrix, y: Float64Array, lanes: number): LaneProblem {
  const reduction = orthogonalReduction(X);
  const { rows: N, cols: d, data } = reduction.basis;
  const pairs = triangle(d);
  const memory = openLanes(lanes, {
    ...lengths(N, d, lanes),
    basis: panelRows(N) * d,
    transposed: panelRows(d) * N,
    products: panelRows(pairs) * N,
  });
  const { basis, transposed, products } = memory.reals;
  const b = (n: number, j: number): number => data[n * d + j];
  const [first, second] = pairsOf(d);
  const rows = fillPanels(basis, N, d, b);
  const columns = fillPanels(transposed, d, N, (j, n) => b(n, j) / N);
  const pairRows = fillPanels(products, pairs, N, (p, n) => (b(n, first[p]) * b(n, second[p])) / N);
  return logistic(memory, reduction, y, {
    outputs: (eta, f) => memory.multiplyDense(rows, eta, f),
    gradient: (r, g) => memory.multiplyDense(columns, r, g),
    curvature: (w, C) => memory.multiplyDense(pairRows, w, C),
  });
}

/** The row i and the column j ≤ i of each place of a packed lower triangle. */
function pairsOf(d: number): [Int32Array, Int32Array] {
  const [first, second] = [new Int32Array(triangle(d)), new Int32Array(triangle(d))];
  for (let i = 0; i < d; i++) {
    first.fill(i, triangle(i), triangle(i + 1));
    for (let j = 0; j <= i; j++) second[triangle(i) + j] = j;
  }
  return [first, second];
}

function sparseLogistic(X: SparseMatrix, y: Float64Array): LaneProblem {
  const reduction = sparseReduction(X);
  const { rows: N, cols: d } = reduction.basis;
  const { rows, columns, pairs } = nonzeros(reduction.basis);
  const maps = { rows: compress(rows), columns: compress(columns), pairs: compress(pairs) };
  const memory = openLanes(
    SPARSE_LANES,
    {
      ...lengths(N, d, SPARSE_LANES),
      rows: maps.rows.values.length,
      columns: maps.columns.values.length,
      pairs: maps.pairs.values.length,
    },
    {
      rowsFrom: maps.rows.rowPointers.length,
      rowsAt: maps.rows.columns.length,
      columnsFrom: maps.columns.rowPointers.length,
      columnsAt: maps.columns.columns.length,
      pairsFrom: maps.pairs.rowPointers.length,
      pairsAt: maps.pairs.columns.length,
    },
  );
  const place = (name: "rows" | "columns" | "pairs"): LaneSparse => {
    const placed = {
      rows: maps[name].rows,
      rowPointers: memory.indices[`${name}From`],
      columns: memory.indices[`${name}At`],
      values: memory.reals[name],
    };
    placed.rowPointers.set(maps[name].rowPointers);
    placed.columns.set(maps[name].columns);
    placed.values.set(maps[name].values);
    return placed;
  };
  const [outputs, gradient, curvature] = [place("rows"), place("columns"), place("pairs")];
  return logistic(memory, reduction, y, {
    outputs: (eta, f) => memory.multiplySparse(outputs, eta, f),
    gradient: (r, g) => memory.multiplySparse(gradient, r, g),
    curvature: (w, C) => memory.multiplySparse(curvature, w, C),
  });
}

type Entry = [column: number, value: number];

/** The nonzeros of B by rows, of Bᵀ/N by rows, and of Pᵀ/N by rows (pairs i ≥ j, packed). */
function nonzeros(B: SparseMatrix): Record<"rows" | "columns" | "pairs", Entry[][]> {
  const N = B.rows;
  const rows = Array.from({ length: N }, (): Entry[] => []);
  const columns = Array.from({ length: B.cols }, (): Entry[] => []);
  const pairs = Array.from({ length: triangle(B.cols) }, (): Entry[] => []);
  for (let n = 0; n < N; n++) {
    for (let p = B.rowPointers[n]; p < B.rowPointers[n + 1]; p++) {
      const [i, x] = [B.columns[p], B.values[p]];
      rows[n].push([i, x]);
      columns[i].push([n, x / N]);
      for (let q = B.rowPointers[n]; q < B.rowPointers[n + 1]; q++) {
        const j = B.columns[q];
        if (j <= i) pairs[triangle(i) + j].push([n, (x * B.values[q]) / N]);
      }
    }
  }
  return { rows, columns, pairs };
}

function compress(rows: Entry[][]): LaneSparse {
  const rowPointers = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => {
    rowPointers[i + 1] = rowPointers[i] + row.length;
  });
  const entries = rows.flat();
  return {
    rows: rows.length,
    rowPointers,
    columns: Int32Array.from(entries, ([column]) => column),
    values: Float64Array.from(entries, ([, value]) => value),
  };
}

function logistic(
  memory: LaneMemory<SharedArray, never>,
  { basis, gram, metric }: Reduction,
  y: Float64Array,
  products: Products,
): LaneProblem {
  const { reals, lanes } = memory;
  const d = basis.cols;
  reals.y.set(y);
  const inverseMetric = fillPanels(reals.gram, d, d, (i, j) => gram.data[i * d + j]);
  reals.metric.set(packLower(metric));

  const solve = (dampings: Float64Array): void => {
    products.curvature(reals.weight, reals.curvature);
    reals.damping.set(dampings);
    memory.solve({
      n: d,
      C: reals.curvature,
      K: reals.metric,
      damping: reals.damping,
      g: reals.g,
      z: reals.z,
      work: reals.work,
    });
  };
  /** z for each method: K g; (F + λK⁻¹)⁻¹ g; (F̃ + λK⁻¹)⁻¹ g */
  const methods: Record<
    Method,
    { weights: "fisher" | "empirical"; direction: (dampings: Float64Array) => void }
  > = {
    GD: {
      weights: "fisher",
      direction: () => memory.multiplyDense(inverseMetric, reals.g, reals.z),
    },
    NGD: { weights: "fisher", direction: solve },
    EFGD: { weights: "empirical", direction: solve },
  };
  let current = methods.GD;

  return {
    lanes,
    dimension: d,
    metric,
    reset: (lane) => fillLane(reals.eta, lanes, lane, () => 0),
    evaluate(method) {
      current = methods[method];
      products.outputs(reals.eta, reals.f);
      memory.clippedLogistic({
        f: reals.f,
        y: reals.y,
        residual: reals.residual,
        weight: reals.weight,
        loss: reals.loss,
        work: reals.work,
        clip: CLIP,
        weights: current.weights,
      });
      return reals.loss;
    },
    direction(dampings) {
      products.gradient(reals.residual, reals.g);
      current.direction(dampings);
      return reals.z;
    },
    move: (stepSizes) => moveLanes(reals.eta, reals.z, stepSizes),
  };
}
