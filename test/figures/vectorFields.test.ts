import { describe, expect, it } from "vitest";
import { strokes } from "../../src/figures/style.ts";
import { figure1 } from "../../src/figures/vectorFields.ts";
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
import { figure1Result } from "../support/paperResults.ts";

const result = figure1Result(60);
const svg = figure1(result, { document });
const methods = ["GD", "NGD", "EFGD"] as const;

describe("figure1", () => {
  it("is one row of four panels of the same size", () => {
    expect(panelNames(svg)).toEqual(["Dataset", "GD", "NGD", "EFGD"]);
    const frames = panelNames(svg).map((name) => frameOf(panelOf(svg, name)));
    expect(new Set(frames.map((f) => f.y)).size).toBe(1);
    expect(frames.every((f, i) => i === 0 || f.x > frames[i - 1]!.x + frames[i - 1]!.width)).toBe(
      true,
    );
    for (const f of frames) {
      expect(f.width).toBeCloseTo(f.height, 6);
      expect(f.x + f.width).toBeLessThan(960);
    }
    expect(texts(svg)).toEqual(
      expect.arrayContaining(["Dataset", "GD", "NGD", "EF", "y = θx + b"]),
    );
  });

  it("puts the minimum and the starts where the scales say", () => {
    for (const method of methods) {
      const panel = panelOf(svg, method);
      const { x, y, width, height } = frameOf(panel);
      const dots = marks(panel, "dot").map(positionOf);
      const expected = [
        ...result.paths.filter((p) => p.method === method).map((p) => p.start),
        result.minimum,
      ];
      expect(dots).toHaveLength(5);
      expected.forEach(([b, theta], i) => {
        expect(dots[i]![0]).toBeCloseTo(linear(b, [-1, 5], x, x + width), 6);
        expect(dots[i]![1]).toBeCloseTo(linear(theta, [-1, 5], y + height, y), 6);
      });
    }
  });

  it("draws 15 × 15 arrows a method, a thirtieth of the panel long for a unit", () => {
    for (const method of methods) {
      const panel = panelOf(svg, method);
      const { x, y, width, height } = frameOf(panel);
      const arrows = marks(panel, "vector");
      const { arrows: expected } = result.fields.find((field) => field.method === method)!;
      expect(arrows).toHaveLength(225);
      for (const k of [0, 7, 112, 224]) {
        const [b, theta, db, dtheta] = expected[k]!;
        const [left, top] = positionOf(arrows[k]!);
        expect(left).toBeCloseTo(linear(b, [-1, 5], x, x + width), 6);
        expect(top).toBeCloseTo(linear(theta, [-1, 5], y + height, y), 6);
        const angle = Number(arrows[k]!.getAttribute("transform")!.match(/rotate\(([^)]+)\)/)![1]);
        const tip = Math.max(
          ...[...arrows[k]!.getAttribute("d")!.matchAll(/L0,(-?[\d.e-]+)/g)].map(
            (m) => -Number(m[1]),
          ),
        );
        const radians = (angle * Math.PI) / 180;
        expect(tip).toBeCloseTo((Math.hypot(db, dtheta) * width) / 30, 2);
        expect(Math.sin(radians) * dtheta).toBeCloseTo(Math.cos(radians) * db, 6);
        expect(Math.sin(radians) * db + Math.cos(radians) * dtheta).toBeGreaterThan(0);
      }
    }
  });

  it("draws four thick solid trajectories a method, in its colour, through all points", () => {
    for (const method of methods) {
      const panel = panelOf(svg, method);
      const { x, y, width, height } = frameOf(panel);
      const lines = marks(panel, "line");
      expect(lines).toHaveLength(4);
      for (const line of lines) {
        expect(styleOf(line, "stroke")).toBe(strokes[method].color);
        expect(styleOf(line, "stroke-dasharray")).toBeNull();
        expect(Number(styleOf(line, "stroke-width"))).toBeGreaterThan(4);
      }
      const path = result.paths.find((p) => p.method === method)!;
      const drawn = pointsOf(lines[0]!);
      expect(drawn).toHaveLength(path.points.length);
      const [b, theta] = path.points.at(-1)!;
      expect(drawn.at(-1)![0]).toBeCloseTo(linear(b, [-1, 5], x, x + width), 2);
      expect(drawn.at(-1)![1]).toBeCloseTo(linear(theta, [-1, 5], y + height, y), 2);
    }
  });

  it("draws contours on which the loss is what they say, up to the frame", () => {
    const panel = panelOf(svg, "GD");
    const frame = frameOf(panel);
    const { values } = result.contours;
    const loss = (px: number, py: number): number => {
      const u = linear(px, [frame.x, frame.x + frame.width], 0, values.length - 1);
      const v = linear(py, [frame.y + frame.height, frame.y], 0, values.length - 1);
      const [i, j] = [Math.min(Math.floor(u), 23), Math.min(Math.floor(v), 23)];
      const [s, t] = [u - i, v - j];
      const at = (row: number, col: number): number => values[row]![col]!;
      return (
        (1 - t) * ((1 - s) * at(j, i) + s * at(j, i + 1)) +
        t * ((1 - s) * at(j + 1, i) + s * at(j + 1, i + 1))
      );
    };
    const paths = marks(panel, "contour");
    expect(paths.length).toBeGreaterThanOrEqual(4);
    const levels = paths.map((path) => {
      const inside = pointsOf(path).filter(
        ([px, py]) =>
          px > frame.x && px < frame.x + frame.width && py > frame.y && py < frame.y + frame.height,
      );
      const losses = inside.map(([px, py]) => loss(px, py));
      const mean = losses.reduce((a, b) => a + b, 0) / losses.length;
      for (const value of losses) expect(Math.abs(value - mean)).toBeLessThan(0.05 * (1 + mean));
      return mean;
    });
    expect([...levels].sort((a, b) => a - b)).toEqual(levels);
    expect(new Set(levels.map((level) => level.toFixed(1))).size).toBe(levels.length);
  });

  it("clips what leaves a panel, by ids of its own", () => {
    const clips = [...svg.querySelectorAll("clipPath")].map((clip) => clip.id);
    expect(clips).toEqual([0, 1, 2, 3].map((i) => `figure1-clip-${i}`));
    for (const id of clips) expect(svg.querySelector(`[clip-path="url(#${id})"]`)).not.toBeNull();
    const other = figure1(result, { document, id: "other" });
    expect(other.querySelector("clipPath")!.id).toBe("other-clip-0");
  });

  it("leaves out arrows and breaks paths that are not finite", () => {
    const broken = figure1Result(20);
    broken.fields[0]!.arrows[3] = [0, 0, Number.NaN, 1];
    broken.paths[0]!.points[5] = [Number.POSITIVE_INFINITY, 1];
    const drawn = figure1(broken, { document });
    expect(marks(panelOf(drawn, "GD"), "vector")).toHaveLength(224);
    expect(drawn.outerHTML).not.toMatch(/NaN|Infinity/);
  });

  it("stacks its panels where the screen is narrow", () => {
    const narrow = figure1(result, { document, width: 420 });
    const frames = panelNames(narrow).map((name) => frameOf(panelOf(narrow, name)));
    expect(frames[1]!.y).toBe(frames[0]!.y);
    expect(frames[2]!.y).toBeGreaterThan(frames[0]!.y + frames[0]!.height);
    expect(frames[2]!.x).toBe(frames[0]!.x);
  });

  it("scales with its width", () => {
    const wide = figure1(result, { document, width: 1920 });
    expect(wide.getAttribute("viewBox")).toBe(
      svg
        .getAttribute("viewBox")!
        .split(" ")
        .map((v) => 2 * Number(v))
        .join(" "),
    );
  });

  it.each([0, -5, Number.NaN, Number.POSITIVE_INFINITY])("refuses a width of %s", (width) => {
    expect(() => figure1(result, { document, width })).toThrow(/width of a figure.*found/);
  });

  it("refuses a surface whose rows differ in length", () => {
    const ragged = figure1Result(20);
    ragged.contours.values[2]!.pop();
    expect(() => figure1(ragged, { document })).toThrow(/found row 2 of 24/);
  });
});
