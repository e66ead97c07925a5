/** The room Minimum as a result of the kind of Figures 2 and 4, drawn by the figure of the command line. */
import type { Minima, MinimumPanel } from "../../../../src/experiments/results.ts";
import { figureMinima } from "../../../../src/figures/minima.ts";
import { svgFile } from "../../../../src/figures/render.ts";
import type { Symmetric } from "../../compute/planar.ts";
import type { MinimumControls } from "./controls.svelte.ts";
import { ellipse, RADIUS } from "./ellipses.ts";
import type { MinimumResults } from "./results.svelte.ts";
import { presets } from "./state.ts";

type Point = [number, number];

/** Throws where there is no minimum. */
export function resultOf(controls: MinimumControls, results: MinimumResults): Minima {
  const { answer } = results;
  if (!answer?.found) throw new Error("there is no minimum to draw");
  const { at, grid } = answer.found;
  const { family, preset, seed, priorVariance } = controls;
  const linear = family === "gaussian";
  const N = answer.samples;
  const around = (C: Symmetric): Point[] => {
    const [a, b, c] = C;
    const determinant = (a * c - b * b) * N;
    const covariance: Symmetric = [c / determinant, -b / determinant, a / determinant];
    return ellipse(at.theta, covariance, RADIUS, 100)
      .slice(1)
      .map(([x, y]): Point => [x, y]);
  };
  const panel: MinimumPanel = {
    title: preset && controls.wrong === null ? presets[preset].name : "As set",
    data: {
      x: Array.from({ length: N }, (_, n) =>
        linear ? [answer.X[2 * n]] : [answer.X[2 * n], answer.X[2 * n + 1]],
      ),
      y: [...answer.y],
    },
    minimum: [at.theta[0], at.theta[1]],
    loss: linear ? at.loss - HALF_LOG_TWO_PI : at.loss,
    ...(at.accuracy !== undefined && { accuracy: at.accuracy }),
    contours: {
      x: [grid.x[0], grid.x[1]],
      y: [grid.y[0], grid.y[1]],
      values: Array.from({ length: grid.count }, (_, j) =>
        [...grid.values.subarray(j * grid.count, (j + 1) * grid.count)].map((loss) =>
          linear ? loss - HALF_LOG_TWO_PI : loss,
        ),
      ),
    },
    fisher: rows(at.fisher),
    empiricalFisher: rows(at.empirical),
    hessian: rows(at.hessian),
    ellipses: { fisher: around(at.hessian), empiricalFisher: around(at.empirical) },
    generalizedEigenvalues: [at.eigenvalues[0], at.eigenvalues[1]],
  };
  return {
    figure: linear ? 4 : 2,
    configuration: { seed, samples: N, likelihood: family, priorVariance, radius: RADIUS },
    panels: [panel],
  };
}

/** An SVG file. */
export function drawMinimum(result: Minima): string {
  return svgFile(figureMinima(result, { document, id: "minimum", width: 480 }));
}

/** what the paper's loss of a linear regression leaves out */
const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

function rows([a, b, c]: Symmetric): [Point, Point] {
  return [
    [a, b],
    [b, c],
  ];
}
