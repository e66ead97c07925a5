/** The figures of the paper as data: number, title, what to see in it, and the function that draws it. */
import { DomainError } from "../errors.ts";
import type { FigureResult } from "../experiments/results.ts";
import type { FigureNumber } from "../experiments/summary.ts";
import { figureMinima } from "./minima.ts";
import { figureRaces } from "./races.ts";
import { figure5 } from "./starts.ts";
import type { FigureOptions } from "./style.ts";
import { figure1 } from "./vectorFields.ts";

export interface GalleryEntry {
  readonly figure: FigureNumber;
  readonly title: string;
  /** a few sentences for a reader who has the figure in front of them, but not the paper */
  readonly see: string;
  /** Draws a result of this figure. Throws {@link DomainError} for a result of another one. */
  draw(result: FigureResult, options: FigureOptions): SVGSVGElement;
}

function entry<R extends FigureResult>(
  figure: R["figure"],
  title: string,
  see: string,
  draw: (result: R, options: FigureOptions) => SVGSVGElement,
): GalleryEntry {
  return {
    figure,
    title,
    see,
    draw(result, options) {
      if (result.figure !== figure) {
        throw new DomainError(
          `a result of Figure ${result.figure} was given to Figure ${figure}; draw() chooses the right one`,
        );
      }
      return draw(result as R, options);
    },
  };
}

/** Figures 1 to 6, in order. */
export const gallery: readonly GalleryEntry[] = [
  entry(
    1,
    "Fisher and empirical Fisher as preconditioners",
    "Least squares on the data at the left. Gradient descent (blue) first runs down the steep " +
      "direction and then creeps along the valley. The natural gradient (yellow) undoes the " +
      "curvature: every path goes straight to the minimum. The empirical Fisher (red) does not: it " +
      "divides by squared residuals as well, so its field bends and its paths take detours.",
    figure1,
  ),
  entry(
    2,
    "Quadratic approximations: logistic regression",
    "Where the model is right (left), the ellipses of the Fisher and of the empirical Fisher agree " +
      "with each other and with the loss contours. Where it is not, the Fisher (solid) keeps the shape " +
      "of the contours, while the empirical Fisher (dash-dotted) has the wrong size (A) or the " +
      "wrong direction (B). The classifier is not bad in either case: it is right on most samples.",
    figureMinima,
  ),
  entry(
    3,
    "Optimizers at their best settings",
    "Loss of the best run of each optimizer over the whole grid of step sizes and dampings; below, the cosine " +
      "between the natural-gradient and the empirical-Fisher step along the path of the latter. Near 1 " +
      "the two agree, near 0 the empirical Fisher points elsewhere, and its loss then lags behind.",
    figureRaces,
  ),
  entry(
    4,
    "Quadratic approximations: linear regression",
    "As Figure 2 for least squares. Correct: the noise is as the model says. Misspecified (A): twice the " +
      "noise, so the empirical Fisher is four times too large and its ellipse too small. Misspecified " +
      "(B): a missing quadratic term, so its ellipse has the wrong shape.",
    figureMinima,
  ),
  entry(
    5,
    "The empirical Fisher depends on the starting point",
    "The same settings from four starting points. Natural-gradient descent (solid) converges at the " +
      "same rate from everywhere. Empirical-Fisher descent (dash-dotted) takes the smaller steps the " +
      "further away it starts, because the gradients that it divides by are larger there.",
    figure5,
  ),
  entry(
    6,
    "Optimizers at their best settings, more data",
    "As Figure 3 for four more linear regressions. The cosine can be small or even negative where the losses are " +
      "close: a good grid search can hide that the two directions differ.",
    figureRaces,
  ),
];

/** The entry of a figure. Throws {@link DomainError} if the paper has no such figure. */
export function galleryEntry(figure: number): GalleryEntry {
  const found = gallery.find((candidate) => candidate.figure === figure);
  if (found === undefined) {
    const known = gallery.map((candidate) => candidate.figure).join(", ");
    throw new DomainError(`there is no Figure ${figure}; the figures are ${known}`);
  }
  return found;
}

/** Draws the figure that a result belongs to. */
export function draw(result: FigureResult, options: FigureOptions): SVGSVGElement {
  return galleryEntry(result.figure).draw(result, options);
}
