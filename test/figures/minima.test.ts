import { describe, expect, it } from "vitest";
import { figureMinima } from "../../src/figures/minima.ts";
import { ellipseStrokes } from "../../src/figures/style.ts";
import {
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
import { figure2Result, figure4Result } from "../support/paperResults.ts";

const results = [figure2Result(40), figure4Result(40)];

describe.each(results)("figureMinima of Figure $figure", (result) => {
  const svg = figureMinima(result, { document });

  it("has two rows of three panels, titles, row labels, a legend and no ticks", () => {
    const frames = panelNames(svg)
      .filter((name) => !name.startsWith("legend"))
      .map((name) => frameOf(panelOf(svg, name)));
    expect(frames).toHaveLength(6);
    expect(new Set(frames.map((f) => f.x)).size).toBe(3);
    expect(new Set(frames.map((f) => f.y)).size).toBe(2);
    expect(texts(svg)).toEqual([
      "Correct",
      "Misspecified (A)",
      "Misspecified (B)",
      "Dataset",
      "Quadratic",
      "approximation",
      "Loss contour",
      "Fisher",
      "emp. Fisher",
      "Minimum",
    ]);
    expect(svg.querySelectorAll(".tick")).toHaveLength(0);
  });

  it.each([0, 1, 2])("puts minimum and ellipses of panel %i where the scales say", (i) => {
    const content = result.panels[i]!;
    const panel = panelOf(svg, `${content.title} approximation`);
    const { x, y, width, height } = frameOf(panel);
    const place = ([u, v]: readonly [number, number]): [number, number] => [
      linear(u, content.contours.x, x, x + width),
      linear(v, content.contours.y, y + height, y),
    ];
    const [star] = marks(panel, "dot").map(positionOf);
    expect(star![0]).toBeCloseTo(place(content.minimum)[0], 6);
    expect(star![1]).toBeCloseTo(place(content.minimum)[1], 6);
    const ellipses = marks(panel, "line");
    expect(ellipses).toHaveLength(2);
    for (const [k, kind] of (["fisher", "empiricalFisher"] as const).entries()) {
      const points = content.ellipses[kind];
      const drawn = pointsOf(ellipses[k]!);
      expect(styleOf(ellipses[k]!, "stroke")).toBe(ellipseStrokes[kind].color);
      expect(styleOf(ellipses[k]!, "stroke-dasharray") === null).toBe(kind === "fisher");
      expect(drawn).toHaveLength(points.length + 1);
      expect(drawn.at(-1)).toEqual(drawn[0]);
      expect(drawn[10]![0]).toBeCloseTo(place(points[10]!)[0], 2);
      expect(drawn[10]![1]).toBeCloseTo(place(points[10]!)[1], 2);
    }
    expect(marks(panel, "contour").length).toBeGreaterThanOrEqual(2);
  });

  it("says the numbers to those who do not see it", () => {
    const [minimum] = result.panels[0]!.minimum;
    expect(svg.querySelector("desc")!.textContent).toContain(minimum.toFixed(3));
    expect(svg.getAttribute("role")).toBe("img");
    expect(svg.getAttribute("aria-labelledby")).toBe(
      [...svg.querySelectorAll("title, desc")].map((e) => e.id).join(" "),
    );
  });

  it("goes from left to right on a narrow screen, a row a panel", () => {
    const narrow = figureMinima(result, { document, width: 420 });
    const [data, approximation] = ["data", "approximation"].map((part) =>
      frameOf(panelOf(narrow, `Misspecified (B) ${part}`)),
    );
    expect(data!.y).toBe(approximation!.y);
    expect(data!.width).toBe(approximation!.width);
    expect(texts(narrow)).toContain("Quadratic approximation");
  });
});

describe("figureMinima", () => {
  it("draws class 0 as blue triangles and class 1 as yellow crosses on [−9, 9]²", () => {
    const result = figure2Result(40);
    const svg = figureMinima(result, { document });
    const panel = panelOf(svg, "Correct data");
    const { x, y, width, height } = frameOf(panel);
    const dots = marks(panel, "dot");
    expect(dots).toHaveLength(40);
    const { data } = result.panels[0]!;
    for (const i of [0, 39]) {
      const [left, top] = positionOf(dots[i]!);
      expect(left).toBeCloseTo(linear(data.x[i]![0]!, [-9, 9], x, x + width), 6);
      expect(top).toBeCloseTo(linear(data.x[i]![1]!, [-9, 9], y + height, y), 6);
    }
    expect(styleOf(dots[0]!, "fill")).toBe("#004488");
    expect(styleOf(dots[0]!, "fill-opacity")).toBe("0.4");
    expect(styleOf(dots[39]!, "stroke")).toBe("#DDAA33");
  });

  it("draws the least-squares line of Figure 4 across [−4, 4] × [−6, 10]", () => {
    const result = figure4Result(40);
    const panel = panelOf(figureMinima(result, { document }), "Misspecified (B) data");
    const { x, y, width, height } = frameOf(panel);
    const [slope, bias] = result.panels[2]!.minimum;
    const line = pointsOf(marks(panel, "line")[0]!);
    expect(line[0]![0]).toBeCloseTo(x, 2);
    expect(line[1]![0]).toBeCloseTo(x + width, 2);
    [-4, 4].forEach((value, i) => {
      expect(line[i]![1]).toBeCloseTo(linear(slope * value + bias, [-6, 10], y + height, y), 2);
    });
  });

  it("draws a result without panels as an empty sheet with its legend", () => {
    const svg = figureMinima({ ...figure2Result(20), panels: [] }, { document });
    expect(svg.outerHTML).not.toMatch(/NaN|Infinity/);
    expect(texts(svg)).toContain("Minimum");
  });
});
