/** The first question: the empirical Fisher as curvature. */
import type { Bootstrap, CurvatureAnswer, Tone, VerdictLine } from "./results.ts";
import { exact, isWeighted, short, THRESHOLDS, type VerdictInput } from "./verdictInput.ts";
import { verdictTones } from "./verdictTones.ts";

/** By the size of the difference, and whether chance explains it; not by a p-value. */
export function curvatureLine({
  fit,
  eigenvalues,
  bootstrap,
}: VerdictInput): VerdictLine<CurvatureAnswer> {
  const question = "Can the empirical Fisher stand in for the Fisher as curvature?";
  const smallest = eigenvalues[0];
  const largest = eigenvalues[eigenvalues.length - 1];
  const mean = eigenvalues.reduce((sum, value) => sum + value, 0) / eigenvalues.length;
  const { band } = bootstrap ?? {};
  const { negligible, useless } = THRESHOLDS;
  const numbers = [
    { label: "smallest eigenvalue of (F̃, F)", value: smallest },
    { label: "mean eigenvalue", value: mean },
    { label: "largest eigenvalue", value: largest },
  ];
  const thresholds = [
    { label: "negligible from", value: negligible[0] },
    { label: "negligible to", value: negligible[1] },
    { label: "useless below", value: useless[0] },
    { label: "useless above", value: useless[1] },
    ...(band
      ? [
          { label: "a right model shows from", value: band.smallest },
          { label: "a right model shows to", value: band.largest },
        ]
      : []),
  ];
  const line = (
    answer: CurvatureAnswer,
    { text, advice, basis = "", tone = verdictTones[answer] }: Words,
  ): VerdictLine<CurvatureAnswer> => ({
    question,
    answer,
    tone,
    text,
    advice,
    basis,
    numbers,
    thresholds,
  });
  if (fit.perfect || !(largest > 0)) {
    return line("cannot-say", {
      text: "There are no residuals, so there is no empirical Fisher to judge.",
      advice: "Fit a model that leaves residuals, or add noise of a known variance.",
    });
  }
  const basis = basisOf(smallest, mean, largest, band);
  const range =
    short(smallest) === short(largest)
      ? `it is ${short(smallest)} times the Fisher`
      : `depending on the direction, it is ${short(smallest)} to ${short(largest)} times the Fisher`;
  // precision weights take even a right model away from 1: that is no chance
  const around = band && band.smallest <= 1 && band.largest >= 1;
  if (around && smallest >= band.smallest && largest <= band.largest) {
    const usable = between(smallest, largest, useless);
    return line("indistinguishable", {
      text:
        `It cannot be told apart from the Fisher with ${fit.observations} observations: ${range}, and as much happens ` +
        "to a right model by chance. That is no proof that the two are equal.",
      advice: usable
        ? ""
        : "Chance does much here: with so few rows a coefficient, prefer the Fisher, which knows no chance.",
      basis,
      // what chance has made useless is useless all the same
      ...(!usable && { tone: "doubtful" as const }),
    });
  }
  const beyond = around ? ", which chance does not explain" : "";
  if (between(smallest, largest, negligible)) {
    return line("negligible", {
      text: `It differs, but not enough to matter${around ? ", though by more than chance" : ""}: ${range}.`,
      advice: "",
      basis,
    });
  }
  const sign =
    band && !around && isWeighted(fit)
      ? weightsText(smallest, largest, band)
      : direction(smallest, largest);
  if (!between(smallest, largest, useless)) {
    const sampled = isWeighted(fit)
      ? "with labels drawn from the model and outer products that count w times, not w²"
      : "with labels drawn from the model";
    return line("do-not-use", {
      text: `No, do not use it: ${range}${beyond}. ${sign}`,
      advice: `Use the Fisher (the generalized Gauss-Newton matrix), or a Monte-Carlo Fisher ${sampled}: they cost the same.`,
      basis,
    });
  }
  const factor = Math.max(largest, 1 / smallest);
  return line("differs", {
    text: `It differs by up to a factor of ${short(factor)}: ${range}${beyond}. ${sign}`,
    advice:
      "As a preconditioner it will do with a line search or damping. Where its size counts, in standard errors or in " +
      "steps of a fixed length, use the Fisher.",
    basis,
  });
}

/** What a line says besides its numbers. */
interface Words {
  readonly text: string;
  readonly advice: string;
  readonly basis?: string;
  readonly tone?: Tone;
}

function basisOf(
  smallest: number,
  mean: number,
  largest: number,
  band: Bootstrap["band"] | undefined,
): string {
  const { negligible, useless } = THRESHOLDS;
  const found = `The eigenvalues of (F̃, F) go from ${exact(smallest)} to ${exact(largest)}, with mean ${exact(mean)}.`;
  const chance = band
    ? `Chance takes them from ${exact(band.smallest)} to ${exact(band.largest)} in a right model of this size; ` +
      "beyond that, "
    : "No fits were simulated, so nothing is known of chance; ";
  return (
    `${found} ${chance}${negligible[0]} to ${negligible[1]} is too little to matter, and below ${useless[0]} or above ` +
    `${useless[1]} the empirical Fisher is of no use.`
  );
}

function direction(smallest: number, largest: number): string {
  if (smallest > 1) return "The residuals are larger than the model says.";
  if (largest < 1) return "The residuals are smaller than the model says.";
  return "The residuals are larger than the model says in some directions, and smaller in others.";
}

/** What precision weights make of a right model, which lies in the band. */
function weightsText(smallest: number, largest: number, band: Bootstrap["band"]): string {
  return between(smallest, largest, [band.smallest, band.largest])
    ? "The weights do that even to a right model."
    : `The weights take a right model to ${short(band.smallest)} to ${short(band.largest)} times, and no further.`;
}

function between(low: number, high: number, [least, most]: readonly [number, number]): boolean {
  return low >= least && high <= most;
}
