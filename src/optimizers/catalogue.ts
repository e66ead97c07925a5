/** Every preconditioner by name, for command lines and menus. */
import { adamPreconditioner } from "./adam.ts";
import type { CurvedOptions } from "./curved.ts";
import { empiricalPreconditioner } from "./empiricalFisherDescent.ts";
import { plainGradient } from "./gradientDescent.ts";
import { momentumVariance } from "./momentumVariance.ts";
import { naturalPreconditioner } from "./naturalGradient.ts";
import { newtonPreconditioner } from "./newton.ts";
import type { Preconditioner } from "./preconditioner.ts";
import { gradientSign } from "./signDescent.ts";
import { variancePreconditioner } from "./varianceAdaptation.ts";

/** Makes a preconditioner; one that solves with no matrix ignores the options. */
export type PreconditionerMaker = (options?: CurvedOptions) => Preconditioner;

/**
 * Makers of all preconditioners, by short name. Run one with {@link preconditioned}.
 *
 * @example
 * const { NGD, EFGD } = preconditioners;
 * preconditioned(problem, EFGD({ damping: 1e-8 }), { stepSize: 1, compareWith: NGD() });
 */
export const preconditioners: Readonly<Record<string, PreconditionerMaker>> = {
  GD: () => plainGradient,
  NGD: naturalPreconditioner,
  EFGD: empiricalPreconditioner,
  Newton: newtonPreconditioner,
  sign: () => gradientSign,
  Adam: () => adamPreconditioner(),
  "M-SVAG": () => momentumVariance(),
  variance: ({ damping = 0 } = {}) => variancePreconditioner({ form: "full", damping }),
  "diagonal variance": ({ damping = 0 } = {}) =>
    variancePreconditioner({ form: "diagonal", damping }),
};
