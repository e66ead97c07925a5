/**
 * Many small problems of one shape, solved side by side: entry (i, lane) of a `[rows, lanes]` array lies
 * at `i * lanes + lane`. The arrays live in the memory of a WebAssembly instance, where the kernels of
 * `assembly/lanes.ts` work on them without a copy. They are the same for every provider and use no fused
 * multiply-add, so that a long iteration ends in the same bits on every machine.
 */
import { bytes } from "./laneKernels.generated.ts";
import { decodeBase64 } from "./wasm.ts";

interface LaneExports {
  denseTimesLanes(m: number, k: number, lanes: number, A: number, W: number, out: number): void;
  sparseTimesLanes(
    m: number,
    lanes: number,
    rowPointers: number,
    columns: number,
    values: number,
    W: number,
    out: number,
  ): void;
  clippedLogistic(
    n: number,
    lanes: number,
    f: number,
    y: number,
    clip: number,
    fisher: number,
    residual: number,
    weight: number,
    loss: number,
    work: number,
  ): void;
  solveLanes(
    n: number,
    lanes: number,
    C: number,
    K: number,
    damping: number,
    g: number,
    z: number,
    work: number,
  ): void;
}

const PAGE = 65536;
const ALIGNMENT = 64;
/** Lanes come in multiples of this, the widest step of the kernels. */
export const LANE_STEP = 16;

let compiled: WebAssembly.Module | undefined;

/** A dense matrix inside the lane memory, in panels of four rows; `data` has `panelRows(rows) · cols` entries. */
export interface LaneDense {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float64Array;
}

/** `rows` rounded up to whole panels: the rows that a product with a {@link LaneDense} writes. */
export function panelRows(rows: number): number {
  return (rows + 3) & ~3;
}

/** Writes a `[rows, cols]` matrix into `data` in panels of four rows, column after column within a panel. */
export function fillPanels(
  data: Float64Array,
  rows: number,
  cols: number,
  entry: (i: number, j: number) => number,
): LaneDense {
  for (let i = 0; i < rows; i++) {
    const panel = (i >> 2) * 4 * cols + (i & 3);
    for (let j = 0; j < cols; j++) data[panel + 4 * j] = entry(i, j);
  }
  return { rows, cols, data };
}

/** A compressed-row matrix inside the lane memory. */
export interface LaneSparse {
  readonly rows: number;
  readonly rowPointers: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** A memory with named arrays and the kernels that work on them. */
export interface LaneMemory<R extends string, I extends string> {
  readonly lanes: number;
  readonly reals: Readonly<Record<R, Float64Array>>;
  readonly indices: Readonly<Record<I, Int32Array>>;
  /** out `[m, lanes]` = A `[m, k]` · W `[k, lanes]`, A as {@link fillPanels} lays it out; W and out may be longer */
  multiplyDense(A: LaneDense, W: Float64Array, out: Float64Array): void;
  /** out `[rows, lanes]` = A · W `[·, lanes]` */
  multiplySparse(A: LaneSparse, W: Float64Array, out: Float64Array): void;
  /**
   * Clipped logistic regression: from outputs f `[n, lanes]` and labels y `[n]` the residual p − y, the
   * weight (p(1 − p) for `weights: "fisher"`, (p − y)² for `"empirical"`) and the mean loss `[lanes]`.
   */
  clippedLogistic(arrays: {
    f: Float64Array;
    y: Float64Array;
    residual: Float64Array;
    weight: Float64Array;
    loss: Float64Array;
    work: Float64Array;
    clip: number;
    weights: "fisher" | "empirical";
  }): void;
  /**
   * Per lane z ← (C + damping · K)⁻¹ g; C packed lower `[n(n+1)/2, lanes]`, K packed lower `[n(n+1)/2]`,
   * g and z `[n, lanes]`. A lane whose matrix is not positive definite gets NaN.
   */
  solve(arrays: {
    n: number;
    C: Float64Array;
    K: Float64Array;
    damping: Float64Array;
    g: Float64Array;
    z: Float64Array;
    work: Float64Array;
  }): void;
}

/** Entries of the workspace of {@link LaneMemory.solve} for matrices `[n, n]`. */
export function solveWorkspace(n: number): number {
  const padded = panelRows(n);
  return 2 * (padded * padded + 2 * padded);
}

/** Opens a memory with arrays of the given lengths, zeroed. `lanes` must be a multiple of {@link LANE_STEP}. */
export function openLanes<R extends string, I extends string = never>(
  lanes: number,
  reals: Readonly<Record<R, number>>,
  indices: Readonly<Record<I, number>> = {} as Record<I, number>,
): LaneMemory<R, I> {
  if (lanes % LANE_STEP !== 0) {
    throw new RangeError(`lanes must be a multiple of ${LANE_STEP}, found ${lanes}`);
  }
  const sizes: [string, number][] = [
    ...(Object.entries(reals) as [string, number][]).map(([k, n]): [string, number] => [k, 8 * n]),
    ...(Object.entries(indices) as [string, number][]).map(([k, n]): [string, number] => [
      k,
      4 * n,
    ]),
  ];
  // The kernels keep constants in the first page.
  let top = PAGE;
  const offsets = new Map<string, number>();
  for (const [key, size] of sizes) {
    offsets.set(key, top);
    top += Math.ceil(size / ALIGNMENT) * ALIGNMENT;
  }
  const memory = new WebAssembly.Memory({ initial: Math.ceil(top / PAGE) });
  compiled ??= new WebAssembly.Module(decodeBase64(bytes));
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  const raw = exports as unknown as LaneExports;
  const real = Object.fromEntries(
    (Object.entries(reals) as [R, number][]).map(([k, n]) => [
      k,
      new Float64Array(memory.buffer, offsets.get(k), n),
    ]),
  ) as Record<R, Float64Array>;
  const index = Object.fromEntries(
    (Object.entries(indices) as [I, number][]).map(([k, n]) => [
      k,
      new Int32Array(memory.buffer, offsets.get(k), n),
    ]),
  ) as Record<I, Int32Array>;

  return {
    lanes,
    reals: real,
    indices: index,
    multiplyDense({ rows, cols, data }, W, out) {
      const m = panelRows(rows);
      raw.denseTimesLanes(m, cols, lanes, data.byteOffset, W.byteOffset, out.byteOffset);
    },
    multiplySparse(A, W, out) {
      raw.sparseTimesLanes(
        A.rows,
        lanes,
        A.rowPointers.byteOffset,
        A.columns.byteOffset,
        A.values.byteOffset,
        W.byteOffset,
        out.byteOffset,
      );
    },
    clippedLogistic({ f, y, residual, weight, loss, work, clip, weights }) {
      raw.clippedLogistic(
        y.length,
        lanes,
        f.byteOffset,
        y.byteOffset,
        clip,
        weights === "fisher" ? 1 : 0,
        residual.byteOffset,
        weight.byteOffset,
        loss.byteOffset,
        work.byteOffset,
      );
    },
    solve({ n, C, K, damping, g, z, work }) {
      raw.solveLanes(
        n,
        lanes,
        C.byteOffset,
        K.byteOffset,
        damping.byteOffset,
        g.byteOffset,
        z.byteOffset,
        work.byteOffset,
      );
    },
  };
}
