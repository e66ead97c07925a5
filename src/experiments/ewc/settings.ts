/** The settings of a panel and of its methods in words, for page and terminal: a λ means nothing without its Fisher. */
import type {
  FisherConfiguration,
  MethodConfiguration,
  PanelConfiguration,
} from "./configuration.ts";
import { labelOf } from "./configuration.ts";
import type { RunGroup } from "./groups.ts";
import { fisherSamples } from "./limits.ts";

const plain = (count: number): string => count.toLocaleString("en-US");

/** Images, stream, network and training in a line. */
export function panelSettings({
  data,
  stream,
  network,
  training,
  seeds,
}: PanelConfiguration): string {
  const { rule, batch, epochs, validation } = training;
  const images = data.train === undefined ? "all" : plain(data.train);
  const momentum = rule.name === "sgd" && rule.momentum > 0 ? `, momentum ${rule.momentum}` : "";
  return [
    `${data.name}, ${images} training images, pixels ${data.pixels === "raw" ? "as they are" : "in [0, 1]"}`,
    streamSettings(stream),
    network.hidden.length === 0 ? "no hidden layer" : `hidden layers ${network.hidden.join(", ")}`,
    `${rule.name === "sgd" ? "SGD" : "Adam"} with step size ${rule.stepSize}${momentum}, batch ${batch}, ` +
      `${epochs} epochs a task, ${Number((100 * validation).toPrecision(3))} % to validate`,
    `${seeds.length} seed${seeds.length === 1 ? "" : "s"}`,
  ].join("; ");
}

function streamSettings(stream: PanelConfiguration["stream"]): string {
  if (stream.kind === "split") {
    const groups = stream.groups.map((group) => group.join("/")).join(", ");
    return `split into classes ${groups}, ${stream.scenario}-incremental`;
  }
  const { tasks, square, firstAsIs } = stream;
  const what =
    square === undefined ? "of all pixels" : `of the centre of ${square} × ${square} pixels`;
  return `${tasks} permutation${tasks === 1 ? "" : "s"} ${what}${firstAsIs ? ", the first as it is" : ""}`;
}

/** Each method of a panel once, with what it is made of: name and settings. */
export function methodSettings(groups: readonly RunGroup[]): [label: string, settings: string][] {
  const methods = [...new Set(groups.map(({ method }) => method))];
  return methods.map((method) => {
    const own = groups.filter((group) => group.method === method);
    return [labelOf(method), settingsOf(method, samplesUsed(method, own))];
  });
}

function settingsOf(method: MethodConfiguration, used: string): string {
  const step = "step" in method ? [`${method.step} steps of the penalty`] : [];
  return [...heldBy(method, used), ...step, dropoutOf(method), stoppingOf(method)].join(", ");
}

/** What holds the weights. */
function heldBy(method: MethodConfiguration, used: string): string[] {
  switch (method.method) {
    case "sgd":
      return ["no penalty"];
    case "joint":
      return ["all tasks at once"];
    case "l2":
      return ["the same hold on every weight"];
    case "si":
      return [`path integral, damping ${method.damping}`];
    case "kronecker":
      return [`Kronecker factors of the ${method.fisher} Fisher on ${used}`, `${method.sum} sum`];
    case "ewc": {
      const { fisher, form, decay } = method;
      const penalty = form === "online" ? `online penalty with γ = ${decay}` : penalties[form];
      return [`${fisherName(fisher)} on ${used}`, penalty];
    }
  }
}

const penalties = {
  merged: "merged penalty",
  separate: "a penalty for each task",
} as const;

function fisherName(fisher: FisherConfiguration): string {
  if (fisher.kind === "batched") return `squares of gradients averaged over ${fisher.batch}`;
  if (fisher.kind === "sampled") {
    return `sampled Fisher (${fisher.draws} draw${fisher.draws === 1 ? "" : "s"})`;
  }
  return `${fisher.kind} Fisher`;
}

/** The samples that the Fishers of some runs were computed on, as their records say. */
function samplesUsed(method: MethodConfiguration, groups: readonly RunGroup[]): string {
  const used = groups.flatMap(({ runs }) =>
    runs.flatMap(({ learned }) => learned.flatMap(({ samples }) => samples ?? [])),
  );
  if (used.length === 0) {
    // old records do not have them
    const wanted = fisherSamples(method);
    return wanted === undefined ? "all samples of a task" : `${plain(wanted)} samples a task`;
  }
  const [least, most] = [Math.min(...used), Math.max(...used)];
  return `${least === most ? "" : `${plain(least)} to `}${plain(most)} samples a task`;
}

function dropoutOf({ dropout }: MethodConfiguration): string {
  if (!dropout || dropout.input + dropout.hidden === 0) return "no dropout";
  return `dropout ${dropout.input} of inputs and ${dropout.hidden} of hidden units`;
}

function stoppingOf({ patience }: MethodConfiguration): string {
  if (patience === undefined) return "no early stopping";
  return `early stopping after more than ${patience} check${patience === 1 ? "" : "s"} without improvement`;
}
