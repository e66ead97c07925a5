/** What the paper says of its figures, checked on our own runs: statements as those of the first paper. */
import type { Statement } from "../results.ts";
import {
  accuracyOf,
  averagesOf,
  finalAverage,
  groupsOf,
  mean,
  type RunGroup,
  sweepsOf,
} from "./groups.ts";
import type { EwcFigureName, EwcResult } from "./results.ts";
import { decadesText, shiftsOf } from "./shifts.ts";

/** The statements of a figure; none of a configuration of one's own. */
export function readings(result: EwcResult): Statement[] {
  return readers[result.figure](result);
}

const readers: Readonly<Record<EwcFigureName, (result: EwcResult) => Statement[]>> = {
  "2A": threeTasks,
  "2B": manyTasks,
  "2C": overlaps,
  "which-fisher": sweeps,
  experiment: () => [],
};

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Whether it is the paper's own data in full, to which its numbers belong. */
function isWhole({ configuration }: EwcResult): boolean {
  return configuration.panels.every(
    ({ data }) => data.name === "MNIST" && data.train === undefined,
  );
}

function byMethod(groups: readonly RunGroup[], method: string): RunGroup | undefined {
  return groups.find((group) => group.method.method === method);
}

function threeTasks(result: EwcResult): Statement[] {
  const groups = groupsOf(result, 0);
  const [ewc, l2, sgd] = ["ewc", "l2", "sgd"].map((method) => byMethod(groups, method));
  if (!ewc || !l2 || !sgd) return [];
  const last = ewc.runs[0].learned.length - 1;
  const atEnd = (group: RunGroup): number[] =>
    ewc.runs[0].tasks.map((_, task) => accuracyOf(group, last, task).mean);
  /** how much of A is lost, in each seed */
  const forgotten = ({ runs }: RunGroup): number[] =>
    runs.map(({ learned }) => learned[0].accuracies[0] - learned[last].accuracies[0]);
  const learned = (group: RunGroup): number =>
    mean(Array.from({ length: last }, (_, i) => accuracyOf(group, i + 1, i + 1).mean));
  const worst = Math.min(...ewc.runs.flatMap(({ learned }) => learned[last].accuracies));
  const [lost, lostBySgd] = [forgotten(ewc), forgotten(sgd)];
  const kept = isWhole(result) ? 0.96 : 0;
  return [
    {
      id: "ewc-2a-forgetting",
      source: "Figure 2A",
      claim: "Trained on one task after another, plain SGD forgets the first one.",
      holds: accuracyOf(sgd, last, 0).high < 0.85,
      measured: {
        "A when learned": accuracyOf(sgd, 0, 0).mean,
        "A at the end": accuracyOf(sgd, last, 0).mean,
        "A at the end, best seed": accuracyOf(sgd, last, 0).high,
      },
      reading: `Task A falls from ${percent(accuracyOf(sgd, 0, 0).mean)} to ${percent(accuracyOf(sgd, last, 0).mean)}; it counts as forgotten below 85 % in every seed.`,
    },
    {
      id: "ewc-2a-remembering",
      source: "Figure 2A",
      claim: "Elastic weight consolidation learns the new tasks and keeps the old ones.",
      holds: worst > kept && lost.every((loss, i) => loss < lostBySgd[i] / 2),
      measured: {
        "worst task of a seed at the end": worst,
        "A forgotten, EWC": mean(lost),
        "A forgotten, SGD": mean(lostBySgd),
      },
      reading: `At the end its tasks stand at ${atEnd(ewc).map(percent).join(", ")}, the worst of ${ewc.runs.length === 1 ? "them" : `a seed`} at ${percent(worst)}; expected is ${kept > 0 ? `more than ${percent(kept)} for each in every seed, and ` : ""}that A loses less than half of what it loses with SGD${ewc.runs.length === 1 ? "" : ", in every seed"}.`,
    },
    {
      id: "ewc-2a-l2",
      source: "Figure 2A",
      claim:
        "A constraint of the same strength on all weights (L2) cannot learn the later tasks as well as EWC does.",
      holds: learned(l2) < learned(ewc) && finalAverage(l2).mean < finalAverage(ewc).mean,
      measured: {
        "later tasks when learned, L2": learned(l2),
        "later tasks when learned, EWC": learned(ewc),
        "average at the end, L2": finalAverage(l2).mean,
        "average at the end, EWC": finalAverage(ewc).mean,
      },
      reading: `When they have just been trained, L2 has ${percent(learned(l2))} on the later tasks, EWC ${percent(learned(ewc))}; at the end all tasks average ${percent(finalAverage(l2).mean)} and ${percent(finalAverage(ewc).mean)}.`,
    },
  ];
}

function manyTasks(result: EwcResult): Statement[] {
  const groups = groupsOf(result, 0);
  const ewc = byMethod(groups, "ewc");
  const others = groups.filter(({ method }) => method.method === "sgd");
  if (!ewc || others.length === 0) return [];
  const { mean: average } = finalAverage(ewc);
  const rivals = others.map((group) => finalAverage(group).mean);
  const single = averagesOf(ewc)[0].mean;
  const level = isWhole(result) ? 0.9 : 0;
  // few tasks and images leave less to forget
  const lead = isWhole(result) ? 0.05 : 0.02;
  const count = ewc.runs[0].tasks.length;
  return [
    {
      id: "ewc-2b",
      source: "Figure 2B",
      claim: "With many tasks EWC loses far less than SGD with dropout, which does not scale.",
      holds: average > level && rivals.every((rival) => rival < average - lead),
      measured: {
        [`EWC, ${count} tasks`]: average,
        ...Object.fromEntries(
          others.map(({ label }, i) => [`${label}, ${count} tasks`, rivals[i]]),
        ),
        "a single task": single,
      },
      reading: `Averaged over ${count} tasks EWC ends at ${percent(average)}${level > 0 ? ` (more than ${percent(level)} is expected)` : ""}, ${others.map(({ label }, i) => `${label} at ${percent(rivals[i])}`).join(", ")}.`,
    },
  ];
}

function overlaps(result: EwcResult): Statement[] {
  const layers = (panel: number): number[] => {
    const [{ runs }] = groupsOf(result, panel);
    const first = runs[0].overlap?.atEnd ?? [];
    return first.map((_, i) =>
      mean(runs.map(({ overlap }) => overlap?.atEnd[i].value ?? Number.NaN)),
    );
  };
  if (result.configuration.panels.length < 2) return [];
  const [small, large] = [layers(0), layers(1)];
  const most = isWhole(result) ? 0.55 : 0.7;
  const deep = large.slice(Math.min(3, large.length - 1));
  const least = isWhole(result) ? 0.93 : 0.85;
  return [
    {
      id: "ewc-2c-similar",
      source: "Figure 2C",
      claim: "Similar tasks share weights in every layer.",
      holds: Math.min(...small) >= 0.9,
      measured: { "least overlap of a layer": Math.min(...small) },
      reading: `With the small square permuted the overlap is ${small.map((v) => v.toFixed(2)).join(", ")} from the first layer to the last.`,
    },
    {
      id: "ewc-2c-different",
      source: "Figure 2C",
      claim:
        "Different tasks use different weights near the input and share those near the output.",
      holds: large[0] <= most && Math.min(...deep) >= least,
      measured: { "first layer": large[0], "least of the deep layers": Math.min(...deep) },
      reading: `With the large square permuted it is ${large.map((v) => v.toFixed(2)).join(", ")}: at most ${most} in the first layer and at least ${least} from the fourth on are expected.`,
    },
  ];
}

function sweeps(result: EwcResult): Statement[] {
  return result.configuration.panels.flatMap(({ name }, panel): Statement[] => {
    const { sweeps: found } = sweepsOf(result, panel);
    const shifts = shiftsOf(found);
    const batched = shifts.find(({ label }) => label.startsWith("batched"));
    if (!batched) return [];
    const bests = found.map(({ best }) => best.average.mean);
    return [
      {
        id: `ewc-which-fisher-${panel + 1}`,
        source: `van de Ven (2025), ${name}`,
        claim:
          "Squares of batched gradients need another λ than the Fisher, by more than a decade; at its own λ each kind does about as well.",
        holds: batched.shift > 1 && Math.max(...bests) - Math.min(...bests) < 0.05,
        measured: Object.fromEntries(
          found.flatMap(({ label, onset, best, trace }) => [
            [`${label}: test accuracy at the λ chosen on validation data`, best.average.mean],
            [`${label}: chosen λ`, best.strength],
            ...(onset === undefined ? [] : [[`${label}: useful from λ`, onset]]),
            ...(trace === undefined ? [] : [[`${label}: trace of F after the first task`, trace]]),
          ]),
        ),
        reading: `Counted from the exact Fisher, the λ from which three quarters of the gain are there moves by ${shifts
          .map(({ label, shift }) => `${decadesText(shift)} (${label})`)
          .join(
            ", ",
          )} decades; the accuracies at the chosen λ lie between ${percent(Math.min(...bests))} and ${percent(Math.max(...bests))}.`,
      },
    ];
  });
}
