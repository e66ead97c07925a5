/** Parts of tasks that are empty or too small, where that depends on the classes of the images: on a split by classes. */
import type { LabelledImages, TaskStream } from "../../continual/tasks.ts";
import { DomainError, ShapeError } from "../../errors.ts";
import type { PanelConfiguration } from "./configuration.ts";
import { type Mistake, samplesMistakes } from "./limits.ts";
import { tasksOf } from "./parts.ts";

const parts = [
  { part: "train", path: ["data", "train"], what: "to train on" },
  { part: "validation", path: ["training", "validation"], what: "to validate on" },
  { part: "test", path: ["data", "test"], what: "to test on" },
] as const;

/**
 * What the tasks of a panel lack, with any of its seeds: a part without images, or a training part smaller than the samples
 * that a Fisher is asked for. Without this an empty part would be found by accuracies that are NaN, and a small one after
 * the training of its task. Streams of permuted pixels have all images in all tasks: nothing is lacking that
 * `mistakesOf` does not find.
 */
export function shortagesOf(panel: PanelConfiguration, data: LabelledImages): Mistake[] {
  if (panel.stream.kind === "permuted") return [];
  for (const seed of panel.seeds) {
    let stream: TaskStream;
    try {
      stream = tasksOf(panel, data, seed);
    } catch (error) {
      if (!(error instanceof DomainError || error instanceof ShapeError)) throw error;
      return [{ path: ["stream"], message: `${error.message} (seed ${seed})` }];
    }
    const mistakes = stream.tasks.flatMap((task): Mistake[] => [
      ...parts
        .filter(({ part }) => task[part].rows.length === 0)
        .map(({ path, what }) => ({
          path,
          message: `task ${task.name} has no image ${what} with seed ${seed}: more are needed`,
        })),
      ...samplesMistakes(panel, task.train.rows.length, `with seed ${seed} task ${task.name} has`),
    ]);
    if (mistakes.length > 0) return mistakes;
  }
  return [];
}
