import { describe, expect, it } from "vitest";
import { disagreeingPairs } from "../../src/figures/coefficientPairs.ts";
import { diagnosisFigures, fitFigures } from "../../src/figures/diagnosis.ts";
import { dampedPoints, dampingPlot } from "../../src/figures/diagnosisDamping.ts";
import { eigenvaluePlot } from "../../src/figures/diagnosisEigenvalues.ts";
import { confidenceEllipses } from "../../src/figures/diagnosisEllipses.ts";
import { coefficientIntervals, shownCoefficients } from "../../src/figures/diagnosisIntervals.ts";
import { descentPlot } from "../../src/figures/diagnosisPaths.ts";
import { spreadPlot } from "../../src/figures/diagnosisSpread.ts";
import { covarianceStrokes } from "../../src/figures/diagnosisStyle.ts";
import { momentPlot, statisticPlot } from "../../src/figures/diagnosisTest.ts";
import { svgFile } from "../../src/figures/render.ts";
import { strokes } from "../../src/figures/style.ts";
import { generalizedEigenvalues } from "../../src/linalg/eigen.ts";
import { type Matrix, matrix } from "../../src/linalg/matrix.ts";
import type { CovarianceTable } from "../../src/statistics/results.ts";
import { covariancesOf, exampleDiagnosis, exampleFit } from "../support/diagnoses.ts";
import {
  type Box,
  document,
  frameOf,
  linear,
  marks,
  panelNames,
  panelOf,
  pointsOf,
  positionOf,
  styleOf,
  texts,
} from "../support/drawing.ts";

const diagnosis = await exampleDiagnosis();
const { covariances, fit } = diagnosis;
const [fisher, empirical, sandwich] = covariances;

/** The groups of links of a panel, as lists of their ends. */
function links(panel: Element): { stroke: string | null; lines: [number, number][][] }[] {
  return [...panel.querySelectorAll('g[aria-label="link"]')].map((group) => ({
    stroke: styleOf(group.querySelector("path") ?? group, "stroke"),
    lines: [...group.querySelectorAll("path")].map(pointsOf),
  }));
}

/** Data of a place in a panel with linear axes. */
function unscaled(
  [px, py]: readonly [number, number],
  { x, y, width, height }: Box,
  [xs, ys]: readonly (readonly [number, number])[],
): [number, number] {
  return [
    xs[0] + ((px - x) / width) * (xs[1] - xs[0]),
    ys[0] + ((y + height - py) / height) * (ys[1] - ys[0]),
  ];
}

const logPosition = (
  value: number,
  [low, high]: readonly [number, number],
  from: number,
  to: number,
): number => linear(Math.log(value), [Math.log(low), Math.log(high)], from, to);

describe("coefficientIntervals", () => {
  const svg = coefficientIntervals(covariances, { document });
  const panel = panelOf(svg, "intervals");
  const frame = frameOf(panel);
  const scaled = (value: number, t: number): number =>
    (value - fit.theta[t]) / sandwich.coefficients[t].standardError;
  const farthest = covariances.map((c) => c.coefficients.map(({ upper }, t) => scaled(upper, t)));
  const reach = 1.12 * Math.max(2, ...farthest.flat());
  const place = (value: number, t: number): number =>
    linear(scaled(value, t), [-reach, reach], frame.x, frame.x + frame.width);

  it("draws each interval to its ends, in the colour of its covariance", () => {
    const groups = links(panel);
    covariances.forEach(({ kind, coefficients }) => {
      const drawn = groups.filter(({ stroke }) => stroke === covarianceStrokes[kind].color);
      expect(drawn.map(({ lines }) => lines.length)).toEqual([4, 8]);
      drawn[0].lines.forEach(([[x1, y1], [x2, y2]], t) => {
        expect(x1).toBeCloseTo(place(coefficients[t].lower, t), 2);
        expect(x2).toBeCloseTo(place(coefficients[t].upper, t), 2);
        expect(y1).toBe(y2);
      });
    });
  });

  it("keeps the order of the report within a row, and of the coefficients from row to row", () => {
    const heights = covariances.map(
      ({ kind }) =>
        links(panel).find(({ stroke }) => stroke === covarianceStrokes[kind].color)!.lines,
    );
    for (let t = 0; t < 4; t++) {
      const [first, second, third] = heights.map((lines) => lines[t][0][1]);
      expect(first).toBeLessThan(second);
      expect(second).toBeLessThan(third);
      if (t > 0) expect(first).toBeGreaterThan(heights[2][t - 1][0][1]);
    }
    expect(texts(panel)).toEqual(expect.arrayContaining([...fit.names]));
  });

  it("marks zero where it is in sight", () => {
    const zeros = links(panel)
      .at(-1)!
      .lines.map(([[x]]) => x);
    const near = [...fit.theta.keys()].filter((t) => Math.abs(scaled(0, t)) < reach);
    expect(near.length).toBeGreaterThan(0);
    expect(near.length).toBeLessThan(4);
    near.forEach((t, i) => {
      expect(zeros[i]).toBeCloseTo(place(0, t), 2);
    });
    expect(zeros).toHaveLength(near.length);
  });

  it("shows at most 40 coefficients: those whose standard errors disagree most", () => {
    const wide = (table: CovarianceTable, factor: (t: number) => number): CovarianceTable => ({
      ...table,
      coefficients: Array.from({ length: 60 }, (_, t) => ({
        ...table.coefficients[0],
        name: `c${t}`,
        standardError: factor(t),
      })),
    });
    const tables = [wide(fisher, () => 1), wide(sandwich, (t) => 1 + ((t * 37) % 60))];
    const shown = shownCoefficients(tables);
    const expected = [...Array(60).keys()].filter((t) => (t * 37) % 60 >= 20);
    expect(shown).toEqual(expected);
    expect(
      links(panelOf(coefficientIntervals(tables, { document }), "intervals"))[1].lines,
    ).toHaveLength(40);
  });

  it("draws what is finite where a covariance has no standard errors", () => {
    const broken = {
      ...empirical,
      coefficients: empirical.coefficients.map((row) => ({
        ...row,
        standardError: Number.NaN,
        lower: Number.NaN,
        upper: Number.NaN,
      })),
    };
    const drawn = coefficientIntervals([fisher, broken, sandwich], { document });
    expect(svgFile(drawn, false)).not.toMatch(/="[^"]*(NaN|Infinity)/);
    expect(() => coefficientIntervals([], { document })).toThrow("at least one covariance");
  });
});

describe("confidenceEllipses", () => {
  const entry = ({ data, cols }: Matrix, i: number, j: number): number => data[i * cols + j];
  const block = ({ matrix: V }: CovarianceTable, [a, b]: readonly [number, number]): Matrix =>
    matrix(2, 2, Float64Array.of(entry(V, a, a), entry(V, a, b), entry(V, a, b), entry(V, b, b)));

  /** (θ − θ̂)ᵀ V⁻¹ (θ − θ̂) of all points of the ellipses in the one panel of a figure. */
  function radii(tables: readonly CovarianceTable[], pair: readonly [number, number]): number[][] {
    const panel = panelOf(confidenceEllipses(tables, [pair], { document }), "pair 1");
    const frame = frameOf(panel);
    const center = pair.map((t) => tables[0].coefficients[t].estimate);
    const curves = marks(panel, "line").map(pointsOf);
    // the widest of the ellipses reaches to 1 / 1.1 of the frame, on either axis
    const r = radiusOf(tables[0]);
    const ranges = pair.map((t, axis): [number, number] => {
      const reach =
        1.1 * r * Math.max(...tables.map((table) => Math.sqrt(entry(table.matrix, t, t))));
      return [center[axis] - reach, center[axis] + reach];
    });
    return curves.map((points, k) => {
      const [v11, v12, , v22] = block(tables[k], pair).data;
      const det = v11 * v22 - v12 * v12;
      return points.map((point) => {
        const [x, y] = unscaled(point, frame, ranges);
        const [u, v] = [x - center[0], y - center[1]];
        return (v22 * u * u - 2 * v12 * u * v + v11 * v * v) / det;
      });
    });
  }
  const radiusOf = ({ statistic }: CovarianceTable): number =>
    Math.sqrt(statistic === "t" ? 6.300764 : 5.991465);

  it("draws the points at which the quadratic form is the quantile of χ²", () => {
    for (const values of radii(covariances, [0, 2])) {
      expect(values).toHaveLength(181);
      for (const value of values) expect(Math.abs(value / 5.991465 - 1)).toBeLessThan(2e-3);
    }
  });

  it("takes twice the quantile of F where the tests are t tests", async () => {
    const tables = covariancesOf(
      await exampleFit({ family: "gaussian", rows: 63, columns: ["a", "b"] }),
    );
    expect(tables[0].degreesOfFreedom).toBe(60);
    for (const values of radii(tables, [0, 1])) {
      // F(2, 60) exceeds 3.150411 in 5 % of the cases (tables of the F distribution)
      for (const value of values) expect(Math.abs(value / (2 * 3.150411) - 1)).toBeLessThan(2e-3);
    }
  });

  it("has the strokes of the covariances, names at the axes, a panel for each pair", () => {
    const svg = confidenceEllipses(
      covariances,
      [
        [0, 1],
        [1, 3],
      ],
      { document },
    );
    expect(panelNames(svg).filter((name) => name.startsWith("pair"))).toEqual(["pair 1", "pair 2"]);
    const second = panelOf(svg, "pair 2");
    expect(texts(second)).toEqual(expect.arrayContaining(["age", "(intercept)"]));
    expect(marks(second, "line").map((line) => styleOf(line, "stroke"))).toEqual(
      covariances.map(({ kind }) => covarianceStrokes[kind].color),
    );
    expect(new Set(covariances.map(({ kind }) => covarianceStrokes[kind].dashes)).size).toBe(3);
  });

  it("has no more ticks than have room for their texts", () => {
    const far = covariances.map((table) => ({
      ...table,
      coefficients: table.coefficients.map((row) => ({
        ...row,
        estimate: row.estimate + 12345678,
      })),
    }));
    const count = (tables: readonly CovarianceTable[]): number => {
      const svg = confidenceEllipses(
        tables,
        [
          [0, 1],
          [1, 2],
          [2, 3],
        ],
        { document },
      );
      return texts(panelOf(svg, "pair 1")).filter((text) => /^−?[\d.]+$/.test(text)).length;
    };
    expect(count(far)).toBeLessThan(count(covariances));
    expect(count(far)).toBeGreaterThan(2);
  });

  it("refuses no pairs, and coefficients that are not there", () => {
    expect(() => confidenceEllipses(covariances, [], { document })).toThrow("at least one");
    expect(() => confidenceEllipses(covariances, [[0, 4]], { document })).toThrow(
      "no coefficient 4",
    );
  });

  it("chooses the pair whose covariances differ most, whatever the units", async () => {
    const tables = covariancesOf(
      await exampleFit({ rows: 300, columns: ["a", "b", "c", "d", "e"] }),
    );
    const pairs = Array.from({ length: 6 }, (_, a) =>
      Array.from({ length: 5 - a }, (_, k) => [a, a + 1 + k] as const),
    ).flat();
    const size = (pair: readonly [number, number]): number =>
      Math.max(
        ...tables.flatMap((one, k) =>
          tables
            .slice(k + 1)
            .flatMap((other) =>
              [...generalizedEigenvalues(block(one, pair), block(other, pair))].map((value) =>
                Math.abs(Math.log(value)),
              ),
            ),
        ),
      );
    const worst = pairs.reduce((a, b) => (size(b) > size(a) ? b : a));
    expect(disagreeingPairs(tables)).toEqual([worst]);
    const scale = (t: number): number => 10 ** (3 * t - 6);
    const scaled = tables.map((table) => ({
      ...table,
      matrix: matrix(
        6,
        6,
        table.matrix.data.map((v, i) => v * scale(Math.floor(i / 6)) * scale(i % 6)),
      ),
      coefficients: table.coefficients.map((row, t) => ({
        ...row,
        standardError: row.standardError * scale(t),
      })),
    }));
    const three = disagreeingPairs(scaled, 3);
    expect(three[0]).toEqual(worst);
    expect(new Set(three.flat()).size).toBe(6);
    expect(disagreeingPairs(tables.slice(0, 1))).toEqual([]);
  });
});

describe("eigenvaluePlot", () => {
  const { eigenvalues, bootstrap } = diagnosis;
  const svg = eigenvaluePlot(diagnosis, { document });
  const panel = panelOf(svg, "eigenvalues");
  const frame = frameOf(panel);
  const { band } = bootstrap!;
  const all = [
    ...eigenvalues,
    ...band.lower,
    ...band.upper,
    band.smallest,
    band.largest,
    0.8,
    1.25,
  ];
  const decades = Math.log10(Math.max(...all) / Math.min(...all));
  const range = [
    Math.min(...all) / 10 ** (0.08 * decades),
    Math.max(...all) * 10 ** (0.08 * decades),
  ] as const;
  const height = (value: number): number =>
    logPosition(value, range, frame.y + frame.height, frame.y);
  const at = (k: number): number => linear(k, [0.4, 4.6], frame.x, frame.x + frame.width);

  it("puts the dots on a logarithmic axis, filled where they are outside of the band", () => {
    const dots = marks(panel, "dot");
    expect(dots).toHaveLength(4);
    const inside = eigenvalues.map((v, k) => v >= band.lower[k] && v <= band.upper[k]);
    for (const dot of dots) {
      const [x, y] = positionOf(dot);
      const k = Math.round(linear(x, [at(1), at(4)], 1, 4));
      expect(x).toBeCloseTo(at(k), 1);
      expect(y).toBeCloseTo(height(eigenvalues[k - 1]), 1);
      expect(styleOf(dot, "fill")).toBe(inside[k - 1] ? "#fff" : strokes.EFGD.color);
    }
  });

  it("draws the band of each eigenvalue and of both extremes", () => {
    const bars = [...panel.querySelectorAll('g[aria-label="rect"] rect')];
    expect(bars).toHaveLength(4);
    bars.forEach((bar, k) => {
      const [y, length] = ["y", "height"].map((name) => Number(bar.getAttribute(name)));
      expect(y).toBeCloseTo(height(band.upper[k]), 1);
      expect(y + length).toBeCloseTo(height(band.lower[k]), 1);
    });
    const rules = links(panel).flatMap(({ lines }) => lines.map(([[, y]]) => y));
    [band.smallest, band.largest, 1].forEach((value, i) => {
      expect(rules[i]).toBeCloseTo(height(value), 1);
    });
  });

  it("has no band and no legend without a bootstrap, or where every refit failed", () => {
    const failed = { ...bootstrap!, successful: 0 };
    for (const plain of [{ eigenvalues }, { eigenvalues, bootstrap: failed }]) {
      const drawn = eigenvaluePlot(plain, { document });
      expect(drawn.querySelectorAll('g[aria-label="rect"]')).toHaveLength(0);
      expect(texts(drawn).join()).not.toContain("correct models");
      const dots = marks(panelOf(drawn, "eigenvalues"), "dot");
      expect(dots.map((dot) => styleOf(dot, "fill"))).toEqual(Array(4).fill(strokes.EFGD.color));
    }
  });

  it("draws eigenvalues of zero at the lower edge, and many with an area", () => {
    const many = Array.from({ length: 80 }, (_, k) => (k < 3 ? 0 : k / 40));
    const edges = many.map((value) => Math.max(value, 0.1));
    const drawn = eigenvaluePlot(
      {
        eigenvalues: many,
        bootstrap: {
          ...bootstrap!,
          band: { ...band, lower: edges, upper: edges.map((v) => 2 * v) },
        },
      },
      { document },
    );
    const panel = panelOf(drawn, "eigenvalues");
    const { y, height } = frameOf(panel);
    const triangles = marks(panel, "dot").slice(-3).map(positionOf);
    for (const [, at] of triangles) expect(at).toBeCloseTo(y + 0.97 * height, 1);
    expect(panel.querySelectorAll('g[aria-label="area"] path')).toHaveLength(1);
    expect(panel.querySelectorAll('g[aria-label="rect"]')).toHaveLength(0);
    expect(() => eigenvaluePlot({ eigenvalues: [] }, { document })).toThrow("no eigenvalue");
  });
});

describe("descentPlot", () => {
  const svg = descentPlot(diagnosis, { document });

  it("draws the loss of Fisher scoring above the optimum", () => {
    const panel = panelOf(svg, "loss");
    const { y, height } = frameOf(panel);
    const losses = fit.scoring.map(({ loss }) => loss - fit.scoring.at(-1)!.loss).slice(0, -1);
    const points = pointsOf(marks(panel, "line")[0]);
    expect(points).toHaveLength(losses.length + 1);
    const [low, high] = [Math.min(...losses) / 10, Math.max(...losses)];
    const margin = (high / low) ** 0.06;
    losses.forEach((loss, t) => {
      expect(points[t][1]).toBeCloseTo(
        logPosition(loss, [low / margin, high * margin], y + height, y),
        1,
      );
    });
    // at the optimum itself, which a logarithmic axis does not have, the line ends at the edge
    expect(points.at(-1)![1]).toBeCloseTo(y + height, 1);
    expect(marks(panel, "dot")).toHaveLength(losses.length);
  });

  it("compares the steps at the points that have some", () => {
    const compared = diagnosis.points.filter(({ steps }) => steps.length > 0);
    for (const [name, value] of [
      ["cosine", "cosine"],
      ["share", "efficiency"],
    ] as const) {
      const panel = panelOf(svg, name);
      const { y, height } = frameOf(panel);
      const lines = marks(panel, "line");
      expect(lines.map((line) => styleOf(line, "stroke"))).toEqual([
        strokes.GD.color,
        strokes.NGD.color,
        strokes.EFGD.color,
      ]);
      const points = pointsOf(lines[2]);
      expect(points).toHaveLength(compared.length);
      compared.forEach(({ steps }, t) => {
        const found = steps.find(({ kind }) => kind === "empirical")![value];
        expect(points[t][1]).toBeCloseTo(linear(found, [-0.04, 1.04], y + height, y), 1);
      });
    }
  });

  it("draws the paths of both methods where both were run", () => {
    const paths = [
      { method: "NGD" as const, excess: [9, 0.1, 0], cosine: [0.4, 0.5, 0.6] },
      { method: "EFGD" as const, excess: [9, 5, 3, 2], cosine: [0.4, -0.3, 0.2, Number.NaN] },
    ];
    const drawn = descentPlot({ ...diagnosis, paths }, { document });
    const [loss, cosine] = ["loss", "cosine"].map((name) => panelOf(drawn, name));
    expect(marks(loss, "line").map((line) => pointsOf(line).length)).toEqual([3, 4]);
    expect(marks(cosine, "line").map((line) => pointsOf(line).length)).toEqual([3, 3]);
    expect(marks(cosine, "line").map((line) => styleOf(line, "stroke"))).toEqual([
      strokes.NGD.color,
      strokes.EFGD.color,
    ]);
    expect(texts(cosine)).toContain("−1");
  });

  it("stands on its own without comparisons, and for a fit that began at its optimum", () => {
    const scoring = [{ ...fit.scoring[0], stepSize: 0 }];
    const drawn = descentPlot({ points: [], fit: { scoring } }, { document });
    expect(panelNames(drawn).slice(0, 3)).toEqual(["loss", "cosine", "share"]);
    expect(svgFile(drawn, false)).not.toMatch(/="[^"]*(NaN|Infinity)/);
  });
});

describe("dampingPlot", () => {
  it("draws shares and cosine over a logarithmic axis, at the first, a middle and the last point", () => {
    const shown = dampedPoints(diagnosis);
    const drawn = diagnosis.points.filter(({ damping }) => damping.length > 0);
    expect(shown).toHaveLength(3);
    expect([shown[0], shown[2]]).toEqual([drawn[0], drawn.at(-1)]);
    const svg = dampingPlot(diagnosis, { document });
    const panel = panelOf(svg, `damping at ${shown[1].label}`);
    const { x, y, width, height } = frameOf(panel);
    const lines = marks(panel, "line").map(pointsOf);
    expect(lines).toHaveLength(3);
    shown[1].damping.forEach(({ damping, fisher, empirical, cosine }, i) => {
      [fisher, empirical, cosine].forEach((value, k) => {
        expect(lines[k][i][0]).toBeCloseTo(logPosition(damping, [1e-6, 1e2], x, x + width), 1);
        expect(lines[k][i][1]).toBeCloseTo(linear(value, [-0.04, 1.04], y + height, y), 1);
      });
    });
  });

  it("leaves out no damping at all, which a logarithmic axis has no place for", () => {
    const [first] = diagnosis.points;
    const none = { ...first.damping[0], damping: 0 };
    const points = [{ ...first, damping: [none, ...first.damping] }];
    const panel = panelOf(dampingPlot({ points }, { document }), "damping at start");
    expect(pointsOf(marks(panel, "line")[0])).toHaveLength(first.damping.length);
    expect(() => dampingPlot({ points: [] }, { document })).toThrow("none of the points");
  });
});

describe("spreadPlot", () => {
  const { gradients } = diagnosis;

  it("draws the quantiles, the mean, and the row with the largest gradient", () => {
    const svg = spreadPlot(gradients, { document });
    const panel = panelOf(svg, "spread");
    const { x, y, width, height } = frameOf(panel);
    const margin = (87.4 / 0.0003) ** 0.06;
    const range = [0.0003 / margin, 87.4 * margin] as const;
    const dots = marks(panel, "dot").map(positionOf);
    gradients.quantiles.forEach(({ probability, value }, i) => {
      expect(dots[i][0]).toBeCloseTo(logPosition(value, range, x, x + width), 1);
      expect(dots[i][1]).toBeCloseTo(linear(probability, [-0.03, 1.06], y + height, y), 1);
    });
    const mean = links(panel).at(-1)!.lines[0][0][0];
    expect(mean).toBeCloseTo(logPosition(gradients.mean, range, x, x + width), 1);
    expect(texts(svg)).toContain("largest: row 42");
  });

  it("draws rows without a gradient at the left edge, and refuses where no row has one", () => {
    const quantiles = [{ probability: 0.25, value: 0 }, ...gradients.quantiles.slice(2)];
    const svg = spreadPlot({ ...gradients, quantiles }, { document });
    expect(svgFile(svg, false)).not.toMatch(/="[^"]*(NaN|Infinity)/);
    const nothing = { ...gradients, maximum: 0, mean: 0 };
    expect(() => spreadPlot(nothing, { document })).toThrow("all per-example gradients are zero");
  });
});

describe("the figures of the test", () => {
  const test = diagnosis.test!;

  it("draws the most violated moments as bars from zero", () => {
    const panel = panelOf(momentPlot(test, { document }), "moments");
    const { x, width } = frameOf(panel);
    const values = test.moments.map(({ z }) => z);
    const range = [1.08 * Math.min(-2.5, ...values), 1.08 * Math.max(2.5, ...values)] as const;
    const bars = links(panel).at(-1)!.lines;
    expect(bars).toHaveLength(10);
    bars.forEach(([[from], [to]], i) => {
      expect(from).toBeCloseTo(linear(0, range, x, x + width), 2);
      expect(to).toBeCloseTo(linear(values[i], range, x, x + width), 2);
    });
    expect(texts(panel).indexOf("dose × dose")).toBeLessThan(texts(panel).indexOf("age × age"));
    expect(() => momentPlot({ moments: [] }, { document })).toThrow("no moment");
  });

  it("draws the simulated statistics as a histogram of all of them", () => {
    const statistics = diagnosis.bootstrap!.statistics!;
    const near = { ...test, statistic: 21 };
    const panel = panelOf(statisticPlot(near, statistics, { document }), "simulated");
    const { x, y, width, height } = frameOf(panel);
    const bars = [...panel.querySelectorAll('g[aria-label="rect"] rect')];
    const heights = bars.map((bar) => y + height - Number(bar.getAttribute("y")));
    const unit = Math.max(...heights) * 1.12;
    expect(unit).toBeCloseTo(height, 0);
    const counts = histogramOf(statistics, bars.length);
    heights.forEach((length, i) => {
      expect(length).toBeCloseTo((counts[i] / (1.12 * Math.max(...counts))) * height, 0);
    });
    const end = 1.04 * Math.max(21, ...statistics);
    const [critical, observed] = links(panel).map(({ lines }) => lines[0][0][0]);
    expect(critical).toBeCloseTo(linear(18.9, [0, end], x, x + width), 2);
    expect(observed).toBeCloseTo(linear(21, [0, end], x, x + width), 2);
  });

  it("points to a statistic that is far beyond the simulated ones", () => {
    const statistics = [...diagnosis.bootstrap!.statistics!, Number.POSITIVE_INFINITY];
    const svg = statisticPlot({ statistic: 9e5 }, statistics, { document });
    expect(marks(panelOf(svg, "simulated"), "arrow")).toHaveLength(1);
    expect(texts(svg).join()).toContain("9.000e+5, off to the right");
    expect(() => statisticPlot(test, [], { document })).toThrow("no simulated statistic");
  });

  function histogramOf(values: readonly number[], bins: number): number[] {
    const size = Math.max(...values) / bins;
    return Array.from(
      { length: bins },
      (_, i) =>
        values.filter((v) => v >= i * size && (v < (i + 1) * size || i === bins - 1)).length,
    );
  }
});

describe("diagnosisFigures", () => {
  it("has all figures, each with words, and draws them in any width the same each time", () => {
    const figures = diagnosisFigures(diagnosis);
    expect(figures.map(({ name }) => name)).toEqual([
      "intervals",
      "ellipses",
      "eigenvalues",
      "paths",
      "damping",
      "spread",
      "moments",
      "simulated",
    ]);
    for (const figure of figures) {
      expect(figure.see).toMatch(/\.$/);
      for (const width of [960, 420]) {
        const text = svgFile(figure.draw({ document, width }), false);
        expect(svgFile(figure.draw({ document, width }), false)).toBe(text);
        expect(text).not.toMatch(/="[^"]*(NaN|Infinity)/);
      }
    }
  });

  it("leaves out the figures that have no data", () => {
    const { bootstrap: _bootstrap, test: _test, ...rest } = diagnosis;
    const gradients = { ...diagnosis.gradients, maximum: 0 };
    const bare = { ...rest, points: [], gradients, eigenvalues: [], covariances: [fisher] };
    expect(diagnosisFigures(bare).map(({ name }) => name)).toEqual(["intervals", "paths"]);
    expect(fitFigures([])).toEqual([]);
    expect(fitFigures([fisher], [[0, 1]]).map(({ name }) => name)).toEqual([
      "intervals",
      "ellipses",
    ]);
  });
});
