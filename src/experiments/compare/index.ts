/** Curvature matrices of one model side by side: configuration in, plain JSON out. What `natgrad compare` runs. */
import type { Dataset } from "../../datasets/dataset.ts";
import { loadDataset } from "../../datasets/load.ts";
import { DomainError, MissingError } from "../../errors.ts";
import { norm } from "../../linalg/vector.ts";
import { stream } from "../../random/streams.ts";
import type { CompareConfiguration, MatrixConfiguration } from "./configuration.ts";
import { chosenMatrices, matrixOf, refusal, requirePossible, squaresOf } from "./matrices.ts";
import { measure, type Yardstick, yardstick } from "./measure.ts";
import { matrixName } from "./names.ts";
import { fewSamples, type Problem, problemOf } from "./problem.ts";
import type { ComparedMatrix, ComparedProblem, CompareResult } from "./results.ts";
import { loadSamples, type Samples, type TableConfiguration } from "./samples.ts";

export interface ComparisonOptions {
  /** default {@link loadDataset} */
  readonly dataset?: (name: string) => Promise<Dataset>;
  /** reads a table; without it a configuration with one is refused */
  readonly table?: (table: TableConfiguration) => Promise<Samples>;
  /** reads a safetensors file; without it a configuration with one is refused */
  readonly file?: (path: string) => Promise<Uint8Array>;
  readonly signal?: AbortSignal;
  /** the finished part, from 0 to 1, and what is being done */
  readonly onProgress?: (fraction: number, note: string) => void;
  readonly onMatrix?: (matrix: ComparedMatrix) => void;
}

/** share of the work that training is taken for */
const TRAINING = 0.3;

/**
 * Trains or takes θ, makes every matrix and measures it beside the reference. Matrices that make no sense or do not fit are
 * in the result with the reason. The objective is a mean over samples without a prior, in float64. The same
 * configuration gives the same numbers, but for times.
 *
 * Throws what loading the data throws, `ShapeError` or `DomainError` where data, model, likelihood and θ do not go together or
 * there is no reference, the signal's reason.
 *
 * @example
 * const configuration = compareConfiguration.parse({ data: "Iris", model: "linear" });
 * const { matrices } = await runComparison(configuration);
 */
export async function runComparison(
  configuration: CompareConfiguration,
  options: ComparisonOptions = {},
): Promise<CompareResult> {
  const { signal, onProgress = () => {} } = options;
  const samples = await loadSamples(configuration.data, {
    dataset: options.dataset ?? loadDataset,
    table: options.table ?? noTable,
  });
  signal?.throwIfAborted();
  const problem = await problemOf(configuration, samples, {
    file: options.file ?? noFile,
    onStart(start) {
      const [reference] = chosenMatrices(configuration, start.network.parameters);
      try {
        requirePossible(reference, start, fewSamples(start));
      } catch (error) {
        throw noReference(reference, refusal(error));
      }
    },
    onStep(step, steps) {
      signal?.throwIfAborted();
      if (step % 20 === 0) onProgress((TRAINING * step) / Math.max(1, steps), "training");
    },
  });
  const chosen = chosenMatrices(configuration, problem.network.parameters);
  const gradient = problem.objective.gradient(problem.theta);
  const matrices: ComparedMatrix[] = [];
  let against: Yardstick | undefined;
  for (const [i, matrix] of chosen.entries()) {
    onProgress(TRAINING + ((1 - TRAINING) * i) / chosen.length, matrixName(matrix));
    // lets a terminal be drawn and Ctrl-C be heard
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    const found = made(matrix, problem, configuration.seed, signal);
    if (!against) {
      if (!found.operator) throw noReference(matrix, found.reason);
      const damping =
        configuration.damping ?? found.operator.trace() / (100 * found.operator.dimension);
      against = yardstick(found.operator, gradient, damping);
    }
    const compared = comparedMatrix(matrix, found, against, {
      seed: configuration.seed,
      squares: squaresOf(matrix.kind, problem),
    });
    matrices.push(compared);
    options.onMatrix?.(compared);
  }
  onProgress(1, "");
  return {
    configuration,
    problem: describe(problem, samples, gradient),
    damping: against?.damping ?? 0,
    matrices,
  };
}

function noReference(matrix: MatrixConfiguration, reason: string): DomainError {
  return new DomainError(`the reference, ${matrixName(matrix)}: ${reason}`);
}

type Made =
  | { readonly operator: ReturnType<typeof matrixOf>; readonly seconds: number }
  | { readonly operator?: undefined; readonly reason: string };

function made(
  matrix: MatrixConfiguration,
  problem: Problem,
  seed: number,
  signal: AbortSignal | undefined,
): Made {
  const started = performance.now();
  try {
    const operator = matrixOf(matrix, problem, { seed, ...(signal && { signal }) });
    return { operator, seconds: (performance.now() - started) / 1000 };
  } catch (error) {
    return { reason: refusal(error) };
  }
}

function comparedMatrix(
  matrix: MatrixConfiguration,
  found: Made,
  against: Yardstick,
  { seed, squares }: { readonly seed: number; readonly squares: number },
): ComparedMatrix {
  const name = matrixName(matrix);
  if (!found.operator) return { status: "refused", ...matrix, name, reason: found.reason };
  try {
    const random = (what: string) => stream(seed, what, name);
    const measured = measure(found.operator, found.seconds, against, { random, squares });
    return { status: "measured", ...matrix, name, ...measured };
  } catch (error) {
    // matrix-free structures notice only at their first product that they make no sense
    return { status: "refused", ...matrix, name, reason: refusal(error) };
  }
}

function describe(
  { network, objective, theta }: Problem,
  samples: Samples,
  gradient: Float64Array,
): ComparedProblem {
  return {
    data: samples.name,
    samples: objective.samples,
    inputs: samples.X.cols,
    outputs: network.outputs,
    likelihood: objective.likelihood.name,
    parameters: network.parameters,
    loss: objective.loss(theta),
    gradientNorm: norm(gradient),
    arrays: network.views.map(({ name, offset, size }) => ({ name, offset, size })),
  };
}

async function noTable({ csv }: TableConfiguration): Promise<Samples> {
  throw new MissingError(`${csv}: tables are read by the command line, or by the option table`);
}

async function noFile(path: string): Promise<Uint8Array> {
  throw new MissingError(`${path}: files are read by the command line, or by the option file`);
}
