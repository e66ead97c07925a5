/** The curves of the room Diagnose as data: descents, and what damping does. */
import { strokes } from "../../../../src/figures/style.ts";
import type { CurvaturePoint, Diagnosis } from "../../../../src/statistics/results.ts";
import type { ChartSpec } from "../../draw/chart.ts";
import { fixed, percent, written } from "../../draw/numbers.ts";
import type { Palette } from "../../draw/palette.ts";

/** The loss along both descents, and the cosine of their steps. */
export function descentCharts({ paths = [] }: Diagnosis, palette: Palette): ChartSpec[] {
  if (paths.length === 0) return [];
  const last = Math.max(1, ...paths.map(({ excess }) => excess.length - 1));
  const colors = { NGD: palette.yellow, EFGD: palette.red } as const;
  const lineOf = ({ method }: (typeof paths)[number], values: readonly number[]) => ({
    label: method,
    color: colors[method],
    dashes: strokes[method].dashes,
    values,
  });
  const shared = { along: "steps", ends: [0, last] as const, dots: last < 60 };
  return [
    {
      ...shared,
      id: "loss",
      title: "Loss above the optimum’s",
      lines: paths.map((path) => lineOf(path, path.excess)),
      log: true,
      format: (value) => written(value, 3),
    },
    {
      ...shared,
      id: "cosine",
      title: "Cosine of the two steps, along either path",
      lines: paths.map((path) => lineOf(path, path.cosine)),
      range: [-1.05, 1.05],
      heights: [-1, 0, 1],
      format: (value) => fixed(value, 3),
    },
  ];
}

/** The points at which damping was varied. */
export function dampedPoints({ points }: Diagnosis): CurvaturePoint[] {
  return points.filter(({ damping }) => damping.filter((at) => at.damping > 0).length > 1);
}

/** The share of the attainable decrease by damping, at a point of the path. */
export function dampingChart(point: CurvaturePoint, palette: Palette): ChartSpec {
  const damping = point.damping.filter((at) => at.damping > 0);
  const xs = damping.map((at) => at.damping);
  return {
    id: "damping",
    title: `Share of the attainable decrease (${point.label})`,
    along: "damping, in units of the Fisher’s mean eigenvalue",
    xs,
    ends: [xs[0], xs[xs.length - 1]],
    logX: true,
    range: [-0.03, 1.05],
    heights: [0, 0.5, 1],
    dots: true,
    lines: [
      {
        label: "Fisher",
        color: palette.yellow,
        dashes: strokes.NGD.dashes,
        values: damping.map(({ fisher }) => fisher),
      },
      {
        label: "empirical",
        color: palette.red,
        dashes: strokes.EFGD.dashes,
        values: damping.map(({ empirical }) => empirical),
      },
      {
        label: "cosine",
        color: palette.ink,
        dashes: [1.2, 1.4],
        values: damping.map(({ cosine }) => cosine),
      },
    ],
    format: percent,
  };
}
