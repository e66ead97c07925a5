/** Runs that differ in their seed only, and what is said of them together. */
import { labelOf, type MethodConfiguration, strengthsOf } from "./configuration.ts";
import type { EwcResult, EwcRun } from "./results.ts";
import { withMetrics } from "./runMetrics.ts";

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

/** The average over all tasks at the end on their validation parts: what a strength is chosen by. */
export function validationAverage({ runs }: RunGroup): Spread {
  return spread(runs.map(({ validation }) => mean(validation)));
}

/** Forgetting and transfer over the seeds, as far as there is any to be said. */
export function transfersOf({ runs }: RunGroup): {
  readonly forgetting?: Spread;
  readonly backward?: Spread;
  readonly forward?: Spread;
} {
  const found = runs.map((run) => withMetrics(run).metrics);
  const over = (name: keyof NonNullable<EwcRun["metrics"]>): Spread | undefined => {
    const values = found.flatMap((metrics) => metrics?.[name] ?? []);
    return values.length === runs.length ? spread(values) : undefined;
  };
  const [forgetting, backward, forward] = [
    over("forgetting"),
    over("backwardTransfer"),
    over("forwardTransfer"),
  ];
  return {
    ...(forgetting && { forgetting }),
    ...(backward && { backward }),
    ...(forward && { forward }),
  };
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
  /** the strength with the best average on validation data, and what it has on test data */
  readonly best: {
    readonly strength: number;
    readonly average: Spread;
    readonly group: RunGroup;
  };
  /**
   * the λ, between two of the sweep on a logarithmic scale, from which on the method is useful, by validation data; absent
   * without training without a penalty to compare with
   */
  readonly onset?: number;
  /** of the importance of the first task, over the seeds; absent where nothing is held by a diagonal */
  readonly trace?: number;
}

/** The sweeps of a panel, and the methods without λ; the first `sgd` of these is what gains are counted from. */
export function sweepsOf(result: EwcResult, panel: number): { bases: RunGroup[]; sweeps: Sweep[] } {
  const groups = groupsOf(result, panel);
  const bases = groups.filter(({ strength }) => strength === null);
  const free = bases.find(({ method }) => method.method === "sgd");
  const floor = free && validationAverage(free).mean;
  const labels = [
    ...new Set(groups.filter(({ strength }) => strength !== null).map((g) => g.label)),
  ];
  const sweeps = labels.map((label): Sweep => {
    const own = groups
      .filter((group) => group.label === label)
      .sort((a, b) => (a.strength ?? 0) - (b.strength ?? 0));
    const averages = own.map((group) => validationAverage(group).mean);
    const top = averages.indexOf(Math.max(...averages));
    const strengths = own.map(({ strength }) => strength ?? Number.NaN);
    const traces = own[0].runs.flatMap(({ learned }) => traceOf(learned[0].importance));
    return {
      label,
      groups: own,
      best: { strength: strengths[top], average: finalAverage(own[top]), group: own[top] },
      ...(floor !== undefined && {
        onset: crossing(strengths, averages, floor + USEFUL * (averages[top] - floor)),
      }),
      ...(traces.length > 0 && { trace: mean(traces) }),
    };
  });
  return { bases, sweeps };
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
