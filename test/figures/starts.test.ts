import { describe, expect, it } from "vitest";
import { figure5 } from "../../src/figures/starts.ts";
import { strokes } from "../../src/figures/style.ts";
import {
  document,
  frameOf,
  linear,
  marks,
  panelOf,
  pointsOf,
  styleOf,
  texts,
} from "../support/drawing.ts";
import { figure5Result } from "../support/paperResults.ts";

const result = figure5Result();
const svg = figure5(result, { document });
const title = "(x − ½)² + (x + ½)²";

describe("figure5", () => {
  it("has the data set at the left and the one-dimensional problem at the right", () => {
    const [left, right] = ["Wine", title].map((name) => frameOf(panelOf(svg, name)));
    expect(left!.y).toBe(right!.y);
    expect(left!.x + left!.width).toBeLessThan(right!.x);
    expect(texts(svg)).toEqual(expect.arrayContaining(["Wine", title, "NGD", "EFGD", "Loss"]));
    expect(texts(panelOf(svg, "Wine"))).toEqual(
      expect.arrayContaining(["0", "5", "10", "15", "20", "Iteration", "10¹", "10²"]),
    );
    expect(texts(panelOf(svg, title))).toEqual(
      expect.arrayContaining(["0", "5", "10", "10⁰", "10¹"]),
    );
  });

  it("draws NGD solid and EFGD dash-dotted, a curve for each start", () => {
    for (const [name, curves] of [
      ["Wine", result.dataset],
      [title, result.quadratic],
    ] as const) {
      const lines = marks(panelOf(svg, name), "line");
      expect(lines).toHaveLength(8);
      lines.forEach((line, i) => {
        const { method, curve } = curves[i]!;
        expect(styleOf(line, "stroke")).toBe(strokes[method].color);
        expect(styleOf(line, "stroke-dasharray") === null).toBe(method === "NGD");
        expect(pointsOf(line)).toHaveLength(curve.length);
      });
    }
  });

  it("has a logarithmic axis of the losses", () => {
    const panel = panelOf(svg, title);
    const { x, y, width, height } = frameOf(panel);
    const logs = result.quadratic.flatMap((c) => c.curve.map(Math.log));
    const [low, high] = [Math.min(...logs), Math.max(...logs)];
    const margin = 0.06 * (high - low);
    const points = pointsOf(marks(panel, "line")[3]!);
    const { curve } = result.quadratic[3]!;
    for (const t of [0, 4, 10]) {
      expect(points[t]![0]).toBeCloseTo(linear(t, [0, 10], x, x + width), 2);
      const expected = linear(Math.log(curve[t]!), [low - margin, high + margin], y + height, y);
      expect(points[t]![1]).toBeCloseTo(expected, 1);
    }
  });

  it("says that a data set was substituted, and only then", () => {
    const { substituted } = result.configuration;
    expect(texts(svg).join(" ")).toContain(substituted);
    const { substituted: _, ...configuration } = result.configuration;
    const original = figure5({ ...result, configuration }, { document });
    expect(texts(original).join(" ")).not.toContain("in place of");
    expect(Number(original.getAttribute("height"))).toBeLessThan(
      Number(svg.getAttribute("height")),
    );
  });

  it("interrupts a curve where it is not finite", () => {
    const broken = figure5Result();
    broken.dataset[0]!.curve[3] = Number.NaN;
    const drawn = figure5(broken, { document });
    expect(pointsOf(marks(panelOf(drawn, "Wine"), "line")[0]!)).toHaveLength(20);
    expect(drawn.outerHTML).not.toMatch(/NaN|Infinity/);
  });

  it("puts the panels below each other on a narrow screen", () => {
    const narrow = figure5(result, { document, width: 400 });
    const [first, second] = ["Wine", title].map((name) => frameOf(panelOf(narrow, name)));
    expect(second!.x).toBe(first!.x);
    expect(second!.y).toBeGreaterThan(first!.y + first!.height);
  });
});
