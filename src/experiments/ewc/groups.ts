/** Runs that differ in their seed only, and what is said of them together. */
import { labelOf, type MethodConfiguration, strengthsOf } from "./configuration.ts";
import type { EwcResult, EwcRun } from "./results.ts";

/** The runs of one method with one strength. */
export interface RunGroup {
  readonly panel: string;
  readonly method: MethodConfiguration;
  readonly label: string;
  readonly strength: number | null;
  /** one a seed */
  readonly runs: readonly EwcRun[];
}

/** Mean, least and largest of some values: with few seeds the range says more than a standard deviation. */
export interface Spread {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** All groups of a panel, in the order of methods and strengths. */
export function groupsOf({ configuration, runs }: EwcResult, panel: number): RunGroup[] {
  const { name, methods } = configuration.panels[panel];
  return methods.flatMap((method) => {
    const strengths = strengthsOf(method);
    return (strengths.length === 0 ? [null] : strengths).map((strength) => ({
      panel: name,
      method,
      label: labelOf(method),
      strength,
      runs: runs.filter(
        (run) => run.panel === name && run.method === labelOf(method) && run.strength === strength,
      ),
    }));
  });
}

export function spread(values: readonly number[]): Spread {
  return { mean: mean(values), low: Math.min(...values), high: Math.max(...values) };
}

/** NaN for none */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

/** Average accuracy over the tasks seen, after each task, over the seeds. */
export function averagesOf({ runs }: RunGroup): Spread[] {
  return runs[0].learned.map((_, i) =>
    spread(runs.map(({ learned }) => mean(learned[i].accuracies.slice(0, i + 1)))),
  );
}

/** Average accuracy over all tasks at the end. */
export function finalAverage({ runs }: RunGroup): Spread {
  return spread(runs.map(({ learned }) => mean(learned[learned.length - 1].accuracies)));
}

/** Accuracy on task `of` after training on task `after`, both from 0. */
export function accuracyOf({ runs }: RunGroup, after: number, of: number): Spread {
  return spread(runs.map(({ learned }) => learned[after].accuracies[of]));
}

/** Over which λ a method gets at least this share of what its best λ gains over no penalty. */
const USEFUL = 0.75;

/** What a sweep over λ says of one method. */
export interface Sweep {
  readonly label: string;
  readonly groups: readonly RunGroup[];
  readonly best: { readonly strength: number; readonly average: Spread };
  /** the λ, between two of the sweep on a logarithmic scale, from which on the method is useful */
  readonly onset: number;
  /** of the importance of the first task, over the seeds; absent where nothing is held by a diagonal */
  readonly trace?: number;
}

/** The sweeps of a panel; the accuracy without penalty is `base`. */
export function sweepsOf(
  result: EwcResult,
  panel: number,
): { base: RunGroup | undefined; sweeps: Sweep[] } {
  const groups = groupsOf(result, panel);
  const base = groups.find(({ strength }) => strength === null);
  const floor = base ? finalAverage(base).mean : 0;
  const labels = [
    ...new Set(groups.filter(({ strength }) => strength !== null).map((g) => g.label)),
  ];
  const sweeps = labels.map((label): Sweep => {
    const own = groups
      .filter((group) => group.label === label)
      .sort((a, b) => (a.strength ?? 0) - (b.strength ?? 0));
    const averages = own.map(finalAverage);
    const top = averages.reduce((best, { mean }, i) => (mean > averages[best].mean ? i : best), 0);
    const traces = own[0].runs.flatMap(({ learned }) => traceOf(learned[0].importance));
    return {
      label,
      groups: own,
      best: { strength: own[top].strength ?? Number.NaN, average: averages[top] },
      onset: crossing(
        own.map(({ strength }) => strength ?? Number.NaN),
        averages.map(({ mean }) => mean),
        floor + USEFUL * (averages[top].mean - floor),
      ),
      ...(traces.length > 0 && { trace: mean(traces) }),
    };
  });
  return { base, sweeps };
}

/** Where values over λ first reach a level, linear in log λ; the first λ where they start above it. */
function crossing(strengths: readonly number[], values: readonly number[], level: number): number {
  const i = values.findIndex((value) => value >= level);
  if (i <= 0 || !(strengths[i - 1] > 0)) return strengths[Math.max(i, 0)];
  const share = (level - values[i - 1]) / (values[i] - values[i - 1]);
  return strengths[i - 1] * (strengths[i] / strengths[i - 1]) ** share;
}

function traceOf(importance: EwcRun["learned"][number]["importance"]): number[] {
  return importance ? [importance.reduce((sum, { trace }) => sum + trace, 0)] : [];
}
