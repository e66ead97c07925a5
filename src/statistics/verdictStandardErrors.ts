/** The second question: the standard errors. */
import type {
  ChangedDecision,
  CovarianceTable,
  StandardErrorAnswer,
  VerdictLine,
} from "./results.ts";
import {
  basisOf,
  type Compared,
  chanceLimits,
  compare,
  comparison,
  type Kind,
  numbersOf,
} from "./standardErrorComparison.ts";
import {
  factorOf,
  isAroundOne,
  isChance,
  most,
  nameList,
  noiseOf,
  type Ratio,
} from "./standardErrorRatios.ts";
import { isWeighted, short, THRESHOLDS, type VerdictInput } from "./verdictInput.ts";
import { verdictTones } from "./verdictTones.ts";

const FEW_ROWS = "With so few rows a coefficient, prefer the Fisher's if the model is right.";

/** By how much those of the empirical Fisher and of the Fisher differ from the sandwich's. */
export function standardErrorLine(
  input: VerdictInput,
  changed: readonly ChangedDecision[],
): VerdictLine<StandardErrorAnswer> {
  const compared = compare(input);
  const { answer, text, advice } = judge(input, compared, decisionText(input, changed));
  return {
    question: "Can the standard errors be trusted?",
    answer,
    tone: verdictTones[answer],
    text,
    advice,
    basis: compared ? basisOf(compared) : "",
    numbers: compared ? numbersOf(compared, changed.length) : [],
    thresholds: [
      { label: "agreeing within a factor of", value: THRESHOLDS.agreeing },
      { label: "misleading beyond a factor of", value: THRESHOLDS.misleading },
      { label: "unknown where chance makes a factor of", value: THRESHOLDS.unknown },
      ...(compared ? chanceLimits(compared) : []),
    ],
  };
}

interface Words {
  readonly answer: StandardErrorAnswer;
  readonly text: string;
  readonly advice: string;
}

function judge(input: VerdictInput, compared: Compared | undefined, decisions: string): Words {
  const { fit, bootstrap } = input;
  if (!compared) {
    return {
      answer: "cannot-say",
      text: "There are no residuals to compute standard errors from.",
      advice: "",
    };
  }
  const { opg, model } = compared;
  if (fit.ridge > 0) {
    return {
      answer: "cannot-say",
      text:
        "The ridge shrinks coefficients towards 0, and no kind of standard error counts that bias: intervals and " +
        `p-values by any of them are those of the shrunken coefficients. ${comparison(compared)}${decisions}`,
      advice:
        "Fit without the ridge to test coefficients; where that fails, as it does under separation, there are no " +
        "standard errors to trust.",
    };
  }
  if (!opg) {
    return {
      answer: "cannot-say",
      text:
        "The empirical Fisher is singular, so it gives no standard errors, and the sandwich's are zero in some " +
        `directions. ${comparison(compared)}${decisions}`,
      advice: "Use more rows or fewer columns.",
    };
  }
  const text = `${comparison(compared)}${decisions}`;
  if (bootstrap?.ratios?.fisher && !bootstrap.ratios.empirical) {
    return {
      answer: "cannot-say",
      text: `In most simulated fits the empirical Fisher is singular: chance alone decides about OPG's errors. ${text}`,
      advice: FEW_ROWS,
    };
  }
  const counts = (ratio: Ratio): boolean =>
    !isChance(ratio) || (isWeighted(fit) && !isAroundOne(ratio));
  const all = [...opg.ratios, ...model.ratios];
  const beyond = all.filter(counts);
  const size = Math.max(1, ...beyond.map(factorOf));
  if (size > THRESHOLDS.misleading) return misleading(input, { opg, model }, counts, text);
  const hidden = all.filter((ratio) => !counts(ratio));
  const noise = Math.max(1, ...hidden.map(noiseOf));
  const covered = Math.max(1, ...hidden.map(factorOf));
  if (noise > THRESHOLDS.unknown || covered > THRESHOLDS.misleading) {
    const { name } = most(hidden, noiseOf);
    return {
      answer: "cannot-say",
      text:
        `Chance alone makes a factor of ${short(noise)} here (${JSON.stringify(name)}), even if the model is right: ` +
        `none of the three kinds is known to better than that. ${text}`,
      advice: FEW_ROWS,
    };
  }
  if (size > THRESHOLDS.agreeing) {
    return {
      answer: "differ",
      text: `Only roughly. ${text}`,
      advice: "Report the sandwich column.",
    };
  }
  const noisy = covered > THRESHOLDS.agreeing;
  return {
    answer: "agree",
    text: `Yes, the three kinds agree${noisy ? " as far as chance allows" : ""}. ${text}`,
    advice: noisy ? FEW_ROWS : "",
  };
}

/** Errors that are too small come first: they are the harmful ones. */
function misleading(
  { fit }: VerdictInput,
  { opg, model }: Required<Compared>,
  counts: (ratio: Ratio) => boolean,
  text: string,
): Words {
  const far = ({ ratios }: Kind): readonly Ratio[] =>
    ratios.filter((ratio) => counts(ratio) && factorOf(ratio) > THRESHOLDS.misleading);
  const small = (kind: Kind): string => {
    const own = far(kind).filter(({ ratio }) => ratio < 1);
    return own.length === 0
      ? ""
      : ` ${kind.errors} are too small for ${nameList(own, kind.ratios)}: intervals cover too rarely.`;
  };
  const large = (kind: Kind): string => {
    const own = far(kind).filter(({ ratio }) => ratio > 1);
    return own.length === 0
      ? ""
      : ` ${kind.errors} are too large for ${nameList(own, kind.ratios)}: intervals are too wide.`;
  };
  const sides = [small(opg), small(model), large(opg), large(model)].join("");
  const both = [...far(opg), ...far(model)];
  const weights = isWeighted(fit) && both.every((own) => !isAroundOne(own));
  const share = both.every(isChance) ? "that" : "much of that";
  return {
    answer: "misleading",
    text: `No. ${text}${sides}${weights ? ` The weights do ${share} even to a right model.` : ""}`,
    advice: weights
      ? "Use the sandwich column: where labels or counts have precision weights, neither the Fisher nor OPG is the " +
        "variance of the estimates."
      : "Use the sandwich column. OPG is no robust choice: where the model is wrong, it errs in the opposite direction.",
  };
}

function decisionText({ covariances }: VerdictInput, changed: readonly ChangedDecision[]): string {
  const sandwich = covariances.find(({ kind }) => kind === "sandwich");
  return sandwich ? changedText(changed, 1 - sandwich.level) : "";
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
    const differs = others.some((p) => p <= alpha !== pValue <= alpha);
    return differs ? [{ name, pFisher, pEmpirical, pSandwich: pValue }] : [];
  });
}
