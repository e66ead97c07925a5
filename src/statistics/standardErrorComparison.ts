/** Both kinds of standard errors that rest on the model against the sandwich, in numbers and in words. */
import type { CovarianceTable } from "./results.ts";
import {
  chanceOf,
  exactRange,
  largest,
  type Ratio,
  rangeText,
  ratiosOf,
  smallest,
} from "./standardErrorRatios.ts";
import { exact, THRESHOLDS, type VerdictInput } from "./verdictInput.ts";

/** One kind against the sandwich. */
export interface Kind {
  readonly label: string;
  /** at the start of a sentence */
  readonly errors: string;
  readonly ratios: readonly Ratio[];
}

/** Both kinds. */
export interface Compared {
  /** missing where the empirical Fisher is singular */
  readonly opg?: Kind;
  readonly model: Kind;
}

/** Nothing where there are no residuals, or all standard errors are zero (a ridge on columns of zeros). */
export function compare({ fit, covariances, bootstrap }: VerdictInput): Compared | undefined {
  const table = (kind: string): CovarianceTable | undefined =>
    covariances.find((candidate) => candidate.kind === kind);
  const [fisher, empirical, sandwich] = ["fisher", "empirical", "sandwich"].map(table);
  if (fit.perfect || !fisher || !sandwich) return undefined;
  const { ratios: bands } = bootstrap ?? {};
  const model = ratiosOf(fisher, sandwich, bands?.fisher);
  if (model.length === 0) return undefined;
  const opg = empirical && ratiosOf(empirical, sandwich, bands?.empirical);
  return {
    ...(opg?.length && { opg: { label: "OPG", errors: "OPG's errors", ratios: opg } }),
    model: { label: "Fisher", errors: "The Fisher's errors", ratios: model },
  };
}

/** The ranges in words. */
export function comparison({ opg, model }: Compared): string {
  const fisher = rangeText(model.ratios);
  return opg
    ? `Those of the empirical Fisher (OPG) are ${rangeText(opg.ratios)}, those of the Fisher ${fisher}.`
    : `Those of the Fisher are ${fisher}.`;
}

function kinds({ opg, model }: Compared): readonly Kind[] {
  return opg ? [opg, model] : [model];
}

/** Both ends of both kinds, and how many decisions change. */
export function numbersOf(compared: Compared, changed: number): { label: string; value: number }[] {
  const ends = kinds(compared).flatMap(({ label, ratios }) => {
    const [low, high] = [smallest(ratios), largest(ratios)];
    return [
      { label: `${label} over sandwich, least: ${low.name}`, value: low.ratio },
      { label: `${label} over sandwich, largest: ${high.name}`, value: high.ratio },
    ];
  });
  return [...ends, { label: "coefficients whose decision changes", value: changed }];
}

/** What a right model shows, by kind. */
export function chanceLimits(compared: Compared): { label: string; value: number }[] {
  return kinds(compared).flatMap(({ label, ratios }) => {
    const chance = chanceOf(ratios);
    if (!chance) return [];
    return [
      { label: `a right model shows from, ${label} over sandwich`, value: chance.from },
      { label: `a right model shows to, ${label} over sandwich`, value: chance.to },
    ];
  });
}

/** The numbers and limits of a judgement in words. */
export function basisOf(compared: Compared): string {
  const { agreeing, misleading: far } = THRESHOLDS;
  const found = kinds(compared).map(({ label, ratios }) => `${exactRange(ratios)} (${label})`);
  const limits = kinds(compared).flatMap(({ label, ratios }) => {
    const chance = chanceOf(ratios);
    return chance ? [`${exact(chance.from)} to ${exact(chance.to)} (${label})`] : [];
  });
  const chance =
    limits.length === 0
      ? "Too few fits were simulated to know anything of chance."
      : `A right model shows ${limits.join(" and ")} by chance, with a band for each coefficient.`;
  return (
    `The ratios to the sandwich's are ${found.join(" and ")}. ${chance} Within a factor of ${agreeing} they agree, ` +
    `beyond ${far} they mislead: a 95 % interval then covers less than 88 %.`
  );
}
