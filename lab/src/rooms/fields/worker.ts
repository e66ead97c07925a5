/** Computes for the room Fields: everything that needs the samples. */
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
const GRID = 49;

/** What has changed; the samples stay where they are not given. */
export interface Request {
  readonly data?: PlanarData;
  readonly window: Window;
  readonly panels: readonly PanelSpec[];
  readonly starts: readonly Point[];
  readonly stepSize: number;
  readonly steps: number;
  readonly wants: {
    readonly surface: boolean;
    readonly fields: boolean;
    /** indices of starts */
    readonly paths: readonly number[];
  };
}

export interface Answer {
  readonly surface?: { readonly grid: Grid; readonly minimum: Point | null; readonly loss: number };
  /** a field for each panel */
  readonly fields?: readonly Float64Array[];
  /** for each start asked for, a path for each panel */
  readonly paths: readonly { readonly start: number; readonly paths: readonly Path[] }[];
}

/** What the methods do at one θ. */
export interface Probe {
  readonly theta: Point;
  readonly gradient: Point;
  readonly panels: readonly { readonly step: Point; readonly metric: Symmetric | null }[];
}

let problem: PlanarProblem | undefined;
let minimum: Point | null = null;

function current(): PlanarProblem {
  if (!problem) throw new Error("no samples yet");
  return problem;
}

const api = {
  update(request: Request): Answer {
    if (request.data) {
      problem = planarProblem(request.data);
      minimum = minimumOf(problem, minimum ?? [0, 0]) ?? minimumOf(problem);
    }
    const { window, wants, panels, starts } = request;
    const answer: Answer = {
      ...(wants.surface && { surface: surface(window) }),
      ...(wants.fields && {
        fields: panels.map((panel) => arrows(current(), panel, window, ARROWS)),
      }),
      paths: wants.paths.map((start) => ({
        start,
        paths: panels.map((panel) => follow(current(), panel, starts[start], request)),
      })),
    };
    return transfer(answer, buffers(answer));
  },
  /** Of other samples than the current ones; null where there is none. */
  minimum: (data: PlanarData): Point | null => minimumOf(planarProblem(data)),
  probe(theta: Point, panels: readonly PanelSpec[]): Probe {
    const now = current();
    const [g, h] = now.objective.gradient(Float64Array.from(theta));
    return {
      theta,
      gradient: [g, h],
      panels: panels.map((panel) => {
        const method = planarMethod(now, panel.method, panel);
        return { step: stepAt(now, method, theta), metric: method.metric(theta) };
      }),
    };
  },
};

export type FieldsWorker = typeof api;
expose(api);

function surface({ x, y }: Window): NonNullable<Answer["surface"]> {
  const grid = lossGrid(current(), x, y, GRID);
  const loss = minimum ? current().sums(...minimum).loss : Number.NaN;
  return { grid, minimum, loss };
}

function buffers({ surface, fields = [], paths }: Answer): ArrayBuffer[] {
  const arrays = [
    ...(surface ? [surface.grid.values] : []),
    ...fields,
    ...paths.flatMap((one) =>
      one.paths.flatMap(({ points, loss, gradientNorm, cosine }) => [
        points,
        loss,
        gradientNorm,
        cosine,
      ]),
    ),
  ];
  return arrays.map((array) => array.buffer as ArrayBuffer);
}
