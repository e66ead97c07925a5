/** The curves of the room Fields, of the start that was moved last. */
import { methods } from "../../compute/methods.ts";
import type { Path } from "../../compute/paths.ts";
import type { ChartSpec, Line } from "../../draw/chart.ts";
import { fixed, written } from "../../draw/numbers.ts";
import { methodColor, methodDashes, type Palette } from "../../draw/palette.ts";
import type { FieldsControls } from "./controls.svelte.ts";
import type { FieldsResults } from "./results.svelte.ts";

export function charts(
  { panels, active, steps }: FieldsControls,
  { paths, surface }: FieldsResults,
  palette: Palette,
): readonly ChartSpec[] {
  const shown = paths[active] ?? [];
  const least = surface?.loss ?? Number.NaN;
  const bounded = Number.isFinite(least);
  const lines = (of: (path: Path) => Float64Array): Line[] => {
    const seen = new Map<string, number>();
    return shown.map((path, i) => {
      const { short } = methods[panels[i].method];
      const times = (seen.get(short) ?? 0) + 1;
      seen.set(short, times);
      return {
        label: times > 1 ? `${short} (${i + 1})` : short,
        color: methodColor(palette, panels[i].method),
        dashes: methodDashes(panels[i].method),
        values: of(path),
      };
    });
  };
  const common = { along: "step", ends: [0, steps] } as const;
  return [
    {
      ...common,
      id: "loss",
      title: bounded ? "Loss above its minimum" : "Loss",
      log: true,
      lines: lines(({ loss }) => (bounded ? loss.map((value) => value - least) : loss)),
      format: (value) => written(value),
    },
    {
      ...common,
      id: "gradient",
      title: "Length of the gradient",
      log: true,
      lines: lines(({ gradientNorm }) => gradientNorm),
      format: (value) => written(value),
    },
    {
      ...common,
      id: "cosine",
      title: "Cosine of NGD and EFGD steps",
      range: [-1.05, 1.05],
      lines: lines(({ cosine }) => cosine),
      format: (value) => fixed(value, 3),
    },
  ];
}
