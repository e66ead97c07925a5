/** Samples of a task: rows of images that many tasks share, with columns in an order of its own. */
import { DomainError, ShapeError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";

/** N labelled samples. The images are held once, however many tasks show them. */
export interface Samples {
  /** every image, one a row; float32 */
  readonly images: Matrix<Float32Array>;
  /** index in `images` of each sample, `[N]` */
  readonly rows: Uint32Array;
  /** class of each sample within its task, `[N]` */
  readonly labels: Uint8Array;
  /** input j of the task is column `order[j]` of the images; default j itself */
  readonly order?: Uint32Array;
}

/** Inputs and labels of some samples, as a model and a likelihood take them. */
export interface LabelledBatch {
  /** `[B, P]` */
  readonly X: Matrix<Float32Array>;
  /** `[B, 1]`, class indices */
  readonly targets: Matrix;
}

/**
 * The samples at the positions `chosen` (0 … N − 1), copied out with their columns in order. `room`, at least B · P
 * long, is written to instead of new memory.
 *
 * @example
 * const { X, targets } = gather(task.train, Uint32Array.of(5, 3));
 */
export function gather(
  { images, rows, labels, order }: Samples,
  chosen: ArrayLike<number>,
  room: Float32Array = new Float32Array(chosen.length * images.cols),
): LabelledBatch {
  const B = chosen.length;
  const P = images.cols;
  const data = room.subarray(0, B * P);
  const targets = new Float64Array(B);
  for (let b = 0; b < B; b++) {
    const from = rows[chosen[b]] * P;
    const to = b * P;
    targets[b] = labels[chosen[b]];
    if (!order) data.set(images.data.subarray(from, from + P), to);
    else for (let j = 0; j < P; j++) data[to + j] = images.data[from + order[j]];
  }
  return { X: { rows: B, cols: P, data }, targets: { rows: B, cols: 1, data: targets } };
}

/** The samples at some positions, sharing the images. */
export function subset({ images, rows, labels, order }: Samples, chosen: Uint32Array): Samples {
  return {
    images,
    rows: chosen.map((n) => rows[n]),
    labels: Uint8Array.from(chosen, (n) => labels[n]),
    ...(order && { order }),
  };
}

/**
 * All images of a data set as samples. Throws {@link ShapeError} where the labels are not one an image, or the images shorter
 * than they say, {@link DomainError} for a label that is no class from 0 to 255 and a pixel that is not finite.
 */
export function samplesOf(images: Matrix<Float32Array>, labels: ArrayLike<number>): Samples {
  const { rows: N, cols: P, data } = images;
  if (data.length < N * P) {
    throw new ShapeError(
      `${N} images of ${P} pixels have ${data.length} values, expected ${N * P}`,
    );
  }
  if (labels.length !== images.rows) {
    throw new ShapeError(`${images.rows} images with ${labels.length} labels`);
  }
  for (let n = 0; n < labels.length; n++) {
    const label = labels[n];
    if (!(Number.isInteger(label) && label >= 0 && label < 256)) {
      throw new DomainError(`label ${n} is ${label}, expected a class from 0 to 255`);
    }
  }
  for (let i = 0; i < N * P; i++) {
    if (!Number.isFinite(data[i])) {
      throw new DomainError(`pixel ${i % P} of sample ${Math.floor(i / P)} is ${data[i]}`);
    }
  }
  const rows = Uint32Array.from({ length: images.rows }, (_, n) => n);
  return { images, rows, labels: Uint8Array.from(labels) };
}
