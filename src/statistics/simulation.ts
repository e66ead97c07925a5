/** Responses drawn from a fitted model for the rows it was fitted to: the null hypothesis, imposed. */
import { bernoulli } from "../likelihoods/bernoulli.ts";
import { categorical } from "../likelihoods/categorical.ts";
import { poisson } from "../likelihoods/poisson.ts";
import { type Matrix, zeros } from "../linalg/matrix.ts";
import type { Generator } from "../random/generator.ts";
import { stream } from "../random/streams.ts";
import { linearPredictors, Workspace } from "./problem.ts";
import type { Fit } from "./results.ts";
import { pieces, type RowBlock, type RowSource } from "./rows.ts";
import { scorer } from "./scorers.ts";

/** Targets are kept between passes up to this many rows, and drawn again for each pass beyond. */
const KEPT = 2 ** 22;
const PIECE = 1024;

/**
 * The rows of `source` with responses from p(y | x) at the fit's parameters. Every walk gives the same responses:
 * those of the stream (seed, "bootstrap", replication), drawn row by row. A row of frequency w becomes w rows.
 */
export function simulatedRows(
  source: RowSource,
  fit: Fit,
  seed: number,
  replication: number,
): RowSource {
  let kept: Float64Array | undefined;
  async function* draw(signal?: AbortSignal): AsyncGenerator<RowBlock> {
    const random = stream(seed, "bootstrap", replication);
    const targets = fit.observations <= KEPT ? new Float64Array(fit.observations) : undefined;
    let done = 0;
    for await (const block of repeatedRows(source, fit, signal)) {
      const y = sampleTargets(block, fit, random);
      targets?.set(y.data, done);
      done += y.rows;
      yield { ...block, y };
    }
    kept = targets;
  }
  async function* recall(targets: Float64Array, signal?: AbortSignal): AsyncGenerator<RowBlock> {
    let done = 0;
    for await (const block of repeatedRows(source, fit, signal)) {
      const { rows } = block.X;
      yield { ...block, y: { rows, cols: 1, data: targets.subarray(done, done + rows) } };
      done += rows;
    }
  }
  return {
    ...source,
    rows: fit.observations,
    blocks: (signal) => (kept ? recall(kept, signal) : draw(signal)),
  };
}

/** The rows of positive weight; those of frequency w, w times, without weights. */
async function* repeatedRows(
  source: RowSource,
  fit: Fit,
  signal?: AbortSignal,
): AsyncGenerator<RowBlock> {
  for await (const block of source.blocks(signal)) {
    if (!block.weights) {
      yield block;
      continue;
    }
    const times = block.weights.map((w) => (fit.weighting === "frequency" ? w : Number(w > 0)));
    if (times.every((count) => count === 1)) {
      yield fit.weighting === "frequency" ? withoutWeights(block) : block;
      continue;
    }
    const indices: number[] = [];
    for (let i = 0; i < times.length; i++) {
      for (let k = 0; k < times[i]; k++) {
        indices.push(i);
        if (indices.length === PIECE) yield pick(block, indices.splice(0), fit);
      }
    }
    if (indices.length > 0) yield pick(block, indices, fit);
  }
}

function withoutWeights({ weights: _, ...block }: RowBlock): RowBlock {
  return block;
}

function pick({ X, y, weights, offset }: RowBlock, indices: readonly number[], fit: Fit): RowBlock {
  const rows = indices.length;
  const gather = (A: Matrix): Matrix => {
    const B = zeros(rows, A.cols);
    indices.forEach((from, to) => {
      B.data.set(A.data.subarray(from * A.cols, (from + 1) * A.cols), to * A.cols);
    });
    return B;
  };
  const own =
    weights && fit.weighting === "precision" && Float64Array.from(indices, (i) => weights[i]);
  return {
    X: gather(X),
    y: gather(y),
    ...(own && { weights: own }),
    ...(offset && { offset: gather(offset) }),
  };
}

/** One draw a row, `[n, 1]`. */
export function sampleTargets(block: RowBlock, fit: Fit, random: Generator): Matrix {
  const M = fit.outputs;
  const n = block.X.rows;
  const y = zeros(n, 1);
  const model = { scorer: scorer(fit.family, M + 1, fit.baseline), accurate: false };
  const space = new Workspace(Math.min(n, PIECE), M);
  let done = 0;
  for (const piece of pieces(block, PIECE)) {
    linearPredictors(model, piece, fit.theta, space);
    const rows = piece.X.rows;
    const outputs = { rows, cols: M, data: space.outputs.subarray(0, rows * M) };
    y.data.set(drawFrom(fit, outputs, piece.weights, random), done);
    done += rows;
  }
  return y;
}

function drawFrom(
  fit: Fit,
  outputs: Matrix,
  weights: Float64Array | undefined,
  random: Generator,
): Float64Array {
  switch (fit.family) {
    case "bernoulli":
      return bernoulli().sample(outputs, random).data;
    case "poisson":
      return poisson().sample(outputs, random).data;
    case "categorical":
      return categorical(fit.outputs + 1).sample(withBaseline(outputs, fit.baseline ?? 0), random)
        .data;
    case "gaussian": {
      const deviation = Math.sqrt(fit.variance?.value ?? 1);
      // rows that are equal all have the variance σ²; what weighs nothing may be anything finite
      const precision = (i: number): number =>
        weights && fit.weighting === "precision" ? weights[i] || 1 : 1;
      return outputs.data.map(
        (f, i) => f + (deviation / Math.sqrt(precision(i))) * random.normal(),
      );
    }
  }
}

/** The predictors of all classes, that of the baseline 0. */
function withBaseline({ rows, cols: M, data }: Matrix, baseline: number): Matrix {
  const all = zeros(rows, M + 1);
  for (let i = 0; i < rows; i++) {
    for (let m = 0; m < M; m++) {
      all.data[i * (M + 1) + (m < baseline ? m : m + 1)] = data[i * M + m];
    }
  }
  return all;
}
