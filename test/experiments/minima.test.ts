import { describe, expect, it } from "vitest";
import { minima } from "../../src/experiments/minima.ts";
import { logisticRegression, minimum } from "../../src/experiments/problem.ts";
import { minima as schema } from "../../src/experiments/results.ts";
import { fromRows } from "../../src/linalg/matrix.ts";
import golden from "./golden/toyProblems.json" with { type: "json" };

/** Twelve digits of the largest entry. */
function expectClose(found: number[], reference: number[], digits = 1e-12): void {
  const largest = Math.max(...reference.map(Math.abs));
  expect(found.length).toBe(reference.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - reference[i])).toBeLessThan(digits * largest);
  });
}

const figures = { 2: minima(2), 4: minima(4) } as const;
const cases = ([2, 4] as const).flatMap((figure) =>
  golden[`figure${figure}`].map((expected, i) => ({
    name: `Figure ${figure}, ${figures[figure].panels[i].title}`,
    figure,
    expected,
    panel: figures[figure].panels[i],
  })),
);

describe.each(cases)("$name, against NumPy and SciPy", ({ figure, expected, panel }) => {
  it("minimum and loss", () => {
    expectClose(panel.minimum, expected.minimum);
    expectClose([panel.loss], [expected.loss]);
  });

  it("Fisher, empirical Fisher, Hessian", () => {
    expectClose(panel.fisher.flat(), expected.fisher.flat());
    expectClose(panel.empiricalFisher.flat(), expected.empiricalFisher.flat());
    expectClose(panel.hessian.flat(), expected.hessian.flat());
    expectClose(panel.generalizedEigenvalues, expected.generalizedEigenvalues);
  });

  it("ellipses at three standard deviations", () => {
    for (const kind of ["fisher", "empiricalFisher"] as const) {
      const [[p, q], [r, s]] = expected.halfAxes[kind];
      const [a, b] = expected.minimum;
      const points = panel.ellipses[kind];
      const quarter = points.length / 4;
      expectClose(points[0], [a + p, b + r]);
      expectClose(points[quarter], [a + q, b + s]);
      // the ellipse is closed, centred at the minimum, and (N/9)·(x−μ)ᵀ C (x−μ) = 1 on it
      const C = kind === "fisher" ? expected.hessian : expected.empiricalFisher;
      for (const [x, y] of points) {
        const [u, v] = [x - a, y - b];
        const form = C[0][0] * u * u + 2 * C[0][1] * u * v + C[1][1] * v * v;
        expect((1000 / 9) * form).toBeCloseTo(1, 9);
      }
    }
  });

  it("contours of its window", () => {
    const { values } = panel.contours;
    expect([values.length, values[0].length]).toEqual([50, 50]);
    expectClose([values[0][0]], [expected.lossAtCorner]);
    const inside = values.slice(1, -1).flatMap((row) => row.slice(1, -1));
    expect(Math.min(...inside)).toBeLessThan(Math.min(...values[0], ...values[49]));
    expect(Math.min(...inside)).toBeGreaterThanOrEqual(panel.loss);
  });

  it("accuracy of the classifier", () => {
    expect(panel.accuracy).toBe("accuracy" in expected ? expected.accuracy : undefined);
    expect(panel.data.x[0].length).toBe(figure === 2 ? 2 : 1);
    expect([panel.data.x.length, panel.data.y.length]).toEqual([1000, 1000]);
  });
});

describe("Figures 2 and 4", () => {
  it("have the promised shape", () => {
    for (const result of Object.values(figures)) expect(schema.parse(result)).toEqual(result);
  });

  it("the accuracies are those of the paper: 73 %, and at least 85 % where the model is wrong", () => {
    const [correct, ...misspecified] = figures[2].panels.map(({ accuracy }) => accuracy!);
    expect(Math.round(100 * correct)).toBe(73);
    for (const accuracy of misspecified) expect(accuracy).toBeGreaterThanOrEqual(0.85);
  });

  it("take other sample sizes", () => {
    const small = minima(4, 40);
    expect(small.configuration.samples).toBe(40);
    expect(small.panels[0].data.y.length).toBe(40);
  });

  it("say when there is no minimum", () => {
    const X = fromRows([
      [1, 0],
      [2, 0.5],
      [-1, 0],
      [-2, 0.5],
    ]);
    const { objective } = logisticRegression({ X, y: Float64Array.of(1, 1, 0, 0) });
    expect(() => minimum(objective)).toThrow(/Fisher scoring did not end at a minimum/);
  });
});
