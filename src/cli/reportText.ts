/** The report of a fit for people: what was read, how well it fits, the coefficients. */
import type { CovarianceTable, Fit } from "../statistics/results.ts";
import type { Findings } from "./reportData.ts";
import {
  counted,
  countText,
  displayWidth,
  entry,
  numberText,
  numberTexts,
  oneLine,
  pText,
  type TextColumn,
  textTable,
  WIDTH,
} from "./reportLayout.ts";
import type { DataReport } from "./reportSchema.ts";

/** Emphasis, which is nothing where no terminal shows it. */
export interface Paint {
  heading(text: string): string;
  good(text: string): string;
  doubtful(text: string): string;
  bad(text: string): string;
}

export const unpainted: Paint = {
  heading: (text) => text,
  good: (text) => text,
  doubtful: (text) => text,
  bad: (text) => text,
};

const families = {
  gaussian: "linear regression (Gaussian, identity link)",
  bernoulli: "logistic regression (Bernoulli, logit link)",
  categorical: "categorical regression (multinomial logit)",
  poisson: "Poisson regression (log link)",
} as const;

const columnNames = { fisher: "Fisher", empirical: "OPG", sandwich: "sandwich" } as const;

/** The whole report of `natgrad fit`, lines of at most 80 columns. */
export function fitText(findings: Findings, paint: Paint = unpainted): string {
  return [
    ...headLines(findings),
    "",
    ...coefficientLines(findings, paint),
    ...noteLines(findings, paint),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

/** What was read and fitted, by label. */
export function headFacts({ data, fit }: Findings): { label: string; text: string }[] {
  const { factors, standardized, guess } = data;
  const fact = (label: string, text: string): { label: string; text: string } => ({ label, text });
  return [
    fact(
      "model",
      `${families[fit.family]}; the family is ${guess ? `guessed: ${guess}` : "given"}`,
    ),
    fact("target", targetText(data, fit)),
    fact("data", dataText(data, fit)),
    ...factors.map((factor, i) => fact(i === 0 ? "levels" : "", factorText(factor))),
    ...(standardized.length > 0
      ? [
          fact(
            "scale",
            `${counted(standardized.length, "feature")} standardized: a coefficient is per standard deviation`,
          ),
        ]
      : []),
    fact("fit", scoringText(fit)),
    ...(fit.variance ? [fact("variance", varianceText(fit))] : []),
    fact("quality", qualityText(fit)),
  ];
}

/** The facts as lines. */
export function headLines(findings: Findings): string[] {
  return headFacts(findings).flatMap(({ label, text }) => entry(label, text));
}

function targetText(data: DataReport, fit: Fit): string {
  const { target, classes, classRows } = data;
  const name = oneLine(target);
  if (!classes) return name;
  const label = (c: number): string => {
    const rows = classRows ? ` (${countText(classRows[c])})` : "";
    return `${oneLine(classes[c])}${rows}`;
  };
  if (fit.family === "bernoulli")
    return `${name}: the probability of ${label(1)} against ${label(0)}`;
  const base = fit.baseline ?? 0;
  const others = classes.map((_, c) => c).filter((c) => c !== base);
  const shown = others.slice(0, 8).map(label).join(", ");
  const more = others.length > 8 ? ` and ${others.length - 8} more` : "";
  return `${name}: log odds of ${shown}${more} against ${label(base)}`;
}

function dataText(data: DataReport, fit: Fit): string {
  const { source, origin, rowsRead, rows, missing, leftOut, weights, offset } = data;
  const dropped = rowsRead - rows;
  const lost = missing
    .map(({ column, count }) => `${oneLine(column)} ${countText(count)}`)
    .join(", ");
  const shown = source.length > 120 ? `${source.slice(0, 117)}…` : source;
  const parts = [
    `${oneLine(shown)} (${origin}): ${counted(rowsRead, "row")} read`,
    dropped === 0 ? "none dropped" : `${countText(dropped)} dropped for missing values (${lost})`,
    ...(fit.rows < rows ? [`${countText(rows - fit.rows)} of weight 0`] : []),
    ...(weights === undefined ? [] : [`${fit.weighting} weights ${oneLine(weights)}`]),
    ...(fit.weighting === "frequency" && fit.weighted
      ? [`${countText(fit.observations)} observations`]
      : []),
    ...(offset === undefined ? [] : [`offset ${oneLine(offset)}`]),
    ...(leftOut.length === 0 ? [] : [`left out, for want of a name: ${leftOut.join(", ")}`]),
  ];
  return parts.join("; ");
}

function factorText({ column, base, levels }: DataReport["factors"][number]): string {
  const name = oneLine(column);
  if (base === undefined)
    return `${name}: ${levels.length} levels, all with an indicator (no intercept)`;
  const others = levels.filter((level) => level.name !== base).map((level) => oneLine(level.name));
  const shown = others.slice(0, 8).join(", ");
  const more = others.length > 8 ? ` and ${others.length - 8} more` : "";
  return `${name}: base ${oneLine(base)}, against it ${shown}${more}`;
}

function scoringText(fit: Fit): string {
  const steps = fit.scoring.length - 1;
  const last = fit.scoring.at(-1);
  const halved = fit.scoring.filter(({ stepSize }) => stepSize > 0 && stepSize < 1).length;
  return [
    `Fisher scoring, ${counted(steps, "step")}${halved > 0 ? ` (${halved} halved)` : ""}` +
      `${last ? `, Newton decrement ${numberText(last.decrement, 2)}` : ""}` +
      `${fit.converged ? "" : ", NOT converged"}`,
    `condition number ${numberText(fit.condition.scaled, 3)}`,
    ...(fit.ridge > 0 ? [`ridge ${numberText(fit.ridge)}`] : []),
  ].join("; ");
}

function varianceText({ variance, residualDegreesOfFreedom }: Fit): string {
  const { kind, value, unbiased } = variance!;
  return kind === "known"
    ? `fixed at ${numberText(value, 6)}, not estimated: standard errors do not look at the residuals`
    : `estimated: s² = RSS / (N − P) = ${numberText(unbiased, 6)}, t tests on ${countText(residualDegreesOfFreedom)} ` +
        `degrees of freedom; σ² = RSS / N = ${numberText(value, 6)} in the likelihood`;
}

function qualityText(fit: Fit): string {
  const number = (value: number): string => numberText(value, 7);
  return (
    `log-likelihood ${number(fit.logLikelihood)} (null ${number(fit.nullLogLikelihood)}), ` +
    `deviance ${number(fit.deviance)} on ${countText(fit.residualDegreesOfFreedom)} df (null ${number(fit.nullDeviance)}), ` +
    `AIC ${number(fit.aic)}, BIC ${number(fit.bic)}, TIC ${number(fit.tic)} ` +
    `(${fit.parameters} parameters count as ${numberText(fit.effectiveParameters, 3)})`
  );
}

/** The coefficients: standard errors side by side, tests and intervals by the last covariance. */
export function coefficientLines({ fit, covariances }: Findings, paint: Paint): string[] {
  const tested = covariances.at(-1)!;
  const { statistic, level, coefficients } = tested;
  const columns = (digits: number): TextColumn[] => [
    { heading: "", cells: coefficients.map(({ name }) => oneLine(name)), align: "left" },
    { heading: "estimate", cells: numberTexts([...fit.theta], digits) },
    ...covariances.map((table) => ({
      heading: columnNames[table.kind],
      group: covariances.length > 1 ? "standard error" : "std. error",
      cells: numberTexts(
        table.coefficients.map(({ standardError }) => standardError),
        digits,
      ),
    })),
    {
      heading: statistic,
      group: `by ${columnNames[tested.kind]}`,
      cells: coefficients.map((row) => numberText(row.statistic, 3)),
    },
    {
      heading: "p",
      group: `by ${columnNames[tested.kind]}`,
      cells: coefficients.map(({ pValue }) => pText(pValue)),
    },
    {
      heading: "lower",
      group: `${percent(level)} interval`,
      cells: numberTexts(
        coefficients.map(({ lower }) => lower),
        digits,
      ),
    },
    {
      heading: "upper",
      group: `${percent(level)} interval`,
      cells: numberTexts(
        coefficients.map(({ upper }) => upper),
        digits,
      ),
    },
  ];
  // fewer digits or narrower gaps where that spares names a line of their own
  const candidates = [
    textTable(columns(4), 2),
    textTable(columns(3), 2),
    textTable(columns(3), 1),
    textTable(columns(2), 2),
    textTable(columns(2), 1),
  ];
  const fits = candidates.filter((lines) => lines.every((line) => displayWidth(line) <= WIDTH));
  const shortest = Math.min(...fits.map((lines) => lines.length));
  const lines = fits.find((table) => table.length === shortest) ?? candidates.at(-1)!;
  return [
    ...lines.slice(0, 2).map(paint.heading),
    ...lines.slice(2),
    ...decisionLines(covariances, paint),
    "",
    ...covarianceNotes(fit, covariances),
  ];
}

/** Coefficients that are significant under one covariance and not under another. */
function decisionLines(covariances: readonly CovarianceTable[], paint: Paint): string[] {
  if (covariances.length < 2) return [];
  const [{ level, coefficients }] = covariances;
  const decided = coefficients
    .map(({ name }, t) => ({ name, p: covariances.map((table) => table.coefficients[t].pValue) }))
    .filter(({ p }) => new Set(p.map((value) => value <= 1 - level)).size > 1);
  if (decided.length === 0) return [];
  const table = textTable([
    { heading: "", cells: decided.map(({ name }) => oneLine(name)), align: "left" },
    ...covariances.map(({ kind }, k) => ({
      heading: columnNames[kind],
      group: "p-value",
      cells: decided.map(({ p }) => pText(p[k])),
    })),
  ]);
  return [
    "",
    paint.doubtful(`decisions at ${percent(1 - level)} that depend on the covariance`),
    ...table,
  ];
}

function covarianceNotes(fit: Fit, covariances: readonly CovarianceTable[]): string[] {
  const ridge = fit.ridge > 0 ? ` + ${ridgeName(fit)}` : "";
  const curvature = ridge ? ` with H = F${ridge}` : "";
  const texts = covariances.map((table) => {
    if (table.kind === "fisher") {
      return `Fisher = inverse Fisher information${ridge && `, (F${ridge})⁻¹`}.`;
    }
    if (table.kind === "empirical") {
      return `OPG = inverse empirical Fisher, (Σ g gᵀ${ridge})⁻¹, also called BHHH: not robust.`;
    }
    const { observations: N, residualDegreesOfFreedom: rest } = fit;
    const stata =
      fit.variance?.kind === "estimated"
        ? `N / (N − P) = ${numberText(N / rest, 5)} for HC1`
        : `N / (N − 1) = ${numberText(N / (N - 1), 5)} for Stata's vce(robust)`;
    return table.correction === "HC1"
      ? `Sandwich = H⁻¹ F̃ H⁻¹${curvature}, times N / (N − D): HC1.`
      : `Sandwich = H⁻¹ F̃ H⁻¹${curvature}, HC0, without a factor (variances times ${stata}).`;
  });
  return [...entry("", texts.join(" "), 0), ...entry("", "Intervals are Wald's.", 0)];
}

/** The ridge as it is added to the Fisher and to the empirical Fisher: relative to σ² where that is estimated. */
function ridgeName({ variance }: Fit): string {
  return variance?.kind === "estimated" ? "λ/σ²" : "λ";
}

/** Warnings of the fit, and what else the reader should know. */
export function noteLines({ fit, notes }: Findings, paint: Paint): string[] {
  const texts = [...new Set([...fit.warnings.map(({ message }) => message), ...notes])];
  if (texts.length === 0) return [];
  return ["", ...texts.flatMap((text) => entry("note", oneLine(text), 7).map(paint.doubtful))];
}

/** 0.95 as "95 %". */
export function percent(fraction: number): string {
  return `${Number((100 * fraction).toPrecision(6))} %`;
}
