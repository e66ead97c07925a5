/** What tasks lack, where that depends on the classes of the images. */
import type { LabelledImages, TaskStream } from "../../continual/tasks.ts";
import { DomainError, ShapeError } from "../../errors.ts";
import type { PanelConfiguration } from "./configuration.ts";
import { type Mistake, samplesMistakes } from "./limits.ts";
import { tasksOf } from "./parts.ts";

/**
 * What the tasks of a panel lack with one of its seeds: a part without images, a class in the training part, or samples
 * that a Fisher is asked for. It would be found after the training of the tasks before.
 */
export function shortagesOf(panel: PanelConfiguration, data: LabelledImages): Mistake[] {
  for (const seed of panel.seeds) {
    let stream: TaskStream;
    try {
      stream = tasksOf(panel, data, seed);
    } catch (error) {
      if (!(error instanceof DomainError || error instanceof ShapeError)) throw error;
      return [{ path: ["stream"], message: `${error.message} (seed ${seed})` }];
    }
    const mistakes = stream.tasks.flatMap(({ name, train }) =>
      samplesMistakes(panel, train.rows.length, `with seed ${seed} task ${name} has`),
    );
    if (mistakes.length > 0) return mistakes;
  }
  return [];
}
