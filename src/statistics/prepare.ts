/** From rows and options to a problem that can be solved: checks, coordinates, starting values. */
import { DomainError } from "../errors.ts";
import { type Matrix, transpose } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import { requireMemory } from "../linalg/shapes.ts";
import { Coordinates, choleskyOrNothing } from "./coordinates.ts";
import { CollinearityError } from "./errors.ts";
import { dependencies, SequentialQr, scaledCondition } from "./orthogonal.ts";
import type { Problem } from "./problem.ts";
import type { ConditionReport, FitOptions } from "./results.ts";
import { hasIntercept, type RowSource, requireDistinct } from "./rows.ts";
import { requireScale } from "./scales.ts";
import { predictorOf, scorer } from "./scorers.ts";
import { type Summary, summarize } from "./summary.ts";

export interface Prepared {
  readonly problem: Problem;
  readonly summary: Summary;
  /** θ to start from, `[D]` */
  readonly start: Float64Array;
  /** N: rows, or the sum of frequency weights */
  readonly observations: number;
  /** σ² where it is known */
  readonly knownVariance?: number;
  readonly condition: Pick<ConditionReport, "scaled" | "method">;
}

/** Condition number of the scaled columns up to which normal equations lose no more than six digits of sixteen. */
const WELL_CONDITIONED = 1e3;
/** up to which their Cholesky factor still makes the columns orthogonal to 10⁻⁵ */
const FACTORABLE = 3e5;
/** least squares of at most so many entries are always solved with orthogonal columns: it costs nothing */
const SMALL = 2 ** 20;
/** matrices [D, D] that a fit holds at the same time */
const HELD = 8;

/** Reads the rows once or twice. Throws `DomainError`, `ShapeError`, `CollinearityError`. */
export async function prepare(source: RowSource, options: FitOptions): Promise<Prepared> {
  const { family, weighting = "precision", ridge = 0, signal, onProgress } = options;
  requireDistinct(source.columns);
  scorer(family);
  requireOptions(options);
  if (source.rows === 0) throw new DomainError("there are no rows to fit");
  const total = source.rows;
  const read = (done: number): void =>
    onProgress?.({ phase: "summary", iteration: 0, done, total });
  const summary = await summarize(source, family, weighting, signal, read);
  const known = typeof options.variance === "number" ? options.variance : undefined;
  const observations = weighting === "frequency" ? summary.weightSum : summary.rows;
  checkTarget(source, options, summary);
  checkRows(source, options, summary, observations);
  if (family === "gaussian") requireScale(source, summary, known);
  const baseline = findBaseline(source, options, summary.counts.length);
  const scoring = scorer(family, summary.counts.length, baseline);
  const P = source.columns.length;
  const D = P * scoring.outputs;
  requireMemory(HELD * D, D, `a fit with ${D} coefficients (${scoring.outputs} × ${P})`);
  const found = await findCoordinates(source, options, summary);
  const problem: Problem = {
    source,
    scorer: scoring,
    weighting,
    coordinates: found.coordinates,
    accurate: found.coordinates.orthogonal,
    // relative to σ² where it is estimated; least squares are solved with σ² = 1
    ridge: ridge * (known ?? 1),
    intercept: hasIntercept(source),
    offset: summary.offset,
    baseline,
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  };
  return {
    problem,
    summary,
    start: startingValues(problem, summary),
    observations,
    ...(known !== undefined && { knownVariance: known }),
    condition: { scaled: found.condition, method: problem.accurate ? "orthogonal" : "gram" },
  };
}

function requireOptions({ family, variance = "estimated", ridge = 0 }: FitOptions): void {
  if (!(ridge >= 0 && ridge < Infinity)) {
    throw new DomainError(`ridge: found ${ridge}, expected a number of at least 0`);
  }
  if (variance !== "estimated") {
    if (family !== "gaussian") {
      throw new DomainError(`variance: the ${family} family has none, it is for the Gaussian`);
    }
    if (!(variance > 0 && variance < Infinity)) {
      throw new DomainError(
        `variance: found ${variance}, expected "estimated" or a positive number`,
      );
    }
  }
}

/** A target that takes one value has nothing to be explained; classes without rows have no finite coefficients. */
function checkTarget(source: RowSource, { family, ridge = 0 }: FitOptions, summary: Summary): void {
  const { target, classes } = source;
  if (summary.rows === 0) throw new DomainError("all weights are 0: there are no rows to fit");
  if (summary.smallest === summary.largest) {
    const label =
      family === "gaussian" || family === "poisson" ? undefined : classes?.[summary.smallest];
    throw new DomainError(
      `the target "${target}" is constant: it is ${label ? `"${label}"` : summary.smallest} in ` +
        `${summary.rows === 1 ? "the only row" : `all ${summary.rows} rows`}, there is nothing to fit`,
    );
  }
  if (family !== "categorical" || ridge > 0) return;
  const empty = summary.counts.flatMap((count, c) =>
    count === 0 ? [classes?.[c] ?? String(c)] : [],
  );
  if (empty.length > 0) {
    const shown = empty.slice(0, 5).map((name) => `"${name}"`);
    throw new DomainError(
      `${empty.length} classes of "${target}" have no rows: ${shown.join(", ")}${empty.length > 5 ? ", …" : ""}; ` +
        "their coefficients would be −∞: leave these classes out, or use a ridge",
    );
  }
}

function checkRows(
  source: RowSource,
  { family, variance = "estimated", ridge = 0 }: FitOptions,
  { rows }: Summary,
  observations: number,
): void {
  const P = source.columns.length;
  if (ridge === 0 && rows < P) {
    throw new DomainError(
      `there are more columns (${P}) than rows (${rows}): leave out columns, or use a ridge (--ridge)`,
    );
  }
  if (family === "gaussian" && variance === "estimated" && observations <= P) {
    throw new DomainError(
      `${observations} observations and ${P} columns leave no degrees of freedom to estimate the variance from: ` +
        "leave out columns, or give the variance (--variance)",
    );
  }
}

function findBaseline(source: RowSource, { family, baseline = 0 }: FitOptions, C: number): number {
  if (family !== "categorical") return 0;
  const index = typeof baseline === "number" ? baseline : (source.classes ?? []).indexOf(baseline);
  if (Number.isSafeInteger(index) && index >= 0 && index < C) return index;
  const known = source.classes?.slice(0, 10).join(", ") ?? `0 to ${C - 1}`;
  throw new DomainError(`baseline: there is no class ${JSON.stringify(baseline)}, found ${known}`);
}

async function findCoordinates(
  source: RowSource,
  { family, ridge = 0, signal, onProgress }: FitOptions,
  summary: Summary,
): Promise<{ coordinates: Coordinates; condition: number }> {
  const scaling = Coordinates.scaling(summary.gram);
  const scaled = scaling.scaleMatrix(summary.gram);
  const { values } = kernels().eigh(scaled);
  const condition = Math.sqrt(values[values.length - 1] / Math.max(values[0], 0));
  const small = family === "gaussian" && source.rows * source.columns.length <= SMALL;
  if (ridge > 0 || (condition < WELL_CONDITIONED && !small)) {
    return { coordinates: scaling, condition };
  }
  if (condition < FACTORABLE && !small) {
    const L = choleskyOrNothing(scaled);
    if (L) return { coordinates: new Coordinates(unscaled(L, scaling), true), condition };
  }
  const qr = new SequentialQr(source.columns.length);
  let done = 0;
  for await (const { X, weights } of source.blocks(signal)) {
    qr.add(X, weights);
    done += X.rows;
    onProgress?.({ phase: "orthogonalization", iteration: 0, done, total: source.rows });
  }
  const dependent = dependencies(qr.factor);
  if (dependent.length > 0) throw new CollinearityError(dependent, source.columns);
  return {
    coordinates: new Coordinates(transpose(qr.factor), true),
    condition: scaledCondition(qr.factor),
  };
}

/** D L for the scaling D: the Cholesky factor of the Gram matrix itself. */
function unscaled(L: Matrix, { lower }: Coordinates): Matrix {
  const P = L.rows;
  const data = new Float64Array(P * P);
  for (let i = 0, t = 0; i < P; i++) {
    for (let j = 0; j < P; j++, t++) data[t] = L.data[t] * lower.data[i * (P + 1)];
  }
  return { rows: P, cols: P, data };
}

/** With an intercept the model without the other columns; 0 otherwise. */
function startingValues(
  { scorer: { family, outputs: M }, intercept, source, baseline }: Problem,
  { mean, counts, poisson }: Summary,
): Float64Array {
  const P = source.columns.length;
  const theta = new Float64Array(M * P);
  if (!intercept) return theta;
  if (family === "gaussian") theta[P - 1] = mean;
  else if (family === "poisson") theta[P - 1] = Math.log(poisson.count / poisson.rate);
  else if (family === "bernoulli") theta[P - 1] = Math.log(counts[1] / counts[0]);
  else {
    counts.forEach((count, c) => {
      const m = predictorOf(c, baseline);
      if (m >= 0)
        theta[m * P + P - 1] = Math.log(Math.max(count, 0.5) / Math.max(counts[baseline], 0.5));
    });
  }
  return theta;
}
