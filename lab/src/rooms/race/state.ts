/** The state of the room Race: what its address holds. */
import type { Method } from "../../../../src/experiments/results.ts";
import type { Point } from "../../compute/planar.ts";
import { type Codec, choice, type Field, optional, tuples, whole } from "../../shell/codec.ts";
import type { DataName } from "./data.ts";
import { type GridName, gridNames } from "./grids.ts";

/** Decimal logarithms of step size and damping; gradient descent has no damping. */
export type Choice = readonly number[];

export interface RaceState {
  data: DataName;
  grid: GridName;
  iterations: number;
  /** the chosen cell of each optimizer; null for the best one */
  GD: Choice | null;
  NGD: Choice | null;
  EFGD: Choice | null;
  /** iteration at which values are read; null for the last */
  position: number | null;
  /** in coordinates of the plane of starting points */
  starts: readonly Point[];
}

export const ranges = {
  iterations: { min: 10, max: 200 },
  /** of the plane of starting points: along the line to the minimum, and across */
  along: [-0.5, 1.7],
  across: [-1.1, 1.1],
} as const;

/** Those of Figure 5. */
export const paperStarts: readonly Point[] = [
  [0.875, 0],
  [0.75, 0],
  [0.5, 0],
  [0, 0],
];

export const optimizers: readonly Method[] = ["GD", "NGD", "EFGD"];

export const codec: Codec<RaceState> = {
  data: choice("data", "Wine", ["Wine", "Iris", "BreastCancer", "table"]),
  grid: choice("grid", "finer", gridNames),
  iterations: whole("iterations", 100, ranges.iterations),
  GD: cell("gd", 1),
  NGD: cell("ngd", 2),
  EFGD: cell("efgd", 2),
  position: optional(whole("t", 0, { min: 0, max: ranges.iterations.max })),
  starts: startList("starts"),
};

function cell(key: string, length: number): Field<Choice | null> {
  const { write, read } = tuples(key, [], { length });
  return optional<Choice>({
    key,
    initial: [],
    write: (value) => write([value]),
    read: (text) => {
      const found = read(text);
      return found?.length === 1 ? found[0] : undefined;
    },
  });
}

function startList(key: string): Field<readonly Point[]> {
  const { write, read } = tuples(key, paperStarts, { length: 2, digits: 4 });
  const within = (value: number, [low, high]: readonly [number, number]): boolean =>
    value >= low && value <= high;
  return {
    key,
    initial: paperStarts,
    write,
    read(text) {
      const found = read(text);
      if (!found || found.length !== paperStarts.length) return undefined;
      const good = found.every(([c, b]) => within(c, ranges.along) && within(b, ranges.across));
      return good ? found.map(([c, b]): Point => [c, b]) : undefined;
    },
  };
}
