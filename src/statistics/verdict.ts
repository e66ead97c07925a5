/** Three questions about a fit, answered in plain words, each by its own numbers: never one score. */
import type { Verdict } from "./results.ts";
import { curvatureLine } from "./verdictCurvature.ts";
import type { VerdictInput } from "./verdictInput.ts";
import { modelLine } from "./verdictModel.ts";
import { changedDecisions, standardErrorLine } from "./verdictStandardErrors.ts";

export { THRESHOLDS, type VerdictInput } from "./verdictInput.ts";

/** The three answers. Pure: the same input gives the same words. */
export function verdict(input: VerdictInput): Verdict {
  const changed = changedDecisions(input);
  return {
    curvature: curvatureLine(input),
    standardErrors: standardErrorLine(input, changed),
    model: modelLine(input),
    changedDecisions: changed,
  };
}
