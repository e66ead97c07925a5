/** The figures of elastic weight consolidation as data: how each result is drawn, and what to see in it. */
import type { Drawing } from "../experiments/ewc/configuration.ts";
import { sweepsOf } from "../experiments/ewc/groups.ts";
import type { EwcFigureName, EwcResult } from "../experiments/ewc/results.ts";
import { decadesText, shiftsOf } from "../experiments/ewc/shifts.ts";
import { ewcAverages } from "./ewcAverages.ts";
import { ewcCurves } from "./ewcCurves.ts";
import { ewcOverlap } from "./ewcOverlap.ts";
import { ewcSweep } from "./ewcSweep.ts";
import { type RenderOptions, svgFile } from "./render.ts";
import type { FigureOptions } from "./style.ts";

const drawers: Readonly<
  Record<Drawing, (result: EwcResult, options: FigureOptions) => SVGSVGElement>
> = { curves: ewcCurves, averages: ewcAverages, overlap: ewcOverlap, sweep: ewcSweep };

/** Draws a result as its configuration says. */
export function drawEwc(result: EwcResult, options: FigureOptions): SVGSVGElement {
  return drawers[result.configuration.draw](result, options);
}

/** The SVG file of a result. The same result, width and id give the same text, byte for byte. */
export function renderEwcSvg(result: EwcResult, options: RenderOptions): string {
  return svgFile(drawEwc(result, options), options.font);
}

const ofFigure: Readonly<Record<Exclude<EwcFigureName, "experiment" | "which-fisher">, string>> = {
  "2A":
    "Three tasks are learned one after another: the same digits, each time with their pixels in another order. Plain " +
    "training (SGD) forgets a task as soon as the next one begins. Held near the old weights by the same force " +
    "everywhere (L2), the network remembers more and can learn less. Elastic weight consolidation (EWC) holds each " +
    "weight by as much as it matters to the old tasks: it learns the new ones and keeps the old ones.",
  "2B":
    "Average accuracy over all tasks seen so far. With EWC errors grow slowly; with SGD and dropout the old tasks are " +
    "lost. Stopping early, when the validation error of all tasks seen rises, saves old tasks at the price of new ones. " +
    "Dashed: a task learned alone.",
  "2C":
    "After two tasks have been learned with EWC: how much the two rest on the same weights, layer by layer; 1 is the " +
    "same, 0 is disjoint. If only a small square of the image is permuted, the tasks share all layers. If almost all of " +
    "it is, they use different weights near the input and the same ones near the output.",
};

const ofDrawing: Readonly<Record<Drawing, string>> = {
  curves:
    "Test accuracy on each task after each epoch, from the one on in which its training begins.",
  averages: "Average test accuracy over the tasks seen so far. Dashed: the first task alone.",
  overlap:
    "How much the Fishers of the first and the last task rest on the same weights; 1 is the same.",
  sweep:
    "Average test accuracy at the end of the stream against the strength λ. Dashed: methods without a strength.",
};

/** A few sentences for a reader who has the figure in front of them. */
export function seeEwc(result: EwcResult): string {
  const { figure, configuration } = result;
  if (figure === "which-fisher") return whichFisher(result);
  return figure === "experiment" ? ofDrawing[configuration.draw] : ofFigure[figure];
}

/** Says of the kinds what their sweeps say. */
function whichFisher(result: EwcResult): string {
  const shifts = result.configuration.panels.flatMap(({ name }, i) => {
    const found = shiftsOf(sweepsOf(result, i).sweeps);
    const list = found.map(({ label, shift }) => `${label} ${decadesText(shift)}`).join(", ");
    return found.length === 0 ? [] : [`${name}: ${list}`];
  });
  return [
    "The same method with five things that are called the Fisher, over all strengths λ.",
    ...(shifts.length === 0
      ? []
      : [
          `Decades of λ from which each is useful, counted from the exact one: ${shifts.join("; ")}.`,
        ]),
    "A λ from a paper means nothing without the Fisher, the training and the scale that it was used with. Batched is the " +
      "square of averaged gradients, a common mistake: no Fisher, and with a scale of its own. Van de Ven (2025) trained " +
      "longer, and found the sampled and the empirical kind three to four decades away as well.",
  ].join(" ");
}
