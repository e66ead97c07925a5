/** The sections of a report that are about one thing each: the model, the matrices, the gradients, the test. */
import type { Bootstrap, Diagnosis, Fit, InformationMatrixTest } from "../statistics/results.ts";
import type { DiagnosisFigureName } from "./diagnosis.ts";
import { percent } from "./diagnosisStyle.ts";
import { type Html, html } from "./html.ts";
import { visible } from "./names.ts";
import { asProbability, asShort } from "./numbers.ts";
import { asName, numberHead, pointTables, scrolling } from "./reportTables.ts";

/** What is known of a fit besides its coefficients, by label; a fact without a label belongs to the one before. */
export interface Fact {
  readonly label: string;
  readonly text: string;
}

/** The figure of a name with its caption; nothing where there is no data for it. */
export type FigureWriter = (name: DiagnosisFigureName) => Html;

const families: Readonly<Record<Fit["family"], string>> = {
  gaussian: "linear regression (Gaussian, identity link)",
  bernoulli: "logistic regression (Bernoulli, logit link)",
  categorical: "categorical regression (multinomial logit)",
  poisson: "Poisson regression (log link)",
};

const count = (value: number): string => value.toLocaleString("en-US");
const counted = (value: number, noun: string): string =>
  `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
const number = (value: number): string =>
  Number.isFinite(value)
    ? `${Number(value.toPrecision(7))}`.replace("-", "−").replace("e+", "e")
    : "–";

/** Keeps numbers and their percent signs on one line. */
export function unbroken(text: string): string {
  return text.replaceAll(" %", "\u00a0%");
}

/** The model in a line. */
export function summaryOf({ family, rows, names }: Fit): string {
  const text = families[family];
  return `${text[0].toUpperCase()}${text.slice(1)}, ${counted(rows, "row")}, ${counted(names.length, "coefficient")}.`;
}

/** The facts that the fit itself knows. */
export function fitFacts(fit: Fit): Fact[] {
  const steps = fit.scoring.filter(({ stepSize }) => stepSize > 0).length;
  const { variance, classes, condition } = fit;
  return [
    { label: "model", text: families[fit.family] },
    {
      label: "target",
      text: `${visible(fit.target)}${classes ? `: ${classes.slice(0, 12).map(visible).join(", ")}${classes.length > 12 ? ` and ${classes.length - 12} more` : ""}` : ""}`,
    },
    {
      label: "data",
      text: `${counted(fit.rows, "row")}${fit.weighted ? ` with ${fit.weighting} weights` : ""}, ${counted(fit.names.length, "coefficient")}`,
    },
    {
      label: "fit",
      text: `Fisher scoring, ${counted(steps, "step")}${fit.converged ? "" : ", not converged"}; condition number ${number(Number(condition.scaled.toPrecision(3)))}${fit.ridge > 0 ? `; ridge ${number(fit.ridge)}` : ""}`,
    },
    ...(variance
      ? [
          {
            label: "variance",
            text:
              variance.kind === "known"
                ? `fixed at ${number(variance.value)}, not estimated`
                : `estimated: s² = ${number(variance.unbiased)} for standard errors, σ² = ${number(variance.value)} in the likelihood`,
          },
        ]
      : []),
    {
      label: "quality",
      text: `log-likelihood ${number(fit.logLikelihood)}, deviance ${number(fit.deviance)} (null ${number(fit.nullDeviance)}), AIC ${number(fit.aic)}, BIC ${number(fit.bic)}, TIC ${number(fit.tic)}`,
    },
  ];
}

/** The facts, and below them what the reader should beware of. */
export function modelSection(facts: readonly Fact[], notes: readonly string[]): Html {
  return html`<section aria-labelledby="model">
<h2 id="model">Model and data</h2>
<dl class="facts">${facts.map(
    ({ label, text }) =>
      html`${label === "" ? "" : html`<dt>${visible(label)}</dt>`}<dd>${visible(text)}</dd>\n`,
  )}</dl>
${notes.map((note) => html`<p class="note">${visible(note)}</p>\n`)}</section>
`;
}

/** Fisher and empirical Fisher at the optimum and on the way there. */
export function curvatureSection(diagnosis: Diagnosis, figure: FigureWriter): Html {
  const { bootstrap, eigenvalues, points } = diagnosis;
  const range =
    eigenvalues.length === 0
      ? html``
      : html`<p>At the optimum the empirical Fisher is, direction by direction, ${asShort(eigenvalues[0])} to ${asShort(eigenvalues.at(-1)!)} times the Fisher${bandText(bootstrap)}.</p>\n`;
  return html`<section aria-labelledby="curvature">
<h2 id="curvature">The empirical Fisher beside the Fisher</h2>
${range}${figure("eigenvalues")}${figure("paths")}${figure("damping")}${
  points.length === 0
    ? html``
    : html`<details>
<summary>All comparisons, point by point</summary>
${pointTables(points)}</details>
`
}</section>
`;
}

function bandText(bootstrap: Bootstrap | undefined): Html {
  if (!bootstrap || bootstrap.successful === 0) return html``;
  const { band } = bootstrap;
  return html`; ${unbroken(percent(band.level))} of correct models of this size stay between ${asShort(band.smallest)} and ${asShort(band.largest)}`;
}

/** The per-example gradients. */
export function gradientSection({ gradients }: Diagnosis, figure: FigureWriter): Html {
  const { mean, maximum, maximumRow, topShare } = gradients;
  const share = Number.isFinite(topShare)
    ? `The largest 1\u00a0% of the rows hold ${unbroken(percent(Number(topShare.toPrecision(3))))} of the total squared length; t`
    : "T";
  return html`<section aria-labelledby="gradients">
<h2 id="gradients">Gradients of the rows</h2>
<p>${share}he mean is ${asShort(mean)} (1 if the model is right), the maximum ${asShort(maximum)} at row ${count(maximumRow + 1)}.</p>
${figure("spread")}</section>
`;
}

const forms: Readonly<Record<InformationMatrixTest["form"], string>> = {
  efficient: "Efficient form",
  "chesher-lancaster": "nR² form of Chesher and Lancaster",
  "white-1982": "White’s variance of 1982",
};

/** White's test, or why there is none. */
export function testSection(diagnosis: Diagnosis, figure: FigureWriter): Html {
  const { test, testRefused, bootstrap } = diagnosis;
  return html`<section aria-labelledby="test">
<h2 id="test">White’s information matrix test</h2>
${
  test
    ? html`${testText(test)}${figure("moments")}${figure("simulated")}${momentTable(test)}`
    : html`<p>There is no test: ${visible(testRefused ?? "it was not asked for")}</p>\n`
}${bootstrap ? html`<p class="soft">${bootstrapText(bootstrap)}</p>\n` : html``}</section>
`;
}

function testText(test: InformationMatrixTest): Html {
  const { form, indicators, statistic, degreesOfFreedom, redundant, bootstrap, notes } = test;
  return html`<p>${forms[form]}, ${indicators === "full" ? "all" : "diagonal"} indicators (${count(test.count)}${
    redundant > 0 ? `, ${count(redundant)} of them redundant` : ""
  }): χ² = ${asShort(statistic, 5)} with ${count(degreesOfFreedom)} degrees of freedom, p ${
    test.pValue < 2.2e-16 ? "" : "= "
  }${asProbability(test.pValue)}.${
    bootstrap
      ? html` Among fits simulated from the model p = ${asShort(bootstrap.pValue, 2)} ± ${asShort(bootstrap.standardError, 1)}.`
      : html``
  } A test that does not reject is no proof; one that rejects does not by itself make the estimates or the empirical Fisher useless.</p>
${notes.map((note) => html`<p class="note">${visible(note)}</p>\n`)}`;
}

function momentTable({ moments }: InformationMatrixTest): Html {
  if (moments.length === 0) return html``;
  return html`<details>
<summary>The ${moments.length} most violated moments as a table</summary>
${scrolling(
  "Moments of the test",
  html`z is standard normal if the model is right; the excess is by how much the empirical Fisher’s entry exceeds the Fisher’s.`,
  html`<thead><tr><th scope="col">Moment</th>${["z", "Excess"].map(numberHead)}</tr></thead>
<tbody>
${moments.map(
  ({ name, z, excess }) =>
    html`<tr><th scope="row">${asName(name)}</th><td class="number">${asShort(z)}</td><td class="number">${
      excess === undefined || !Number.isFinite(excess) ? "–" : html`${asShort(100 * excess)} %`
    }</td></tr>\n`,
)}</tbody>
`,
)}</details>
`;
}

function bootstrapText({ replications, successful, failures, seed }: Bootstrap): string {
  const failed = Object.entries(failures)
    .map(([reason, times]) => `${visible(reason)} ${count(times)}`)
    .join(", ");
  return `Parametric bootstrap: ${count(replications)} data sets simulated from the fitted model (seed ${seed}), ${count(successful)} of the refits gave a result${failed === "" ? "" : ` (the others: ${failed})`}.`;
}
