import { describe, expect, it } from "vitest";
import type { Races } from "../../src/experiments/results.ts";
import { figureRaces } from "../../src/figures/races.ts";
import { renderSvg } from "../../src/figures/render.ts";
import { strokes } from "../../src/figures/style.ts";
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
import {
  donePanel,
  figure3Result,
  figure6Result,
  missingPanel,
  racesResult,
} from "../support/paperResults.ts";

const methods = ["GD", "NGD", "EFGD"] as const;
const result = figure3Result();
const svg = figureRaces(result, { document });

function done(races: Races, i: number) {
  const panel = races.panels[i]!;
  if (panel.status === "missing") throw new Error("a panel without data");
  return panel;
}

describe("figureRaces", () => {
  it("has for each data set the losses above the cosines, and one legend", () => {
    const names = result.panels.flatMap((p) => [`${p.dataset} loss`, `${p.dataset} cosine`]);
    expect(panelNames(svg)).toEqual([...names, ...methods.map((m) => `legend ${m}`)]);
    for (const { dataset } of result.panels) {
      const [loss, cosine] = ["loss", "cosine"].map((part) =>
        frameOf(panelOf(svg, `${dataset} ${part}`)),
      );
      expect(cosine!.x).toBe(loss!.x);
      expect(cosine!.width).toBe(loss!.width);
      expect(cosine!.y).toBeGreaterThan(loss!.y + loss!.height);
    }
    expect(texts(svg).filter((text) => text === "Loss")).toHaveLength(1);
    expect(texts(svg).filter((text) => text === "Iteration")).toHaveLength(3);
  });

  it("draws each method in its stroke on a logarithmic axis", () => {
    const panel = panelOf(svg, "Boston loss");
    const { x, y, width, height } = frameOf(panel);
    const lines = marks(panel, "line");
    const curves = done(result, 1).grids.map((grid) =>
      pointsOf(lines[methods.indexOf(grid.method)]!),
    );
    lines.forEach((line, i) => {
      const { color, dashes } = strokes[methods[i]!];
      expect(styleOf(line, "stroke")).toBe(color);
      expect(styleOf(line, "stroke-dasharray")?.split(" ").length).toBe(dashes?.length);
    });
    const all = done(result, 1).grids.flatMap((grid) => grid.curve.map(Math.log));
    const [low, high] = [Math.min(...all), Math.max(...all)];
    done(result, 1).grids.forEach((grid, g) => {
      expect(curves[g]).toHaveLength(101);
      for (const t of [0, 33, 100]) {
        expect(curves[g]![t]![0]).toBeCloseTo(linear(t, [0, 100], x, x + width), 2);
        const margin = 0.06 * (high - low);
        const expected = linear(
          Math.log(grid.curve[t]!),
          [low - margin, high + margin],
          y + height,
          y,
        );
        expect(curves[g]![t]![1]).toBeCloseTo(expected, 1);
      }
    });
    expect(texts(panel)).toEqual(expect.arrayContaining(["Boston", "10¹", "10²"]));
  });

  it("draws a red dot for each cosine, none where there is none", () => {
    const panel = panelOf(svg, "Boston cosine");
    const { x, y, width, height } = frameOf(panel);
    const dots = marks(panel, "dot");
    const { cosines } = done(result, 1);
    expect(dots).toHaveLength(100);
    expect(styleOf(dots[0]!, "fill")).toBe(strokes.EFGD.color);
    const [left, top] = positionOf(dots[99]!);
    expect(left).toBeCloseTo(x + width, 6);
    expect(top).toBeCloseTo(linear(cosines[100]!, [-1.12, 1.12], y + height, y), 6);
    expect(positionOf(dots[7]!)[0]).toBeCloseTo(linear(8, [0, 100], x, x + width), 6);
    expect(marks(panel, "link")).toHaveLength(3);
    expect(texts(panel)).toEqual(
      expect.arrayContaining(["−1", "0", "1", "25", "50", "75", "100", "Iteration"]),
    );
  });

  it("shows a1a as the paper does: 50 iterations, up to a loss of 1", () => {
    const loss = panelOf(svg, "a1a loss");
    const frame = frameOf(loss);
    for (const line of marks(loss, "line")) expect(pointsOf(line)).toHaveLength(51);
    const ticks = [...loss.querySelectorAll(".tick")].map((tick) =>
      Number(tick.getAttribute("y1")),
    );
    expect(Math.min(...ticks)).toBeCloseTo(frame.y, 6);
    expect(texts(loss)).toContain("10⁰");
    expect(marks(panelOf(svg, "a1a cosine"), "dot")).toHaveLength(50);
    expect(texts(panelOf(svg, "a1a cosine"))).toEqual(expect.arrayContaining(["0", "25", "50"]));
  });

  it("draws four panels two by two, and all below each other on a narrow screen", () => {
    const places = (width: number): [number, number] => {
      const drawn = figureRaces(figure6Result(), { document, width });
      const frames = panelNames(drawn)
        .filter((name) => !name.startsWith("legend"))
        .map((name) => frameOf(panelOf(drawn, name)));
      return [new Set(frames.map((f) => f.x)).size, frames.length];
    };
    expect(places(960)).toEqual([2, 7]);
    expect(places(420)).toEqual([1, 7]);
  });

  it("says in a missing panel what was missing and what to do", () => {
    const missing = missingPanel("Powerplant");
    if (missing.status === "done") throw new Error("expected a missing panel");
    const drawn = figureRaces(figure6Result(), { document });
    const panel = panelOf(drawn, "Powerplant missing");
    const [title, ...lines] = texts(panel).reverse();
    expect(lines.length + (title ? 1 : 0)).toBeGreaterThan(3);
    expect(texts(panel).join(" ")).toContain(missing.reason);
    expect(texts(panel).join(" ")).toContain(missing.remedy);
    expect(texts(panel)).toContain("Powerplant");
    const italic = [...panel.querySelectorAll('[font-style="italic"]')];
    expect(italic.map((text) => text.textContent).join(" ")).toBe(missing.remedy);
    expect(drawn.querySelector("desc")!.textContent).toContain(missing.reason);
  });

  it("keeps the text of a missing panel inside its frame", () => {
    const long = missingPanel("x");
    const path = `/${"folder/".repeat(60)}`;
    const drawn = figureRaces(
      racesResult(3, [{ ...long, reason: path, remedy: path } as typeof long]),
      {
        document,
      },
    );
    const panel = panelOf(drawn, "x missing");
    const { y, height } = frameOf(panel);
    const lines = [...panel.querySelectorAll("text")].filter((t) => t.textContent !== "x");
    for (const line of lines) {
      expect(Number(line.getAttribute("y"))).toBeGreaterThan(y);
      expect(Number(line.getAttribute("y"))).toBeLessThan(y + height);
    }
  });

  it("interrupts a curve where the loss is zero, negative or not finite", () => {
    const races = racesResult(6, [donePanel("Wine", 1, 0.01)]);
    const { curve } = done(races, 0).grids[1]!;
    curve[4] = 0;
    curve[5] = -1;
    curve[6] = Number.NaN;
    const drawn = figureRaces(races, { document });
    const line = marks(panelOf(drawn, "Wine loss"), "line")[1]!;
    expect(pointsOf(line)).toHaveLength(98);
    expect(line.getAttribute("d")!.match(/M/g)).toHaveLength(2);
    expect(drawn.outerHTML).not.toMatch(/NaN|Infinity/);
  });

  it("draws a panel none of whose numbers are finite", () => {
    const panel = donePanel("Yacht", Number.NaN, Number.NaN);
    if (panel.status === "missing") throw new Error("expected a panel with data");
    const drawn = figureRaces(racesResult(6, [{ ...panel, cosines: [null, null] }]), { document });
    expect(drawn.outerHTML).not.toMatch(/NaN[^<]*"|Infinity/);
    expect(texts(drawn)).toContain("Yacht");
  });

  it("draws a result without panels as an empty sheet", () => {
    const drawn = figureRaces(racesResult(6, []), { document });
    expect(drawn.outerHTML).not.toMatch(/NaN|Infinity/);
  });

  it("draws what it drew before", () => {
    const races = racesResult(3, [missingPanel("Boston")]);
    expect(renderSvg(races, { document, font: false })).toMatchSnapshot();
  });
});
