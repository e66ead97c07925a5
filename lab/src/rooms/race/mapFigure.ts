/** The heat maps on paper, drawn with the marks of the command line's figures. */
import type { GridConfiguration, Method } from "../../../../src/experiments/results.ts";
import { axes } from "../../../../src/figures/axes.ts";
import { svgFile } from "../../../../src/figures/render.ts";
import {
  append,
  extent,
  type Frame,
  type Panel,
  panel,
  type Sheet,
  sheet,
} from "../../../../src/figures/sheet.ts";
import { sizes } from "../../../../src/figures/style.ts";
import { power, type Tick } from "../../../../src/figures/ticks.ts";
import { write } from "../../../../src/figures/words.ts";
import { colorOf, css, DECADES, type Depths, depthsOf, fateOf, shade } from "./colors.ts";
import type { Chosen } from "./results.svelte.ts";
import { optimizers } from "./state.ts";
import type { Tallies, Tally } from "./tally.ts";

const names: Readonly<Record<Method, string>> = {
  GD: "Gradient descent",
  NGD: "Natural gradient",
  EFGD: "Empirical Fisher",
};
/** px of the design */
const HEIGHTS: Readonly<Record<Method, number>> = { GD: 36, NGD: 230, EFGD: 230 };

/** An SVG file. */
export function drawMaps(
  configuration: GridConfiguration,
  tallies: Tallies,
  chosen: Readonly<Record<Method, Chosen | undefined>>,
): string {
  const options = { document };
  const { unit, width } = extent(options);
  const left = 88 * unit;
  const gap = 74 * unit;
  const inner = width - left - 24 * unit;
  const depths = depthsOf(tallies, configuration.divergence);
  const top = 36 * unit;
  const total = optimizers.reduce((sum, method) => sum + HEIGHTS[method] * unit + gap, 0);
  const target = sheet(options, {
    name: "race-maps",
    height: top + total + 60 * unit,
    title: "Last loss of every run of the grid",
    description: optimizers.map((method) => describe(method, tallies[method])).join(" "),
  });
  let y = top;
  for (const method of optimizers) {
    const frame: Frame = { x: left, y, width: inner, height: HEIGHTS[method] * unit };
    drawMap(target, method, tallies[method], configuration, depths, frame, chosen[method]);
    y += frame.height + gap;
  }
  drawLegend(target, left, y + 6 * unit);
  return svgFile(target.svg);
}

/** What is drawn, as JSON has it. */
export function mapData(
  { stepSizes, dampings, iterations }: GridConfiguration,
  tallies: Tallies,
): object {
  return {
    stepSizes,
    dampings,
    iterations,
    losses: Object.fromEntries(
      optimizers.map((method) => {
        const { losses, columns } = tallies[method];
        const finite = Array.from(losses, (loss) => (Number.isFinite(loss) ? loss : null));
        return [method, stepSizes.map((_, i) => finite.slice(i * columns, (i + 1) * columns))];
      }),
    ),
  };
}

function drawMap(
  target: Sheet,
  method: Method,
  tally: Tally,
  { stepSizes, dampings }: GridConfiguration,
  depths: Depths,
  frame: Frame,
  chosen: Chosen | undefined,
): void {
  const { columns } = tally;
  const drawn = panel(target, {
    name: method,
    frame,
    x: [-0.5, stepSizes.length - 0.5],
    y: [-0.5, columns - 0.5],
    marks: [],
  });
  const cells = append(drawn.group, "g", { "shape-rendering": "crispEdges" });
  for (let j = 0; j < columns; j++) {
    // neighbours of one colour are one rectangle
    for (let i = 0; i < stepSizes.length; ) {
      const color = colorAt(tally, depths, i, j);
      let end = i + 1;
      while (end < stepSizes.length && colorAt(tally, depths, end, j) === color) end++;
      const [x, y] = [drawn.x(i - 0.5), drawn.y(j + 0.5)];
      append(cells, "rect", {
        x,
        y,
        // a little further, under the next one: no seam
        width: drawn.x(end - 0.5) - x + (end < stepSizes.length ? 1 : 0),
        height: drawn.y(j - 0.5) - y,
        fill: color,
      });
      i = end;
    }
  }
  const place = (index: number): readonly [number, number] => [
    drawn.x(Math.floor(index / columns)),
    drawn.y(index % columns),
  ];
  if (tally.best >= 0) star(drawn, place(tally.best), 9 * target.unit);
  if (chosen) ring(drawn, place(chosen.place), 8 * target.unit);
  axes(target, drawn, {
    title: names[method],
    xTicks: ticks(stepSizes),
    ...(method === "GD" ? {} : { yTicks: ticks(dampings), yLabel: "Damping" }),
    ...(method === "EFGD" && { xLabel: "Step size" }),
  });
}

function colorAt(tally: Tally, depths: Depths, i: number, j: number): string {
  const fate = fateOf(tally.losses[i * tally.columns + j], depths);
  const color = colorOf("light", fate);
  return color
    ? css(color).replace(/rgb\((\d+) (\d+) (\d+)\)/, "rgb($1,$2,$3)")
    : fate === "diverged"
      ? "#bdbbb3"
      : "#fff";
}

function star({ group }: Panel, [x, y]: readonly [number, number], radius: number): void {
  const points = Array.from({ length: 10 }, (_, k) => {
    const [angle, r] = [(Math.PI * k) / 5, k % 2 === 0 ? radius : 0.42 * radius];
    return `${(x + r * Math.sin(angle)).toFixed(2)},${(y - r * Math.cos(angle)).toFixed(2)}`;
  });
  append(group, "polygon", { points: points.join(" "), stroke: "#fff", "stroke-width": 1 });
}

function ring({ group }: Panel, [cx, cy]: readonly [number, number], r: number): void {
  append(group, "circle", { cx, cy, r, fill: "none", stroke: "#fff", "stroke-width": 4 });
  append(group, "circle", { cx, cy, r, fill: "none", stroke: "#000", "stroke-width": 2 });
}

/** Every fifth power of ten. */
function ticks(values: readonly number[]): Tick[] {
  return values.flatMap((value, index): Tick[] => {
    const exponent = Math.round(1000 * Math.log10(value)) / 1000;
    return exponent % 5 === 0 ? [{ value: index, text: power(exponent) }] : [];
  });
}

function drawLegend(target: Sheet, left: number, y: number): void {
  const { unit } = target;
  const style = { size: sizes.tick, anchor: "start" } as const;
  const [w, h] = [5 * unit, 14 * unit];
  for (let k = 0; k < 40; k++) {
    const fill = css(shade("light", k / 39)).replace(/rgb\((\d+) (\d+) (\d+)\)/, "rgb($1,$2,$3)");
    append(target.svg, "rect", { x: left + k * w, y, width: w + 0.3, height: h, fill });
  }
  write(target, target.svg, `loss left: all … ${power(-DECADES)}`, left + 41.5 * w, y + h, style);
  const boxes = [
    { fill: "rgb(240,225,196)", text: "more than at the start", at: left + 78 * w },
    { fill: "#bdbbb3", text: "diverged", at: left + 122 * w },
  ];
  for (const { fill, text, at } of boxes) {
    append(target.svg, "rect", { x: at, y, width: 26 * unit, height: h, fill });
    write(target, target.svg, text, at + 33 * unit, y + h, style);
  }
}

function describe(method: Method, { settings, losses, best }: Tally): string {
  if (best < 0) return `${names[method]}: no run.`;
  const { stepSize, damping } = settings[best];
  const at =
    method === "GD" ? `step size ${stepSize}` : `step size ${stepSize} and damping ${damping}`;
  return `${names[method]}: lowest loss ${losses[best].toPrecision(4)} at ${at}.`;
}
