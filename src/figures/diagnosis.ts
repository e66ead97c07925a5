/** The figures of a fit and of a diagnosis as data: which there are, what to see in them, how to draw them. */
import type { CovarianceTable, Diagnosis } from "../statistics/results.ts";
import { disagreeingPairs, type Pair } from "./coefficientPairs.ts";
import { dampedPoints, dampingPlot } from "./diagnosisDamping.ts";
import { eigenvaluePlot } from "./diagnosisEigenvalues.ts";
import { confidenceEllipses } from "./diagnosisEllipses.ts";
import { coefficientIntervals, MOST_INTERVALS } from "./diagnosisIntervals.ts";
import { descentPlot } from "./diagnosisPaths.ts";
import { spreadPlot } from "./diagnosisSpread.ts";
import { covarianceStrokes, percent } from "./diagnosisStyle.ts";
import { momentPlot, statisticPlot } from "./diagnosisTest.ts";
import type { FigureOptions } from "./style.ts";

export type DiagnosisFigureName =
  | "intervals"
  | "ellipses"
  | "eigenvalues"
  | "paths"
  | "damping"
  | "spread"
  | "moments"
  | "simulated";

export interface DiagnosisFigure {
  readonly name: DiagnosisFigureName;
  /** one or two sentences for a reader who has the figure in front of them */
  readonly see: string;
  draw(options: FigureOptions): SVGSVGElement;
}

/** Panels of ellipses, where nobody chose the pairs. */
const PAIRS = 3;

/**
 * The figures of a fit: intervals, and ellipses of the pairs (by index) that were chosen, or else of those whose
 * ellipses differ most.
 */
export function fitFigures(
  covariances: readonly CovarianceTable[],
  pairs: readonly Pair[] = disagreeingPairs(covariances, PAIRS),
): DiagnosisFigure[] {
  if (covariances.length === 0) return [];
  const { level, coefficients } = covariances[0];
  const left = coefficients.length - MOST_INTERVALS;
  const intervals: DiagnosisFigure = {
    name: "intervals",
    see:
      `${percent(level)} intervals around the estimates, in units of the ${covarianceStrokes[covariances[covariances.length - 1].kind].label} standard error. An interval that holds the tall tick, which is zero, is not ` +
      "significant; where there is no tick, zero is further away." +
      (left > 0
        ? ` Of ${coefficients.length} coefficients the ${MOST_INTERVALS} whose standard errors disagree most.`
        : ""),
    draw: (options) => coefficientIntervals(covariances, options),
  };
  const ellipses: DiagnosisFigure = {
    name: "ellipses",
    see: `Each ellipse holds both coefficients at once with ${percent(level)}, if its covariance is right. Thin lines are at zero.`,
    draw: (options) => confidenceEllipses(covariances, pairs, options),
  };
  return pairs.length === 0 ? [intervals] : [intervals, ellipses];
}

/**
 * The figures for which a diagnosis has the data, those of its fit first.
 *
 * ```ts
 * for (const figure of diagnosisFigures(diagnosis)) document.body.append(figure.draw({ document }));
 * ```
 */
export function diagnosisFigures(diagnosis: Diagnosis, pairs?: readonly Pair[]): DiagnosisFigure[] {
  const { covariances, eigenvalues, bootstrap, fit, gradients, paths, points, test } = diagnosis;
  const statistics = bootstrap?.statistics ?? [];
  const figures: (DiagnosisFigure | undefined)[] = [
    ...fitFigures(covariances, pairs),
    eigenvalues.length === 0
      ? undefined
      : {
          name: "eigenvalues",
          see:
            "How many times the empirical Fisher is the Fisher, direction by direction, at the optimum: 1 where they agree." +
            (bootstrap && bootstrap.successful > 0
              ? " Filled dots lie outside of what a correct model of this size shows."
              : " Without a bootstrap nobody knows how far from 1 a correct model of this size would stray."),
          draw: (options) => eigenvaluePlot(diagnosis, options),
        },
    fit.scoring.length === 0
      ? undefined
      : {
          name: "paths",
          see:
            (paths && paths.length > 0
              ? "Natural-gradient descent (NGD) and empirical-Fisher descent (EFGD) from the same start: the loss, and the " +
                "cosine between the two steps along either path. The last plot has, along the path of NGD, the share of the "
              : "Along Fisher scoring, which is natural-gradient descent (NGD): the loss, how far other steps point away " +
                "from its own (1: the same direction), and the share of the ") +
            "attainable decrease that a step gets with the best step size, to second order. A loss that runs into the " +
            "lower edge has arrived.",
          draw: (options) => descentPlot(diagnosis, options),
        },
    dampedPoints({ points }).length === 0
      ? undefined
      : {
          name: "damping",
          see:
            "The same share when the matrices are damped, F + dI; d is in units of the Fisher’s mean eigenvalue. " +
            "Strong damping turns both steps into the gradient’s.",
          draw: (options) => dampingPlot(diagnosis, options),
        },
    gradients.maximum > 0
      ? {
          name: "spread",
          see: "The share of rows whose gradient is at most as long as the axis says. The empirical Fisher is made of these gradients: few long ones make it what those rows say.",
          draw: (options) => spreadPlot(gradients, options),
        }
      : undefined,
    test && test.moments.length > 0
      ? {
          name: "moments",
          see: "The moments that are furthest from what the model says. One beyond the dashed lines is rare, 1 in 20, if the model is right.",
          draw: (options) => momentPlot(test, options),
        }
      : undefined,
    test && statistics.some(Number.isFinite)
      ? {
          name: "simulated",
          see: "The statistic of the test among those of data simulated from the fitted model.",
          draw: (options) => statisticPlot(test, statistics, options),
        }
      : undefined,
  ];
  return figures.filter((figure) => figure !== undefined);
}
