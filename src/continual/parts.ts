/** The three parts of a task's samples: to learn from, to choose by, to report. */
import { DomainError, ShapeError } from "../errors.ts";
import { type Samples, samplesOf, subset } from "./samples.ts";
import type { LabelledImages, SplitOptions, Task } from "./tasks.ts";

export type Parts = Pick<Task, "train" | "validation" | "test">;

/** Training, validation and test part; the validation part is drawn from the training part. */
export function parts(data: LabelledImages, { validation = 0.1, random }: SplitOptions): Parts {
  const { train, test, classes } = data;
  if (test.X.cols !== train.X.cols) {
    throw new ShapeError(
      `training images of ${train.X.cols} pixels, test images of ${test.X.cols}`,
    );
  }
  if (!(validation > 0 && validation < 1)) {
    throw new DomainError(`validation is ${validation}, expected a share between 0 and 1`);
  }
  const all = samplesOf(train.X, train.y);
  const held = samplesOf(test.X, test.y);
  for (const { labels } of [all, held]) {
    const bad = labels.findIndex((label) => label >= classes);
    if (bad >= 0) {
      throw new DomainError(`label ${bad} is ${labels[bad]}, expected a class below ${classes}`);
    }
  }
  const N = all.labels.length;
  const order = random.permutation(N);
  const aside = Math.round(validation * N);
  if (aside < 1 || aside >= N) {
    throw new ShapeError(`${N} images cannot be split into ${1 - validation} and ${validation}`);
  }
  return {
    train: subset(all, order.slice(aside)),
    validation: subset(all, order.slice(0, aside)),
    test: held,
  };
}

/** The samples of some classes, each labelled `first` plus its place among them. */
export function ofClasses(samples: Samples, classes: readonly number[], first: number): Samples {
  const chosen: number[] = [];
  samples.labels.forEach((label, n) => {
    if (classes.includes(label)) chosen.push(n);
  });
  const picked = subset(samples, Uint32Array.from(chosen));
  return { ...picked, labels: picked.labels.map((label) => first + classes.indexOf(label)) };
}

/**
 * Throws `ShapeError` for a part of a task without samples, `DomainError` for one of its classes that is missing from the
 * training part; the labels of its classes are `first`, `first` + 1, …
 */
export function requireParts(
  name: string,
  own: Parts,
  classes: readonly number[],
  first = 0,
): void {
  const labels = new Set(own.train.labels);
  classes.forEach((c, place) => {
    if (labels.has(first + place)) return;
    throw new DomainError(`class ${c} is missing from the training part of task ${name}`);
  });
  for (const part of ["train", "validation", "test"] as const) {
    if (own[part].rows.length > 0) continue;
    const whole = part === "train" ? "training" : part;
    throw new ShapeError(`the ${whole} part of task ${name} has no sample`);
  }
}
