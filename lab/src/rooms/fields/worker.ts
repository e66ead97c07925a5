/** Computes for one panel of the room Fields: everything that needs the samples. */
import { expose, transfer } from "comlink";
import { planarMethod } from "../../compute/directions.ts";
import { arrows, follow, type PanelSpec, type Path, stepAt } from "../../compute/paths.ts";
import {
  minimumOf,
  type PlanarData,
  type PlanarProblem,
  type Point,
  planarProblem,
  type Symmetric,
} from "../../compute/planar.ts";
import { type Grid, lossGrid } from "../../compute/surface.ts";
import type { Window } from "./data.ts";

/** arrows along a side of a panel, as in the paper */
export const ARROWS = 15;
const GRID = 41;

/** What has changed; the samples stay where they are not given. */
export interface Request {
  readonly data?: PlanarData;
  readonly window: Window;
  readonly panel: PanelSpec;
  readonly starts: readonly Point[];
  readonly stepSize: number;
  readonly steps: number;
  readonly wants: {
    readonly surface: boolean;
    readonly field: boolean;
    /** indices of starts */
    readonly paths: readonly number[];
  };
}

export interface Surface {
  readonly grid: Grid;
  readonly minimum: Point | null;
  /** at the minimum, NaN where there is none */
  readonly loss: number;
}

export interface Answer {
  readonly surface?: Surface;
  readonly field?: Float64Array;
  readonly paths: readonly { readonly start: number; readonly path: Path }[];
}

/** What the method does at θ. */
export interface Probe {
  readonly theta: Point;
  readonly step: Point;
  readonly metric: Symmetric | null;
}

let problem: PlanarProblem | undefined;
let last: Point = [0, 0];

function current(): PlanarProblem {
  if (!problem) throw new Error("no samples yet");
  return problem;
}

const api = {
  update(request: Request): Answer {
    if (request.data) problem = planarProblem(request.data);
    const { window, wants, panel, starts } = request;
    const answer: Answer = {
      ...(wants.surface && { surface: surface(window) }),
      ...(wants.field && { field: arrows(current(), panel, window, ARROWS) }),
      paths: wants.paths.map((start) => ({
        start,
        path: follow(current(), panel, starts[start], request),
      })),
    };
    return transfer(answer, buffers(answer));
  },
  probe(theta: Point, panel: PanelSpec): Probe {
    const method = planarMethod(current(), panel.method, panel);
    return { theta, step: stepAt(current(), method, theta), metric: method.metric(theta) };
  },
  /** Of other samples than the current ones; null where there is none. */
  minimum: (data: PlanarData): Point | null => minimumOf(planarProblem(data)),
};

export type FieldsWorker = typeof api;
expose(api);

function surface({ x, y }: Window): Surface {
  const minimum = minimumOf(current(), last) ?? minimumOf(current());
  if (minimum) last = minimum;
  const loss = minimum ? current().sums(...minimum).loss : Number.NaN;
  return { grid: lossGrid(current(), x, y, GRID), minimum, loss };
}

function buffers({ surface, field, paths }: Answer): ArrayBuffer[] {
  const arrays = [
    ...(surface ? [surface.grid.values] : []),
    ...(field ? [field] : []),
    ...paths.flatMap(({ path }) => [path.points, path.loss, path.gradientNorm, path.cosine]),
  ];
  return arrays.map((array) => array.buffer as ArrayBuffer);
}
