/** Rows of a layer that have to be written out, a few samples at a time: what {@link WeightRows} needs of nothing more. */
import { inBlocks } from "../linalg/blocks.ts";
import { type Matrix, type Reals, reals, zeros } from "../linalg/matrix.ts";
import { normalized } from "../linalg/normalized.ts";
import { addScaled, addSquares, writeScaled } from "../linalg/plain.ts";
import { kernels } from "../linalg/provider.ts";
import type { WeightRows } from "./weightRows.ts";

/** Where rows belong and how many there are. */
export interface RowsPlace {
  /** the layer's name in its network */
  readonly layer: string;
  /** of the layer's first parameter in θ */
  readonly offset: number;
  /** parameters of the layer */
  readonly size: number;
  /** B */
  readonly samples: number;
  /** K */
  readonly columns: number;
}

/** entries of the rows that are held at once: 8 MiB of float64 */
const HELD = 2 ** 20;

/** The rows that `write` writes, of the element type of `like`; without outer products. */
export function writtenRows<T extends Reals>(
  place: RowsPlace,
  like: T,
  write: WeightRows<T>["write"],
): WeightRows<T> {
  const { size, samples: B, columns: K } = place;
  const result: WeightRows<T> = {
    ...place,
    write,
    rows() {
      const all = { rows: B * K, cols: size, data: reals(like, B * K * size) };
      write(0, B, all, 0);
      return all;
    },
    addSquares(sum) {
      eachGroup(result, like, (rows) => addRowSquares(rows, sum));
    },
    inner(other) {
      const sum = zeros(B * K, other.samples * other.columns);
      eachGroup(result, like, (group, first) => {
        const mine = normalized(group);
        eachGroup(other, like, (others, second) => {
          const theirs = normalized(others);
          const [rows, cols] = [group.rows, others.rows];
          const block = { rows, cols, data: reals(like, rows * cols) };
          kernels().gemm(mine.matrix, theirs.matrix, block, { transB: true });
          const unit = mine.unit * theirs.unit;
          for (let r = 0; r < rows; r++) {
            writeScaled(
              unit,
              block.data,
              r * cols,
              sum.data,
              (first + r) * sum.cols + second,
              cols,
            );
          }
        });
      });
      return sum;
    },
  };
  return result;
}

/** Adds the sums of squares of the columns of `rows` `[R, n]` to `sum` `[n]`. */
export function addRowSquares({ rows, cols, data }: Matrix<Reals>, sum: Float64Array): void {
  for (let r = 0; r < rows; r++) {
    inBlocks(cols, (from, to) => addSquares(data, r * cols + from, sum, from, to - from));
  }
}

/** Calls `visit` with the rows of consecutive samples and the index of their first; they are overwritten afterwards. */
export function eachGroup<T extends Reals>(
  rows: WeightRows<T>,
  like: T,
  visit: (rows: Matrix<T>, first: number) => void,
): void {
  const { samples: B, columns: K, size } = rows;
  const count = Math.min(B, Math.max(1, Math.floor(HELD / (K * size))));
  const room = reals(like, count * K * size);
  for (let start = 0; start < B; start += count) {
    const end = Math.min(start + count, B);
    const group = { rows: (end - start) * K, cols: size };
    const data = room.subarray(0, group.rows * size) as T;
    rows.write(start, end, { ...group, data }, 0);
    visit({ ...group, data }, start * K);
  }
}

/** The sums of the rows of several uses of one layer, whose weights are tied; samples and columns agree. */
export function summedRows<T extends Reals>(
  uses: readonly WeightRows<T>[],
  like: T,
): WeightRows<T> {
  const [first, ...rest] = uses;
  const { layer, offset, size, samples, columns } = first;
  const place = { layer, offset, size, samples, columns };
  const sums = writtenRows<T>(place, like, (start, end, target, column) => {
    first.write(start, end, target, column);
    const rows = (end - start) * columns;
    const room = { rows, cols: size, data: reals(like, rows * size) };
    for (const use of rest) {
      use.write(start, end, room, 0);
      for (let r = 0; r < rows; r++) {
        addScaled(1, room.data, r * size, target.data, r * target.cols + column, size);
      }
    }
  });
  return { ...sums, uses: uses.length };
}
