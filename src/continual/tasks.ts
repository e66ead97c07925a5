/** Streams of tasks: permuted pixels, classes split among tasks, tasks of one's own. */
import { DomainError, ShapeError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import type { SeededGenerator } from "../random/seeded.ts";
import { ofClasses, parts, requireParts } from "./parts.ts";
import type { Samples } from "./samples.ts";

/** One task of a stream. What is trained on is never evaluated on: the three parts share no sample. */
export interface Task {
  readonly name: string;
  readonly train: Samples;
  /** for early stopping and for choices */
  readonly validation: Samples;
  /** for what is reported, and nothing else */
  readonly test: Samples;
  /** the outputs of the network that answer it: from the first up to, without it, the second */
  readonly outputs: readonly [number, number];
}

/** Tasks in the order in which they are learned, for one network. */
export interface TaskStream {
  readonly name: string;
  /** P, inputs of the network */
  readonly inputs: number;
  /** M, outputs of the network */
  readonly outputs: number;
  readonly tasks: readonly Task[];
}

/** Images and their classes, the training and the test part. */
export interface LabelledImages {
  readonly train: { readonly X: Matrix<Float32Array>; readonly y: ArrayLike<number> };
  readonly test: { readonly X: Matrix<Float32Array>; readonly y: ArrayLike<number> };
  /** number of classes */
  readonly classes: number;
}

export interface SplitOptions {
  /** share of the training part that is set aside for validation; default 0.1 */
  readonly validation?: number;
  readonly random: SeededGenerator;
}

export interface PermutedOptions extends SplitOptions {
  /** number of tasks */
  readonly tasks: number;
  /** permute the pixels of the centre square of this many pixels a side only; default the whole image */
  readonly square?: number;
  /** leave the pixels of the first task where they are; default false */
  readonly firstAsIs?: boolean;
}

/**
 * Tasks that show the same images with their pixels in another order each (Kirkpatrick et al. 2017; domain-incremental:
 * all tasks have the same outputs). Every image of a task is permuted alike; no two tasks have the same order. With
 * `square` only the centre square is permuted: similar tasks if it is small.
 *
 * Throws `DomainError` for a number of tasks or a square that is not possible, and where a class is missing from the
 * training part, `ShapeError` where images do not agree or a part is empty.
 *
 * @example
 * const stream = permutedPixels(mnist, { tasks: 3, random: stream(0, "tasks") });
 */
export function permutedPixels(
  data: LabelledImages,
  { tasks, square, firstAsIs = false, ...split }: PermutedOptions,
): TaskStream {
  requireCount(tasks, "tasks");
  const { train, validation, test } = parts(data, split);
  requireParts(taskName(0), { train, validation, test }, [...range(0, data.classes)]);
  const P = data.train.X.cols;
  const movable = square === undefined ? range(0, P) : centreSquare(P, square);
  const orders: Uint32Array[] = [];
  while (orders.length < tasks) {
    const order = Uint32Array.from({ length: P }, (_, j) => j);
    if (!(firstAsIs && orders.length === 0)) {
      const moved = movable.slice();
      split.random.shuffle(moved);
      movable.forEach((place, i) => {
        order[place] = moved[i];
      });
    }
    if (!orders.some((other) => other.every((j, i) => j === order[i]))) orders.push(order);
    else if (factorialBelow(movable.length, tasks)) {
      throw new DomainError(`${tasks} tasks, but ${movable.length} pixels have fewer orders`);
    }
  }
  return {
    name: square === undefined ? "permuted pixels" : `permuted centre of ${square} × ${square}`,
    inputs: P,
    outputs: data.classes,
    tasks: orders.map((order, k) => ({
      name: taskName(k),
      train: { ...train, order },
      validation: { ...validation, order },
      test: { ...test, order },
      outputs: [0, data.classes],
    })),
  };
}

/** What a network must know besides the image: which task it is (`task`), nothing, and answers by place (`domain`). */
export type Scenario = "task" | "domain" | "class";

export interface ClassSplitOptions extends SplitOptions {
  /** classes of each task, e.g. `[[0, 1], [2, 3]]` */
  readonly groups: readonly (readonly number[])[];
  /**
   * `task`: each task has outputs of its own, and is told apart (default). `domain`: all share the outputs, a class is
   * its place in its group. `class`: one output for each class of all tasks, all of them answer.
   */
  readonly scenario?: Scenario;
}

/**
 * Tasks that have some of the classes each. Throws {@link DomainError} for no group, a class that the training part does not
 * have, that comes twice, or groups of unequal size where they share outputs, `ShapeError` where a part of a task is empty.
 *
 * @example
 * splitByClass(mnist, { groups: [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]], random });
 */
export function splitByClass(
  data: LabelledImages,
  { groups, scenario = "task", ...split }: ClassSplitOptions,
): TaskStream {
  if (groups.length === 0) throw new DomainError("a stream without tasks, expected at least one");
  const { train, validation, test } = parts(data, split);
  const all = groups.flat();
  const twice = all.find((c, i) => all.indexOf(c) !== i);
  if (twice !== undefined) throw new DomainError(`class ${twice} is in more than one place`);
  if (scenario === "domain" && groups.some((group) => group.length !== groups[0].length)) {
    throw new DomainError("tasks that share outputs must have the same number of classes");
  }
  let next = 0;
  const tasks = groups.map((group): Task => {
    if (group.length < 2) {
      throw new DomainError(`a task of ${group.length} classes, expected at least two`);
    }
    const start = scenario === "task" || scenario === "class" ? next : 0;
    next += group.length;
    const first = scenario === "class" ? start : 0;
    const pick = (samples: Samples): Samples => ofClasses(samples, group, first);
    const name = group.join("/");
    const own = { train: pick(train), validation: pick(validation), test: pick(test) };
    requireParts(name, own, group, first);
    return {
      name,
      ...own,
      outputs: scenario === "class" ? [0, all.length] : [start, start + group.length],
    };
  });
  return {
    name: `split by class (${scenario}-incremental)`,
    inputs: data.train.X.cols,
    outputs: scenario === "domain" ? groups[0].length : all.length,
    tasks,
  };
}

/**
 * A stream of data sets of one's own, which share inputs and outputs. Throws {@link ShapeError} where they do not have the
 * same number of inputs or classes, or a part is empty, {@link DomainError} where a class is missing from the training part of one.
 *
 * @example
 * const stream = ownTasks([{ name: "old", ...old }, { name: "new", ...recent }], { random });
 */
export function ownTasks(
  sets: readonly (LabelledImages & { readonly name: string })[],
  split: SplitOptions,
): TaskStream {
  if (sets.length === 0) throw new DomainError("a stream without tasks, expected at least one");
  const [first] = sets;
  const tasks = sets.map((data): Task => {
    if (data.train.X.cols !== first.train.X.cols || data.classes !== first.classes) {
      throw new ShapeError(
        `task ${data.name} has ${data.train.X.cols} inputs and ${data.classes} classes, task ${first.name} ` +
          `has ${first.train.X.cols} and ${first.classes}`,
      );
    }
    const { name, classes } = data;
    const own = parts(data, split);
    requireParts(name, own, [...range(0, classes)]);
    return { name, ...own, outputs: [0, classes] };
  });
  return { name: "own tasks", inputs: first.train.X.cols, outputs: first.classes, tasks };
}

/** Places of the pixels of a centred square of a square image. */
function centreSquare(P: number, side: number): Uint32Array {
  const width = Math.sqrt(P);
  if (!Number.isInteger(width)) {
    throw new ShapeError(`${P} pixels are no square image: their centre cannot be permuted`);
  }
  if (!(Number.isSafeInteger(side) && side >= 2 && side <= width)) {
    throw new DomainError(`square is ${side}, expected a whole number from 2 to ${width}`);
  }
  const first = Math.floor((width - side) / 2);
  return Uint32Array.from({ length: side * side }, (_, i) => {
    return (first + Math.floor(i / side)) * width + first + (i % side);
  });
}

function range(from: number, to: number): Uint32Array {
  return Uint32Array.from({ length: to - from }, (_, i) => from + i);
}

/** n! < count, without overflow */
function factorialBelow(n: number, count: number): boolean {
  let product = 1;
  for (let i = 2; i <= n && product < count; i++) product *= i;
  return product < count;
}

/** A, B, …, Z, task 27, … */
function taskName(k: number): string {
  return k < 26 ? String.fromCharCode(65 + k) : `task ${k + 1}`;
}

function requireCount(count: number, what: string): void {
  if (!(Number.isSafeInteger(count) && count >= 1)) {
    throw new DomainError(`${what} is ${count}, expected a positive whole number`);
  }
}
