/** Charts on paper, drawn with the marks of the command line's figures. */
import { axes } from "../../../src/figures/axes.ts";
import { legend, legendHeight } from "../../../src/figures/legend.ts";
import { curve, type Point, symbols } from "../../../src/figures/marks.ts";
import { svgFile } from "../../../src/figures/render.ts";
import { cells, extent, panel, sheet } from "../../../src/figures/sheet.ts";
import { greys, sizes } from "../../../src/figures/style.ts";
import { wrap, write } from "../../../src/figures/words.ts";
import { boundsOf, type ChartSpec, type Line, ticksOf, xTicksOf } from "../draw/chart.ts";

/** of lines of a title, in their size */
const LEADING = 1.25;

/** An SVG file with the charts side by side. */
export function drawCharts(specs: readonly ChartSpec[], title: string): string {
  const options = { document };
  const { unit, width } = extent(options);
  const gap = 82 * unit;
  const left = 62 * unit;
  const across = (width - left - 14 * unit - (specs.length - 1) * gap) / specs.length;
  const style = { size: sizes.label, bold: true };
  const titles = specs.map((spec) => wrap(spec.title, (across + 0.3 * gap) / (style.size * unit)));
  const head = Math.max(...titles.map(({ length }) => length)) * LEADING * style.size * unit;
  const first = { x: left, y: head + 16 * unit, width: across, height: 0.75 * across };
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
    const frame = frames[i];
    const drawn = panel(target, {
      name: spec.id,
      frame,
      x: spec.ends,
      y,
      ...(spec.log && { log: true }),
      ...(spec.logX && { logX: true }),
      marks: marks(spec, unit),
    });
    axes(target, drawn, { xTicks: xTicksOf(spec), yTicks: ticksOf(spec, y), xLabel: spec.along });
    for (const [k, line] of titles[i].entries()) {
      const above = (titles[i].length - 1 - k) * LEADING * style.size * unit;
      const middle = frame.x + frame.width / 2;
      write(target, drawn.group, line, middle, frame.y - 10 * unit - above, style);
    }
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

function marks(spec: ChartSpec, unit: number): ReturnType<typeof curve>[] {
  const { rule, ends, dots } = spec;
  const thin = { label: "", color: greys.arrow, dashes: null };
  return [
    ...(rule
      ? [
          curve(
            ends.map((x): Point => [x, rule.value]),
            thin,
            unit,
          ),
        ]
      : []),
    ...spec.lines.flatMap((line) => {
      const at = points(spec, line);
      const style = { symbol: "circle", fill: line.color, radius: 3 * unit } as const;
      return [curve(at, line, sizes.curve * unit), ...(dots ? [symbols(at, style)] : [])];
    }),
  ];
}

/** What a logarithmic axis cannot show is left out. */
function points({ xs, log }: ChartSpec, { values }: Line): Point[] {
  return Array.from({ length: values.length }, (_, k): Point => {
    const value = log && !(values[k] > 0) ? Number.NaN : values[k];
    return [xs ? xs[k] : k, value];
  });
}
