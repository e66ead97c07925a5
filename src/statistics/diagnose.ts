/** Everything about a fit that tells whether its empirical Fisher can be trusted. */
import { DomainError } from "../errors.ts";
import { kernels } from "../linalg/provider.ts";
import { bootstrapPValue, bootstrap as simulate } from "./bootstrap.ts";
import { covariance } from "./covariance.ts";
import { curvaturePath } from "./curvaturePath.ts";
import { descentPaths } from "./descent.ts";
import { fitModel } from "./fit.ts";
import { gradientSpread } from "./gradientSpread.ts";
import { informationMatrixTest, planTest } from "./informationMatrixTest.ts";
import type {
  Bootstrap,
  CovarianceTable,
  DiagnoseOptions,
  Diagnosis,
  DiagnosisProgress,
  Fit,
  InformationMatrixTest,
} from "./results.ts";
import type { RowSource } from "./rows.ts";
import { verdict } from "./verdict.ts";

const DAMPING = [0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100] as const;
const REPLICATIONS = 199;

/**
 * Fits a model and compares Fisher, Monte-Carlo Fisher, empirical Fisher and Hessian at its start, along the path of
 * Fisher scoring and at the optimum; computes the three covariances, White's information matrix test, and what noise
 * makes of all that under the fitted model, by simulation; and answers three questions in plain words.
 *
 * Reads the rows about 60 times and, for each of the `replications`, about 5 times more; memory does not grow with
 * their number. Throws as {@link fitModel} does.
 *
 * @example
 * const diagnosis = await diagnose(rows, { family: "bernoulli", replications: 199, seed: 1 });
 * diagnosis.verdict.curvature.text;
 */
export async function diagnose(rows: RowSource, options: DiagnoseOptions): Promise<Diagnosis> {
  report(options, "fit", 0, 1);
  const fit = await fitModel(rows, options);
  report(options, "fit", 1, 1);
  return diagnoseFit(rows, fit, options);
}

/** {@link diagnose} for a model that is already fitted to these rows. */
export async function diagnoseFit(
  rows: RowSource,
  fit: Fit,
  options: Omit<DiagnoseOptions, "family">,
): Promise<Diagnosis> {
  const { signal, seed = 0, draws = 1, damping = DAMPING } = options;
  requireOptions(options);
  const notes: string[] = fit.warnings.map(({ message }) => message);
  const tables = covariances(fit, options, notes);
  const path = {
    seed,
    draws,
    damping,
    ...(signal && { signal }),
    onProgress: (done: number, total: number) => report(options, "path", done, total),
  };
  const points = fit.perfect ? [] : await curvaturePath(rows, fit, path);
  const paths = fit.perfect ? [] : await descentPaths(rows, fit, path);
  const { test, refused } = await tested(rows, fit, options);
  const simulated = await bootstrapped(rows, fit, test, options, notes);
  const full = test && withBootstrap(test, simulated);
  const eigenvalues = Array.from(kernels().eigh(fit.information.whitenedEmpirical).values);
  const gradients = await gradientSpread(rows, fit, signal);
  const shown = {
    fit,
    covariances: tables,
    eigenvalues,
    ...(simulated && { bootstrap: simulated }),
    ...(full && { test: full }),
    ...(refused !== undefined && { testRefused: refused }),
  };
  return { ...shown, points, paths, gradients, verdict: verdict(shown), notes, seed, draws };
}

function requireOptions({
  draws = 1,
  replications = REPLICATIONS,
}: Omit<DiagnoseOptions, "family">): void {
  if (!(Number.isSafeInteger(draws) && draws >= 1)) {
    throw new DomainError(`draws: found ${draws}, expected a positive integer`);
  }
  if (!(Number.isSafeInteger(replications) && replications >= 0)) {
    throw new DomainError(`replications: found ${replications}, expected an integer of at least 0`);
  }
}

function covariances(
  fit: Fit,
  { level = 0.95, correction = "HC0" }: Omit<DiagnoseOptions, "family">,
  notes: string[],
): CovarianceTable[] {
  return (["fisher", "empirical", "sandwich"] as const).flatMap((kind) => {
    try {
      return [covariance(fit, kind, { level, correction })];
    } catch (error) {
      if (kind !== "empirical" || !(error instanceof DomainError)) throw error;
      notes.push(error.message);
      return [];
    }
  });
}

async function tested(
  rows: RowSource,
  fit: Fit,
  options: Omit<DiagnoseOptions, "family">,
): Promise<{ test?: InformationMatrixTest; refused?: string }> {
  report(options, "test", 0, 1);
  try {
    return { test: await informationMatrixTest(rows, fit, options) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    // it is shown under the name of the test
    return {
      refused: error.message.replace(/^the information matrix test(: | (?=is))/, (_, link) =>
        link === " " ? "it " : "",
      ),
    };
  } finally {
    report(options, "test", 1, 1);
  }
}

/** Simulated fits; none for a perfect fit, which has no noise to simulate. */
async function bootstrapped(
  rows: RowSource,
  fit: Fit,
  test: InformationMatrixTest | undefined,
  options: Omit<DiagnoseOptions, "family">,
  notes: string[],
): Promise<Bootstrap | undefined> {
  const { replications = REPLICATIONS, seed = 0, signal } = options;
  if (replications === 0 || fit.perfect || fit.ridge > 0) {
    if (fit.ridge > 0) notes.push("no simulated fits: a ridge biases them as it biases the fit");
    return undefined;
  }
  try {
    return await simulate(rows, fit, {
      replications,
      seed,
      ...(test && { plan: planTest(fit, { form: test.form, indicators: test.indicators }).plan }),
      ...(signal && { signal }),
      onProgress: (done, total) => report(options, "bootstrap", done, total),
    });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    notes.push(error.message);
    return undefined;
  }
}

function withBootstrap(
  test: InformationMatrixTest,
  simulated: Bootstrap | undefined,
): InformationMatrixTest {
  if (!simulated?.statistics) return test;
  return { ...test, bootstrap: bootstrapPValue(simulated, test.logPValue) };
}

function report(
  { onDiagnosis }: Pick<DiagnoseOptions, "onDiagnosis">,
  phase: DiagnosisProgress["phase"],
  done: number,
  total: number,
): void {
  onDiagnosis?.({ phase, done, total });
}
