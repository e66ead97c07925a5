/** How the room's findings move: with the number of samples, and as the model becomes wrong. */
import type { ChartSpec, Line } from "../../draw/chart.ts";
import { written } from "../../draw/numbers.ts";
import type { Palette } from "../../draw/palette.ts";
import type { MinimumResults } from "./results.svelte.ts";
import type { Finding } from "./studyWorker.ts";

/** What a small p value means does not change below this. */
const LEAST = 1e-8;
const SAMPLES: readonly [number, number] = [50, 20_000];

export function charts(
  { growth, wrongness }: MinimumResults,
  palette: Palette,
): readonly ChartSpec[] {
  const range = ratioRange([...growth, ...wrongness]);
  const ratios = {
    log: true,
    dots: true,
    range,
    heights: ratioHeights(range[1]),
    rule: { value: 1, name: "right model" },
    format: (value: number) => written(value),
  };
  const sizes = { along: "samples", logX: true, xs: growth.map(({ x }) => x), ends: SAMPLES };
  return [
    {
      ...ratios,
      ...sizes,
      id: "growth",
      title: "Eigenvalues as samples are added",
      lines: eigenvalues(growth, palette),
    },
    {
      ...sizes,
      id: "test",
      title: "The test as samples are added",
      log: true,
      dots: true,
      range: [LEAST, 1],
      rule: { value: 0.05, name: "5 %" },
      lines: [
        {
          label: "p",
          color: palette.ink,
          dashes: null,
          values: growth.map(({ pValue }) => Math.max(pValue, LEAST)),
        },
      ],
      format: (value) => (value <= LEAST ? "below 10⁻⁸" : written(value, 2)),
    },
    {
      ...ratios,
      id: "wrongness",
      title: "Eigenvalues as the model becomes wrong",
      along: "% of the way",
      xs: wrongness.map(({ x }) => 100 * x),
      ends: [0, 100],
      lines: eigenvalues(wrongness, palette),
    },
  ];
}

function eigenvalues(findings: readonly Finding[], { red }: Palette): Line[] {
  const line = (label: string, which: 0 | 1, dashes: readonly number[] | null): Line => ({
    label,
    color: red,
    dashes,
    values: findings.map((finding) => finding.eigenvalues[which]),
  });
  return [line("smaller", 0, [1.2, 1]), line("larger", 1, null)];
}

/** From 1/k to k, so that 1 is in the middle. */
function ratioRange(findings: readonly Finding[]): readonly [number, number] {
  const finite = findings.flatMap((f) => f.eigenvalues).filter((value) => value > 0);
  const far = Math.max(1.9, ...finite, ...finite.map((value) => 1 / value));
  const top = [2, 4, 10, 100, 1000].find((step) => step * 1.05 >= far) ?? 1e4;
  return [1 / top, top];
}

function ratioHeights(top: number): readonly number[] {
  if (top <= 4) return [0.25, 0.5, 1, 2, 4];
  return top <= 10 ? [0.1, 0.3, 1, 3, 10] : [0.001, 0.01, 0.1, 1, 10, 100, 1000];
}
