/** The first question: the empirical Fisher as curvature. */
import type { CurvatureAnswer, VerdictLine } from "./results.ts";
import { short, THRESHOLDS, type VerdictInput } from "./verdictInput.ts";

/** By the size of the difference, and whether noise explains it; not by a p-value. */
export function curvatureLine({
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
