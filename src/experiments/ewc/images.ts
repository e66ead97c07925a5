/** The images of an experiment: a training and a test part, pixels as the configuration wants them. */
import type { LabelledImages } from "../../continual/tasks.ts";
import type { Dataset } from "../../datasets/dataset.ts";
import { DomainError } from "../../errors.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import { stream } from "../../random/streams.ts";
import type { DataConfiguration } from "./configuration.ts";

/** Loads a data set by name, in float32. */
export type LoadImages = (name: string) => Promise<Dataset<Float32Array>>;

/** share of Digits, which has no test part of its own, that is tested on; the same images whatever the seed */
const TESTED = 0.3;

/**
 * Images and classes. Throws what `load` throws, and {@link DomainError} where fewer images are there than the
 * configuration wants.
 */
export async function loadImages(
  configuration: DataConfiguration,
  load: LoadImages,
): Promise<LabelledImages> {
  const { name, pixels, train, test } = configuration;
  const whole = await (name === "MNIST" ? mnist(load) : digits(load));
  const most = name === "MNIST" ? 255 : 16;
  const part = (of: "train" | "test", count: number | undefined): LabelledImages["train"] => {
    const { X, y } = whole[of];
    const N = count ?? X.rows;
    if (N > X.rows)
      throw new DomainError(`${name} has ${X.rows} images to ${of}, expected ${N} or more`);
    const data = X.data.subarray(0, N * X.cols);
    // in place: nobody else has them, and they are large
    if (pixels === "unit") for (let i = 0; i < data.length; i++) data[i] /= most;
    return {
      X: { rows: N, cols: X.cols, data },
      y: Uint8Array.from({ length: N }, (_, n) => y[n]),
    };
  };
  return { train: part("train", train), test: part("test", test), classes: 10 };
}

async function mnist(load: LoadImages): Promise<LabelledImages> {
  const [train, test] = [await load("MNIST"), await load("MNIST-test")];
  return {
    train: { X: dense(train), y: train.y },
    test: { X: dense(test), y: test.y },
    classes: 10,
  };
}

async function digits(load: LoadImages): Promise<LabelledImages> {
  const all = await load("Digits");
  const X = dense(all);
  const order = stream(0, "digits").permutation(X.rows);
  const tested = Math.round(TESTED * X.rows);
  const pick = (rows: ArrayLike<number>): LabelledImages["train"] => {
    const data = new Float32Array(rows.length * X.cols);
    for (let n = 0; n < rows.length; n++) {
      data.set(X.data.subarray(rows[n] * X.cols, (rows[n] + 1) * X.cols), n * X.cols);
    }
    const y = Uint8Array.from({ length: rows.length }, (_, n) => all.y[rows[n]]);
    return { X: { rows: rows.length, cols: X.cols, data }, y };
  };
  return { train: pick(order.slice(tested)), test: pick(order.slice(0, tested)), classes: 10 };
}

function dense({ name, X }: Dataset<Float32Array>): Matrix<Float32Array> {
  if ("kind" in X) throw new DomainError(`${name} is sparse, expected images`);
  return X;
}
