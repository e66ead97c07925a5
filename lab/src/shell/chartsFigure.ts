/** Charts on paper, drawn with the marks of the command line's figures. */
import { axes, reachOf } from "../../../src/figures/axes.ts";
import { legend, legendHeight } from "../../../src/figures/legend.ts";
import { curve, type Point } from "../../../src/figures/marks.ts";
import { svgFile } from "../../../src/figures/render.ts";
import { cells, extent, panel, sheet } from "../../../src/figures/sheet.ts";
import { sizes } from "../../../src/figures/style.ts";
import { boundsOf, type ChartSpec, type Line, ticksOf, xTicksOf } from "../draw/chart.ts";

/** An SVG file with the charts side by side. */
export function drawCharts(specs: readonly ChartSpec[], title: string): string {
  const options = { document };
  const { unit, width } = extent(options);
  const gap = 82 * unit;
  const left = 62 * unit;
  const across = (width - left - 14 * unit - (specs.length - 1) * gap) / specs.length;
  const first = { x: left, y: 36 * unit, width: across, height: 0.75 * across };
  const frames = cells(first, { columns: specs.length, count: specs.length, gapX: gap, gapY: 0 });
  const lines = [...new Map(specs.flatMap((spec) => spec.lines.map((l) => [l.label, l]))).values()];
  const items = lines.map((line) => ({ label: line.label, line, width: sizes.curve }));
  const foot = first.y + first.height + 62 * unit;
  const target = sheet(options, {
    name: "charts",
    height: foot + legendHeight(items, width, unit),
    title,
    description: `${specs.map((spec) => `${spec.title} against ${spec.along}`).join("; ")}.`,
  });
  specs.forEach((spec, i) => {
    const y = boundsOf(spec);
    const drawn = panel(target, {
      name: spec.id,
      frame: frames[i],
      x: spec.ends,
      y,
      ...(spec.log && { log: true }),
      ...(spec.logX && { logX: true }),
      marks: spec.lines.map((line) => curve(points(spec, line), line, sizes.curve * unit)),
    });
    const yTicks = ticksOf(spec, y);
    axes(target, drawn, {
      title: spec.title,
      xTicks: xTicksOf(spec),
      yTicks,
      xLabel: spec.along,
      yReach: reachOf(yTicks),
    });
  });
  legend(target, items, foot + 12 * unit);
  return svgFile(target.svg);
}

/** Data of charts as JSON has them. */
export function chartData(specs: readonly ChartSpec[]): object {
  return specs.map(({ id, title, along, lines, xs }) => ({
    id,
    title,
    along,
    x: xs ?? Array.from({ length: lines[0]?.values.length ?? 0 }, (_, k) => k),
    lines: lines.map(({ label, values }) => ({ label, values: Array.from(values) })),
  }));
}

/** What a logarithmic axis cannot show is left out. */
function points({ xs, log }: ChartSpec, { values }: Line): Point[] {
  return Array.from({ length: values.length }, (_, k): Point => {
    const value = log && !(values[k] > 0) ? Number.NaN : values[k];
    return [xs ? xs[k] : k, value];
  });
}
