/** The third question: the model itself. */
import type {
  BootstrapPValue,
  Fit,
  InformationMatrixTest,
  ModelAnswer,
  VerdictLine,
} from "./results.ts";
import { exact, short, THRESHOLDS, type VerdictInput } from "./verdictInput.ts";

/** By the p-value of White's test. */
export function modelLine({ fit, test, testRefused }: VerdictInput): VerdictLine<ModelAnswer> {
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
    text,
    advice,
    basis: basisOf(test),
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
    `Nothing speaks against it: ${result}. That is no proof: the test looks at the variances and the higher moments ` +
      "of the residuals.",
    "",
  );
}

function basisOf({ statistic, degreesOfFreedom, bootstrap }: InformationMatrixTest): string {
  const { rejected, doubtful } = THRESHOLDS;
  const judge = bootstrap
    ? " Judged by the simulation, unless no simulated fit comes near and χ² says p < 1e-6."
    : "";
  return (
    `χ² = ${exact(statistic)} on ${degreesOfFreedom} degrees of freedom. A model is rejected below p = ${rejected}, ` +
    `and doubtful below ${doubtful}.${judge}`
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

function showP(p: number): string {
  return p < 2.2e-16 ? "< 2.2e-16" : `= ${short(p)}`;
}
