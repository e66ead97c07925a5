/** The second question: the standard errors. */

import { quantile } from "./quantile.ts";
import type {
  ChangedDecision,
  CovarianceTable,
  StandardErrorAnswer,
  VerdictLine,
} from "./results.ts";
import { exact, short, THRESHOLDS, type VerdictInput } from "./verdictInput.ts";

/** By how much those of the empirical Fisher and of the Fisher differ from the sandwich's. */
export function standardErrorLine(
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
  const model = fisher && sandwich && extremeRatio(fisher, sandwich);
  if (fit.perfect || !model) {
    return {
      question,
      answer: "cannot-say",
      text: "There are no residuals to compute standard errors from.",
      advice: "",
      basis: "",
      numbers: [],
      thresholds: limits,
    };
  }
  const opg = empirical && extremeRatio(empirical, sandwich);
  const noise: Noise = {
    opg: noiseOf(bootstrap?.ratios),
    model: noiseOf(bootstrap?.modelRatios),
  };
  const thresholds = [
    ...limits,
    ...(noise.opg
      ? [{ label: "a right model shows up to, OPG over sandwich", value: noise.opg }]
      : []),
    ...(noise.model
      ? [{ label: "a right model shows up to, Fisher over sandwich", value: noise.model }]
      : []),
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
    basis: basisOf(opg, model, noise),
    numbers,
    thresholds,
  });
  const decisions = changedText(changed, 1 - sandwich.level);
  if (!opg) {
    return line(
      "cannot-say",
      "The empirical Fisher is singular, so it gives no standard errors. Those of the Fisher are " +
        `${times(model)}.${decisions}`,
      "Use the sandwich column.",
    );
  }
  const comparison =
    `Those of the empirical Fisher (OPG) are ${times(opg)}, those of the Fisher ${times(model)}.` +
    decisions;
  // what chance explains does not count
  const beyond = {
    opg: factorOf(opg) > (noise.opg ?? 1) ? factorOf(opg) : 1,
    model: factorOf(model) > (noise.model ?? 1) ? factorOf(model) : 1,
  };
  const size = Math.max(beyond.opg, beyond.model);
  if (size <= THRESHOLDS.agreeing) {
    const noisy = Math.max(factorOf(opg), factorOf(model)) > THRESHOLDS.agreeing;
    return line(
      "agree",
      `Yes, the three kinds agree${noisy ? " as far as chance allows" : ""}. ${comparison}`,
      noisy ? "With so few rows a coefficient, prefer the Fisher's if the model is right." : "",
    );
  }
  if (size <= THRESHOLDS.misleading) {
    return line("differ", `Only roughly. ${comparison}`, "Report the sandwich column.");
  }
  const [culprit, errors] =
    beyond.opg >= beyond.model ? [opg, "OPG's errors"] : [model, "The Fisher's errors"];
  const side =
    culprit.ratio < 1
      ? `${errors} are too small: its intervals cover too rarely`
      : `${errors} are too large: its intervals are too wide`;
  return line(
    "misleading",
    `No. ${comparison} ${side}.`,
    "Use the sandwich column. OPG is no robust choice: where the model is wrong, it errs in the opposite direction.",
  );
}

/** Largest factors that chance makes of a right model. */
interface Noise {
  readonly opg: number | undefined;
  readonly model: number | undefined;
}

function basisOf(opg: Ratio | undefined, model: Ratio, noise: Noise): string {
  const { agreeing, misleading } = THRESHOLDS;
  const ratios = [
    ...(opg ? [`${exact(opg.ratio)} by OPG for ${JSON.stringify(opg.name)}`] : []),
    `${exact(model.ratio)} by the Fisher for ${JSON.stringify(model.name)}`,
  ];
  const limits = [noise.opg, noise.model].filter((limit) => limit !== undefined);
  const chance =
    limits.length === 0
      ? "No fits were simulated, so nothing is known of chance."
      : `Factors up to ${limits.map(exact).join(" and ")} happen to a right model by chance, and do not count.`;
  return (
    `The ratios to the sandwich that are furthest from 1: ${ratios.join(", ")}. ${chance} Within a factor of ` +
    `${agreeing} they agree, beyond ${misleading} they mislead: a 95 % interval then covers less than 88 %.`
  );
}

interface Ratio {
  readonly name: string;
  readonly ratio: number;
}

/** The factor that 95 % of the simulated fits of a right model keep to. */
function noiseOf(ratios: readonly number[] | undefined): number | undefined {
  const known = ratios?.filter((ratio) => !Number.isNaN(ratio)) ?? [];
  return known.length > 0 ? Math.exp(quantile(known, 0.95)) : undefined;
}

/** The coefficient whose standard errors differ most; none where all are zero (a ridge on columns of zeros). */
function extremeRatio(a: CovarianceTable, b: CovarianceTable): Ratio | undefined {
  const ratios = a.coefficients
    .map(({ name, standardError }, t) => ({
      name,
      ratio: standardError / b.coefficients[t].standardError,
    }))
    .filter(({ ratio }) => ratio > 0 && ratio < Infinity);
  if (ratios.length === 0) return undefined;
  return ratios.reduce((most, own) => (factorOf(own) > factorOf(most) ? own : most));
}

function factorOf({ ratio }: Ratio): number {
  return Math.max(ratio, 1 / ratio);
}

function times({ name, ratio }: Ratio): string {
  return `${ratio < 1 ? "down" : "up"} to ${short(ratio)} times the sandwich's for ${JSON.stringify(name)}`;
}

function changedText(changed: readonly ChangedDecision[], level: number): string {
  if (changed.length === 0) return "";
  const names = changed.slice(0, 3).map(({ name }) => name);
  const more = changed.length > 3 ? ` and ${changed.length - 3} more` : "";
  const verb = changed.length === 1 ? "is" : "are";
  return ` At ${short(100 * level)} %, ${names.join(", ")}${more} ${verb} significant by one kind and not by another.`;
}

/** Coefficients that one covariance finds significant and another does not; intercepts included. */
export function changedDecisions({ covariances }: VerdictInput): ChangedDecision[] {
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
