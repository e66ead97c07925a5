/**
 * The parametric bootstrap: refits to responses that the fitted model itself has drawn. It imposes the null hypothesis
 * that the model is right, which resampling rows does not (Horowitz 1994).
 */
import { ConvergenceError, DomainError } from "../errors.ts";
import { kernels } from "../linalg/provider.ts";
import { covariance } from "./covariance.ts";
import { logChiSquareTail } from "./distributions.ts";
import { SeparationError } from "./errors.ts";
import { solveTest } from "./informationMatrixTest.ts";
import { type MomentPlan, momentSums } from "./momentSums.ts";
import { quantile } from "./quantile.ts";
import { ratioBand } from "./ratioBand.ts";
import { refit } from "./refit.ts";
import type { Bootstrap, BootstrapPValue, EigenvalueBand, Fit } from "./results.ts";
import type { RowSource } from "./rows.ts";
import { simulatedRows } from "./simulation.ts";

export interface BootstrapOptions {
  readonly replications: number;
  readonly seed: number;
  /** the test to simulate, as planned for the fit; none: eigenvalues and standard errors alone */
  readonly plan?: MomentPlan;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** How many simulated fits agree with each other about what noise does, at this level. */
const LEVEL = 0.95;

/** What one simulated fit shows. */
interface Replicate {
  /** generalized eigenvalues of (F̃, F), ascending */
  readonly eigenvalues: Float64Array;
  /** log(OPG / sandwich) of each standard error `[D]`, NaN where F̃ is singular; the same for the Fisher's */
  readonly ratios: { readonly empirical: Float64Array; readonly fisher: Float64Array };
  readonly statistic?: number;
  readonly logPValue?: number;
}

/**
 * Simulates and refits `replications` times. Refits that fail are counted by their reason, and not replaced. Throws
 * {@link DomainError} where all of them fail.
 */
export async function bootstrap(
  rows: RowSource,
  fit: Fit,
  options: BootstrapOptions,
): Promise<Bootstrap> {
  const { replications, seed, plan, signal, onProgress } = options;
  requireCount(replications);
  const found: Replicate[] = [];
  const failures: Record<string, number> = {};
  for (let b = 0; b < replications; b++) {
    // Rows in memory never wait for anything: without a turn of the event loop nothing could abort.
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    try {
      found.push(await replicate(simulatedRows(rows, fit, seed, b), fit, plan, signal));
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === undefined) throw error;
      failures[reason] = (failures[reason] ?? 0) + 1;
    }
    onProgress?.(b + 1, replications);
  }
  if (found.length === 0) {
    throw new DomainError(
      `none of ${replications} simulated fits succeeded: ${JSON.stringify(failures)}`,
    );
  }
  const [empirical, fisher] = (["empirical", "fisher"] as const).map((kind) =>
    ratioBand(
      found.map(({ ratios }) => ratios[kind]),
      LEVEL,
    ),
  );
  return {
    replications,
    seed,
    successful: found.length,
    failures,
    ...(plan && {
      statistics: found.map(({ statistic = Number.NaN }) => statistic),
      logPValues: found.map(({ logPValue = Number.NaN }) => logPValue),
    }),
    smallest: found.map(({ eigenvalues }) => eigenvalues[0]),
    largest: found.map(({ eigenvalues }) => eigenvalues[eigenvalues.length - 1]),
    band: band(found.map(({ eigenvalues }) => eigenvalues)),
    ratios: { ...(empirical && { empirical }), ...(fisher && { fisher }) },
  };
}

/**
 * The p-value of a test with the logarithm `logPValue` of its asymptotic p-value, among those of the simulated tests:
 * where ranks agree that orders as the statistics do.
 */
export function bootstrapPValue(
  { logPValues = [], statistics = [] }: Bootstrap,
  logPValue: number,
): BootstrapPValue {
  const B = logPValues.length;
  const extreme = logPValues.filter((value) => value <= logPValue).length;
  const pValue = (1 + extreme) / (1 + B);
  return {
    pValue,
    standardError: Math.sqrt((pValue * (1 - pValue)) / (1 + B)),
    critical: quantile(statistics, LEVEL),
  };
}

async function replicate(
  source: RowSource,
  fit: Fit,
  plan: MomentPlan | undefined,
  signal?: AbortSignal,
): Promise<Replicate> {
  const simulated = await refit(fit, source, signal ? { signal } : {});
  if (!simulated.converged) throw new ConvergenceError("a simulated fit did not converge");
  const { values } = kernels().eigh(simulated.information.whitenedEmpirical);
  const ratios = {
    empirical: logRatios(simulated, "empirical"),
    fisher: logRatios(simulated, "fisher"),
  };
  const shown = { eigenvalues: values, ratios };
  if (!plan) return shown;
  const sums = await momentSums(source, { ...plan, fit: simulated }, signal);
  const { statistic, rank } = solveTest(sums, plan.form);
  return { ...shown, statistic, logPValue: logChiSquareTail(statistic, rank) };
}

/** Logarithms of the ratios of the standard errors of one kind to the sandwich's `[D]`; NaN where there are none. */
function logRatios(fit: Fit, kind: "empirical" | "fisher"): Float64Array {
  const D = fit.theta.length;
  try {
    const own = covariance(fit, kind).matrix.data;
    const sandwich = covariance(fit, "sandwich").matrix.data;
    return Float64Array.from(
      { length: D },
      (_, t) => Math.log(own[t * (D + 1)] / sandwich[t * (D + 1)]) / 2,
    );
  } catch (error) {
    if (error instanceof DomainError) return new Float64Array(D).fill(Number.NaN);
    throw error;
  }
}

function reasonOf(error: unknown): string | undefined {
  if (error instanceof SeparationError) return "separation";
  if (error instanceof ConvergenceError) return "no convergence";
  return error instanceof DomainError ? "singular" : undefined;
}

/** For each rank of eigenvalue the interval that `LEVEL` of the simulated ones lie in. */
function band(eigenvalues: readonly Float64Array[]): EigenvalueBand {
  const D = eigenvalues[0].length;
  const tail = (1 - LEVEL) / 2;
  const at = (k: number, p: number): number =>
    quantile(
      eigenvalues.map((values) => values[k]),
      p,
    );
  const lower = Array.from({ length: D }, (_, k) => at(k, tail));
  const upper = Array.from({ length: D }, (_, k) => at(k, 1 - tail));
  return { level: LEVEL, lower, upper, smallest: lower[0], largest: upper[D - 1] };
}

function requireCount(replications: number): void {
  if (!(Number.isSafeInteger(replications) && replications >= 1)) {
    throw new DomainError(`replications: found ${replications}, expected a positive integer`);
  }
}
