/** Computes what takes longer than a frame: more samples, other draws, a model that becomes wrong. */
import { expose } from "comlink";
import { minimumOf, type Point, planarProblem } from "../../compute/planar.ts";
import { atMinimum, whiteTest } from "./atMinimum.ts";
import { blend, normals, type Scene, sample } from "./scene.ts";

export interface StudyRequest {
  /** the scene that is wholly wrong */
  readonly scene: Scene;
  /** how wrong the shown one is, 0 to 1 */
  readonly wrong: number;
  readonly samples: number;
  readonly seed: number;
}

/** The eigenvalues of (F̃, F) and the test at one number of samples, or one degree of wrongness. */
export interface Finding {
  readonly x: number;
  /** NaN where there is no minimum */
  readonly eigenvalues: Point;
  /** NaN where there is no test */
  readonly pValue: number;
}

export type Part =
  | { readonly kind: "growth"; readonly findings: readonly Finding[] }
  | { readonly kind: "wrongness"; readonly findings: readonly Finding[] }
  /** minima of other draws of as many samples, moved so that their mean is 0 */
  | { readonly kind: "redraws"; readonly offsets: readonly Point[] };

/** Numbers of samples that growth looks at. */
export const sizes: readonly number[] = [
  50, 80, 130, 200, 320, 500, 800, 1000, 1600, 2500, 4000, 6500, 10_000, 20_000,
];
const DEGREES = 20;
const REDRAWS = 200;
const REDRAWS_AT_ONCE = 25;

let current = 0;
let drawn: { readonly seed: number; readonly take: ReturnType<typeof normals> } | undefined;
const others: ReturnType<typeof normals>[] = [];

const api = {
  /** Hands over each part as it is found; a newer call, or {@link stop}, ends this one. */
  async study(request: StudyRequest, onPart: (part: Part) => void): Promise<void> {
    const mine = ++current;
    const { scene, wrong, samples, seed } = request;
    if (drawn?.seed !== seed) drawn = { seed, take: normals(seed) };
    const { take } = drawn;
    const find = async (x: number, what: Scene, count: number): Promise<Finding> => {
      const data = sample(what, count, take(2 * count));
      const problem = planarProblem(data);
      const theta = minimumOf(problem);
      const test = await whiteTest(data);
      return {
        x,
        eigenvalues: theta ? atMinimum(problem, theta).eigenvalues : [Number.NaN, Number.NaN],
        pValue: "pValue" in test ? test.pValue : Number.NaN,
      };
    };
    const shown = blend(scene, wrong);

    const offsets: Point[] = [];
    for (let k = 0; k < REDRAWS; k++) {
      others[k] ??= normals(k + 1_000_003);
      const theta = minimumOf(planarProblem(sample(shown, samples, others[k](2 * samples))));
      if (theta) offsets.push(theta);
      if ((k + 1) % REDRAWS_AT_ONCE === 0) {
        await turn();
        if (mine !== current) return;
        onPart({ kind: "redraws", offsets: centred(offsets) });
      }
    }
    const wrongness: Finding[] = [];
    for (let k = 0; k <= DEGREES; k++) {
      wrongness.push(await find(k / DEGREES, blend(scene, k / DEGREES), samples));
      await turn();
      if (mine !== current) return;
    }
    onPart({ kind: "wrongness", findings: wrongness });
    const growth: Finding[] = [];
    for (const size of sizes) {
      growth.push(await find(size, shown, size));
      await turn();
      if (mine !== current) return;
    }
    onPart({ kind: "growth", findings: growth });
  },
  stop(): void {
    current++;
  },
};

export type StudyWorker = typeof api;
expose(api);

/** Lets a newer call in: messages are tasks, promises are not. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

function centred(points: readonly Point[]): Point[] {
  const mean = points.reduce(([s, t], [x, y]) => [s + x / points.length, t + y / points.length], [
    0, 0,
  ] as Point);
  return points.map(([x, y]) => [x - mean[0], y - mean[1]]);
}
