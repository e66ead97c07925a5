/** Computes what the room Minimum shows while something is dragged. */
import { expose, transfer } from "comlink";
import {
  minimumOf,
  type PlanarData,
  type PlanarProblem,
  type Point,
  planarProblem,
} from "../../compute/planar.ts";
import { type Grid, lossGrid } from "../../compute/surface.ts";
import { type AtMinimum, atMinimum, type TestResult, whiteTest } from "./atMinimum.ts";
import { reach } from "./ellipses.ts";
import { normals, type Scene, sample } from "./scene.ts";

const GRID = 41;

export interface Request {
  readonly scene: Scene;
  readonly samples: number;
  readonly seed: number;
}

export interface Answer {
  readonly samples: number;
  /** `[N, 2]` and `[N]` */
  readonly X: Float64Array;
  readonly y: Float64Array;
  /** absent where there is no minimum */
  readonly found?: { readonly at: AtMinimum; readonly grid: Grid };
}

let drawn: { readonly seed: number; readonly take: ReturnType<typeof normals> } | undefined;
let last: Point = [0, 0];

function dataOf({ scene, samples, seed }: Request): PlanarData {
  if (drawn?.seed !== seed) drawn = { seed, take: normals(seed) };
  return sample(scene, samples, drawn.take(2 * samples));
}

const api = {
  update(request: Request): Answer {
    const data = dataOf(request);
    const problem = planarProblem(data);
    const theta = minimumOf(problem, last) ?? minimumOf(problem);
    if (theta) last = theta;
    const answer: Answer = {
      samples: request.samples,
      X: data.X,
      y: data.y,
      ...(theta && { found: around(problem, theta) }),
    };
    const grid = answer.found ? [answer.found.grid.values.buffer as ArrayBuffer] : [];
    return transfer(answer, [data.X.buffer as ArrayBuffer, data.y.buffer as ArrayBuffer, ...grid]);
  },
  /** Takes a third of the time of all the rest: the picture does not wait for it. */
  test: (request: Request): Promise<TestResult> => whiteTest(dataOf(request)),
};

export type MinimumWorker = typeof api;
expose(api);

function around(problem: PlanarProblem, theta: Point): NonNullable<Answer["found"]> {
  const at = atMinimum(problem, theta);
  const half = reach(at, problem.data.y.length);
  const side = (centre: number): Point => [centre - half, centre + half];
  return { at, grid: lossGrid(problem, side(theta[0]), side(theta[1]), GRID) };
}
