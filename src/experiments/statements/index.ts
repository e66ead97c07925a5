/** The statements of the empirical-Fisher paper (Kunstner, Balles & Hennig 2019), each checked on a seeded problem. */
import type { Statement } from "../results.ts";
import { fisherIsGaussNewton } from "./fisherIsGaussNewton.ts";
import { amendedDefinition, empiricalFisherIsGaussNewton } from "./logProbabilitySplit.ts";
import { manySamples } from "./manySamples.ts";
import { overparametrized } from "./overparametrized.ts";
import { sampledFisher } from "./sampledFisher.ts";
import { scoreIdentities } from "./scoreIdentities.ts";
import { secondMoment } from "./secondMoment.ts";
import { smallResiduals } from "./smallResiduals.ts";
import { varianceAdaptationStatement } from "./varianceAdaptation.ts";

/** A statement's check; it runs in well under two seconds. */
export type StatementCheck = (options?: { readonly seed?: number }) => Statement;

/** All checks, in the order of the paper. */
export const statementChecks: readonly StatementCheck[] = [
  scoreIdentities,
  fisherIsGaussNewton,
  smallResiduals,
  empiricalFisherIsGaussNewton,
  amendedDefinition,
  manySamples,
  overparametrized,
  secondMoment,
  varianceAdaptationStatement,
  sampledFisher,
];

/**
 * Checks all statements, in the order of the paper. The same seed gives the same numbers.
 *
 * @example
 * checkStatements().every(({ holds }) => holds); // true
 */
export function checkStatements({ seed = 0 }: { readonly seed?: number } = {}): Statement[] {
  return statementChecks.map((check) => check({ seed }));
}
