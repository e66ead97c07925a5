/** The tasks as the page shows them. */
import { gather } from "../../../../src/continual/samples.ts";
import type { Task } from "../../../../src/continual/tasks.ts";
import { PIXELS } from "./pixels.ts";

/** thumbnails of a task */
const EXAMPLES = 10;

export interface TaskView {
  readonly name: string;
  /** input j is pixel `order[j]` of the image */
  readonly order: Uint32Array;
  /** of the test part as the network gets them, `[EXAMPLES, 64]`, from 0 to 1: as many of each class */
  readonly examples: Float32Array;
}

export function viewsOf(tasks: readonly Task[]): TaskView[] {
  return tasks.map((task) => ({
    name: task.name,
    order: orderOf(task),
    examples: gather(task.test, examplesOf(task)).X.data,
  }));
}

/** Input j of the task is pixel `order[j]`. */
export function orderOf({ test }: Task): Uint32Array {
  return test.order ?? Uint32Array.from({ length: PIXELS }, (_, j) => j);
}

/** Positions in the test part: the first of each class, then the second, until there are enough. */
function examplesOf({ test }: Task): number[] {
  const places = new Map<number, number[]>();
  test.labels.forEach((label, n) => {
    places.set(label, [...(places.get(label) ?? []), n]);
  });
  const classes = [...places].sort(([a], [b]) => a - b).map(([, own]) => own);
  const each = Math.ceil(EXAMPLES / classes.length);
  return classes.flatMap((own) => own.slice(0, each)).slice(0, EXAMPLES);
}
