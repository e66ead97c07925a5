/** The third question: the model itself. */
import type {
  BootstrapPValue,
  Fit,
  InformationMatrixTest,
  ModelAnswer,
  VerdictLine,
} from "./results.ts";
import { exact, short, THRESHOLDS, type VerdictInput } from "./verdictInput.ts";
import { verdictTones } from "./verdictTones.ts";

/** χ² decides where its p-value is below this and too few fits were simulated to show it. */
const CERTAIN = 1e-6;

/** By the p-value of White's test. */
export function modelLine({ fit, test, testRefused }: VerdictInput): VerdictLine<ModelAnswer> {
  const question = "Is the model itself right?";
  const thresholds = [
    { label: "rejected up to", value: THRESHOLDS.rejected },
    { label: "doubtful up to", value: THRESHOLDS.doubtful },
  ];
  if (!test) {
    return {
      question,
      answer: "cannot-say",
      tone: verdictTones["cannot-say"],
      text: `There is no information matrix test: ${testRefused ?? "it was not asked for"}.`,
      advice: fit.ridge > 0 ? "Fit without the ridge to test the model." : "",
      basis: "",
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
    tone: verdictTones[answer],
    text,
    advice,
    basis: basisOf(test),
    numbers,
    thresholds,
  });
  const result = `White's test has ${showTest(test)}`;
  const worst = test.moments[0];
  const where = worst ? ` Most violated: ${worst.name} (z = ${short(worst.z)}).` : "";
  if (p <= THRESHOLDS.rejected) {
    return line(
      "rejected",
      `No: ${result}.${where} That alone makes neither the estimates nor the empirical Fisher useless.`,
      advice(fit),
    );
  }
  const few = tooFew(test);
  if (p <= THRESHOLDS.doubtful) {
    return line("doubtful", `Perhaps not: ${result}.${where}${few}`, advice(fit));
  }
  if (few !== "") return line("cannot-say", `${result}.${few}`, "Simulate 199 fits.");
  return line(
    "not-rejected",
    `Nothing speaks against it: ${result}. That is no proof: the test looks at the variances and the higher moments ` +
      "of the residuals.",
    "",
  );
}

function basisOf(test: InformationMatrixTest): string {
  const { statistic, degreesOfFreedom, bootstrap, form } = test;
  const { rejected, doubtful } = THRESHOLDS;
  const override = form === "efficient" ? `, unless χ² says p < ${CERTAIN.toExponential(0)}` : "";
  const judge = bootstrap ? ` Judged by the simulation${override}.` : "";
  return (
    `χ² = ${exact(statistic)} on ${degreesOfFreedom} degrees of freedom. A model is rejected up to p = ${rejected}, ` +
    `and doubtful up to ${doubtful}.${judge}`
  );
}

/**
 * The p-value by simulation. Where no simulated test is as extreme it is a bound, and χ² decides in the efficient form,
 * which has about the size it claims, if it says far less.
 */
function decisive({ pValue, bootstrap, form }: InformationMatrixTest): number {
  if (!bootstrap) return pValue;
  const certain = form === "efficient" && pValue < CERTAIN && isFloor(bootstrap);
  return certain ? pValue : bootstrap.pValue;
}

/** 1 / (1 + B), the least p-value of B simulations. */
function floorOf({ pValue, standardError }: BootstrapPValue): number {
  // the variance of the p-value is p (1 − p) / (1 + B)
  return pValue < 1 ? standardError ** 2 / (pValue * (1 - pValue)) : 0;
}

/** Whether no simulated test was as extreme. */
function isFloor(bootstrap: BootstrapPValue): boolean {
  return floorOf(bootstrap) >= 0.999 * bootstrap.pValue;
}

/** What to say where no simulated test was as extreme, and more simulations could have rejected the model. */
function tooFew({ bootstrap }: InformationMatrixTest): string {
  if (!bootstrap || !isFloor(bootstrap) || bootstrap.pValue <= THRESHOLDS.rejected) return "";
  const B = Math.round(1 / floorOf(bootstrap)) - 1;
  const fits = B === 1 ? "1 simulated fit is" : `${B} simulated fits are`;
  return ` ${fits} too few to decide: none is as extreme, and with so few p cannot be smaller.`;
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

function showP(p: number): string {
  return p < 2.2e-16 ? "< 2.2e-16" : `= ${short(p)}`;
}
