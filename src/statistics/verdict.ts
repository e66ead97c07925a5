/** Three questions about a fit, answered in plain words, each by its own numbers: never one score. */
import type {
  Bootstrap,
  BootstrapPValue,
  ChangedDecision,
  CovarianceTable,
  CurvatureAnswer,
  Fit,
  InformationMatrixTest,
  ModelAnswer,
  StandardErrorAnswer,
  Verdict,
  VerdictLine,
} from "./results.ts";

/** What the answers are decided by; how they were chosen: docs/diagnosis.md. */
export const THRESHOLDS = {
  /** generalized eigenvalues of (F̃, F) between these do not matter in practice */
  negligible: [0.8, 1.25],
  /** beyond these the empirical Fisher is useless as curvature */
  useless: [0.5, 2],
  /** OPG and sandwich standard errors within this factor agree: a 95 % interval covers 92 % or more */
  agreeing: 1.1,
  /** beyond this factor a 95 % interval covers less than 88 % */
  misleading: 1.25,
  /** p-values of the model */
  rejected: 0.01,
  doubtful: 0.05,
} as const;

/** What the verdict is made from. */
export interface VerdictInput {
  readonly fit: Fit;
  /** generalized eigenvalues of (F̃, F), ascending */
  readonly eigenvalues: readonly number[];
  readonly covariances: readonly CovarianceTable[];
  readonly bootstrap?: Bootstrap;
  readonly test?: InformationMatrixTest;
  readonly testRefused?: string;
}

/** The three answers. Pure: the same input gives the same words. */
export function verdict(input: VerdictInput): Verdict {
  const changedDecisions = changes(input);
  return {
    curvature: curvatureLine(input),
    standardErrors: standardErrorLine(input, changedDecisions),
    model: modelLine(input),
    changedDecisions,
  };
}

function curvatureLine({
  fit,
  eigenvalues,
  bootstrap,
}: VerdictInput): VerdictLine<CurvatureAnswer> {
  const question = "Can the empirical Fisher stand in for the Fisher as curvature?";
  const smallest = eigenvalues[0];
  const largest = eigenvalues[eigenvalues.length - 1];
  const mean = eigenvalues.reduce((sum, value) => sum + value, 0) / eigenvalues.length;
  const band = bootstrap?.band;
  const thresholds = [
    ...list("negligible between", THRESHOLDS.negligible),
    ...list("useless beyond", THRESHOLDS.useless),
    ...(band ? list("noise of a right model", [band.smallest, band.largest]) : []),
  ];
  const numbers = [
    { label: "smallest eigenvalue of (F̃, F)", value: smallest },
    { label: "mean eigenvalue", value: mean },
    { label: "largest eigenvalue", value: largest },
  ];
  const line = (answer: CurvatureAnswer, text: string, advice: string) => ({
    question,
    answer,
    text,
    advice,
    numbers,
    thresholds,
  });
  const range = `${short(smallest)} to ${short(largest)} times the Fisher, depending on the direction`;
  const noise = band && `${short(band.smallest)} to ${short(band.largest)}`;
  if (fit.perfect || !(largest > 0)) {
    return line(
      "cannot-say",
      "There are no residuals, so there is no empirical Fisher to judge.",
      "Fit a model that leaves residuals, or add noise of a known variance.",
    );
  }
  if (band && smallest >= band.smallest && largest <= band.largest) {
    return line(
      "indistinguishable",
      `It cannot be told apart from the Fisher with ${fit.observations} observations: it is ${range}, and noise alone ` +
        `makes ${noise} of a right model. That is not a proof that they are equal.`,
      between(smallest, largest, THRESHOLDS.useless)
        ? ""
        : "The noise itself is large: with so few rows a coefficient, prefer the Fisher, which has none.",
    );
  }
  if (between(smallest, largest, THRESHOLDS.negligible)) {
    return line(
      "negligible",
      `It differs from the Fisher${band ? " by more than noise" : ""}, but not enough to matter: it is ${range}.`,
      "",
    );
  }
  const sign = direction(smallest, largest);
  if (!between(smallest, largest, THRESHOLDS.useless)) {
    return line(
      "do-not-use",
      `No: it is ${range}${noise ? `, where noise would make ${noise}` : ""}. ${sign}`,
      "Use the Fisher (the GGN), or a Monte-Carlo Fisher with labels drawn from the model: both cost the same.",
    );
  }
  const factor = Math.max(largest, 1 / smallest);
  return line(
    "differs",
    `It differs by up to a factor of ${short(factor)}: it is ${range}${noise ? `, where noise would make ${noise}` : ""}. ${sign}`,
    "As a preconditioner it works with a line search or damping; for anything that reads its size, use the Fisher.",
  );
}

function direction(smallest: number, largest: number): string {
  if (smallest > 1) return "Residuals are larger than the model says.";
  if (largest < 1) return "Residuals are smaller than the model says.";
  return "Residuals are larger than the model says in some directions and smaller in others.";
}

function standardErrorLine(
  { fit, covariances, bootstrap }: VerdictInput,
  changed: readonly ChangedDecision[],
): VerdictLine<StandardErrorAnswer> {
  const question = "Can the standard errors be trusted?";
  const tables = Object.fromEntries(covariances.map((table) => [table.kind, table]));
  const { fisher, empirical, sandwich } = tables as Partial<Record<string, CovarianceTable>>;
  const limits = [
    { label: "agreeing within a factor of", value: THRESHOLDS.agreeing },
    { label: "misleading beyond a factor of", value: THRESHOLDS.misleading },
  ];
  if (fit.perfect || !fisher || !sandwich) {
    return {
      question,
      answer: "cannot-say",
      text: "There are no residuals to compute standard errors from.",
      advice: "",
      numbers: [],
      thresholds: limits,
    };
  }
  const opg = empirical && extremeRatio(empirical, sandwich);
  const model = extremeRatio(fisher, sandwich);
  const noise = bootstrap?.ratios?.filter((ratio) => !Number.isNaN(ratio)) ?? [];
  const band = noise.length > 0 ? Math.exp(upperQuantile(noise, 0.95)) : undefined;
  const thresholds = [
    ...limits,
    ...(band === undefined
      ? []
      : [{ label: "noise of a right model, OPG over sandwich", value: band }]),
  ];
  const numbers = [
    ...(opg ? [{ label: `OPG over sandwich, ${opg.name}`, value: opg.ratio }] : []),
    { label: `Fisher over sandwich, ${model.name}`, value: model.ratio },
    { label: "coefficients whose decision changes", value: changed.length },
  ];
  const line = (answer: StandardErrorAnswer, text: string, advice: string) => ({
    question,
    answer,
    text,
    advice,
    numbers,
    thresholds,
  });
  const decisions = changedText(changed, 1 - sandwich.level);
  if (!opg) {
    return line(
      "cannot-say",
      "The empirical Fisher is singular, so it gives no standard errors. Those by the Fisher are " +
        `${times(model)}.${decisions}`,
      "Use the sandwich column.",
    );
  }
  const size = Math.max(factorOf(opg), factorOf(model));
  const comparison = `Those by the empirical Fisher (OPG) are ${times(opg)}, those by the Fisher ${times(model)}.${decisions}`;
  if (
    factorOf(opg) <= Math.max(THRESHOLDS.agreeing, band ?? 0) &&
    factorOf(model) <= THRESHOLDS.misleading
  ) {
    return line(
      "agree",
      `Yes: the three kinds agree${size > THRESHOLDS.agreeing ? " as far as noise allows" : ""}. ${comparison}`,
      "",
    );
  }
  if (size <= THRESHOLDS.misleading) {
    return line("differ", `Within limits. ${comparison}`, "Report the sandwich column.");
  }
  const side =
    opg.ratio < 1
      ? "OPG errors are too small: their intervals cover too rarely"
      : "OPG errors are too large: their intervals are too wide";
  return line(
    "misleading",
    `No. ${comparison} ${side}.`,
    "Use the sandwich column; OPG is no robust choice, it errs in the opposite direction.",
  );
}

interface Ratio {
  readonly name: string;
  readonly ratio: number;
}

/** The coefficient whose standard errors differ most. */
function extremeRatio(a: CovarianceTable, b: CovarianceTable): Ratio {
  const ratios = a.coefficients.map(({ name, standardError }, t) => ({
    name,
    ratio: standardError / b.coefficients[t].standardError,
  }));
  return ratios.reduce((most, own) => (factorOf(own) > factorOf(most) ? own : most));
}

function factorOf({ ratio }: Ratio): number {
  return Math.max(ratio, 1 / ratio);
}

function times({ name, ratio }: Ratio): string {
  return `${ratio < 1 ? "down" : "up"} to ${short(ratio)} times the sandwich's (for ${name})`;
}

function changedText(changed: readonly ChangedDecision[], level: number): string {
  if (changed.length === 0) return "";
  const names = changed.slice(0, 3).map(({ name }) => name);
  const more = changed.length > 3 ? ` and ${changed.length - 3} more` : "";
  const verb = changed.length === 1 ? "is" : "are";
  return ` At ${short(100 * level)} %, ${names.join(", ")}${more} ${verb} significant by one kind and not by another.`;
}

/** Coefficients that one covariance finds significant and another does not; intercepts included. */
function changes({ covariances }: VerdictInput): ChangedDecision[] {
  const table = (kind: string): CovarianceTable | undefined =>
    covariances.find((candidate) => candidate.kind === kind);
  const [fisher, empirical, sandwich] = ["fisher", "empirical", "sandwich"].map(table);
  if (!fisher || !sandwich) return [];
  const alpha = 1 - sandwich.level;
  return sandwich.coefficients.flatMap(({ name, pValue }, t) => {
    const pFisher = fisher.coefficients[t].pValue;
    const pEmpirical = empirical?.coefficients[t].pValue ?? Number.NaN;
    const others = empirical ? [pFisher, pEmpirical] : [pFisher];
    const differs = others.some((p) => p < alpha !== pValue < alpha);
    return differs ? [{ name, pFisher, pEmpirical, pSandwich: pValue }] : [];
  });
}

function modelLine({ fit, test, testRefused }: VerdictInput): VerdictLine<ModelAnswer> {
  const question = "Is the model itself right?";
  const thresholds = [
    { label: "rejected below", value: THRESHOLDS.rejected },
    { label: "doubtful below", value: THRESHOLDS.doubtful },
  ];
  if (!test) {
    return {
      question,
      answer: "cannot-say",
      text: `There is no information matrix test: ${testRefused ?? "it was not asked for"}.`,
      advice: fit.ridge > 0 ? "Fit without the ridge to test the model." : "",
      numbers: [],
      thresholds,
    };
  }
  const p = decisive(test);
  const numbers = [
    { label: "information matrix test", value: test.statistic },
    { label: "degrees of freedom", value: test.degreesOfFreedom },
    { label: "p-value (χ²)", value: test.pValue },
    ...(test.bootstrap ? [{ label: "p-value (bootstrap)", value: test.bootstrap.pValue }] : []),
  ];
  const line = (answer: ModelAnswer, text: string, advice: string) => ({
    question,
    answer,
    text,
    advice,
    numbers,
    thresholds,
  });
  const result = `White's test has ${showTest(test)}`;
  const worst = test.moments[0];
  const where = worst ? ` Most violated: ${worst.name} (z = ${short(worst.z)}).` : "";
  if (p < THRESHOLDS.rejected) {
    return line(
      "rejected",
      `No: ${result}.${where} That alone makes neither the estimates nor the empirical Fisher useless.`,
      advice(fit),
    );
  }
  if (p < THRESHOLDS.doubtful) {
    return line("doubtful", `Perhaps not: ${result}.${where}`, advice(fit));
  }
  return line(
    "not-rejected",
    `Nothing speaks against it: ${result}. That is no proof; the test sees variances and higher moments of residuals.`,
    "",
  );
}

/** The bootstrap p-value; where it is as small as its replications allow and χ² says far less, χ²'s. */
function decisive({ pValue, bootstrap }: InformationMatrixTest): number {
  if (!bootstrap) return pValue;
  return isFloor(bootstrap) && pValue < 1e-6 ? pValue : bootstrap.pValue;
}

/** Whether no simulated test was as extreme. */
function isFloor({ pValue, standardError }: BootstrapPValue): boolean {
  // its variance is p (1 − p) / (1 + B), and the least p is 1 / (1 + B)
  return standardError ** 2 >= 0.999 * pValue * pValue * (1 - pValue);
}

function showTest({ pValue, bootstrap }: InformationMatrixTest): string {
  const own = `p ${showP(pValue)}`;
  if (!bootstrap) return `${own} by χ²`;
  const simulated = `p ${isFloor(bootstrap) ? "≤" : "="} ${short(bootstrap.pValue)} by simulation`;
  return `${simulated}, ${own} by χ²`;
}

function advice({ family }: Fit): string {
  switch (family) {
    case "gaussian":
      return "Look for unequal variances, outliers and missing terms; the sandwich covers unequal variances.";
    case "poisson":
      return "Counts may vary more than Poisson allows: a negative binomial model, missing columns, or the sandwich.";
    default:
      return "Look for missing columns, interactions and bends; the sandwich's errors are those of the best approximation.";
  }
}

function list(
  label: string,
  [low, high]: readonly [number, number],
): { label: string; value: number }[] {
  return [
    { label: `${label} (lower)`, value: low },
    { label: `${label} (upper)`, value: high },
  ];
}

function between(low: number, high: number, [least, most]: readonly [number, number]): boolean {
  return low >= least && high <= most;
}

function upperQuantile(values: readonly number[], probability: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(probability * sorted.length))];
}

/** Two or three digits, as people write them. */
function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 1000 || (size < 0.001 && size > 0)) return value.toExponential(1);
  return String(Number(value.toPrecision(size >= 100 ? 3 : 2)));
}

function showP(p: number): string {
  return p < 2.2e-16 ? "< 2.2e-16" : `= ${short(p)}`;
}
