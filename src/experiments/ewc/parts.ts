/** The parts of a configuration as the objects of `src/continual`. */
import {
  batchedGradients,
  empiricalFisher,
  exactFisher,
  type Importance,
  sampledFisher,
} from "../../continual/importance.ts";
import { kroneckerEwc } from "../../continual/kroneckerEwc.ts";
import {
  anchoredL2,
  ewc,
  explicitSteps,
  fineTuning,
  jointTraining,
  type Method,
  mergedEwc,
  onlineEwc,
  synapticIntelligence,
} from "../../continual/methods.ts";
import {
  type LabelledImages,
  permutedPixels,
  splitByClass,
  type TaskStream,
} from "../../continual/tasks.ts";
import { adamRule, sgd, type UpdateRule } from "../../continual/updates.ts";
import { dense } from "../../models/network/dense.ts";
import { dropout } from "../../models/network/dropout.ts";
import type { Layer } from "../../models/network/layer.ts";
import type { Network } from "../../models/network/network.ts";
import { relu } from "../../models/network/relu.ts";
import { sequential } from "../../models/network/sequential.ts";
import { stream } from "../../random/streams.ts";
import type {
  FisherConfiguration,
  MethodConfiguration,
  NetworkConfiguration,
  PanelConfiguration,
  TrainingConfiguration,
} from "./configuration.ts";

/** The tasks; permutations and the validation part depend on the seed. */
export function tasksOf(
  { stream: tasks, training }: Pick<PanelConfiguration, "stream" | "training">,
  data: LabelledImages,
  seed: number,
): TaskStream {
  const split = { validation: training.validation, random: stream(seed, "tasks") };
  if (tasks.kind === "split") {
    return splitByClass(data, { ...split, groups: tasks.groups, scenario: tasks.scenario });
  }
  const { square, firstAsIs } = tasks;
  return permutedPixels(data, {
    ...split,
    tasks: tasks.tasks,
    firstAsIs,
    ...(square !== undefined && { square }),
  });
}

/** Dense layers with ReLU between them, and dropout before each where the method wants it. */
export function networkOf(
  { hidden }: NetworkConfiguration,
  rates: MethodConfiguration["dropout"],
  { inputs, outputs }: Pick<TaskStream, "inputs" | "outputs">,
): Network {
  const widths = [inputs, ...hidden, outputs];
  const layers = widths.slice(1).flatMap((width, i): Layer[] => {
    const rate = (i === 0 ? rates?.input : rates?.hidden) ?? 0;
    return [
      ...(rate > 0 ? [dropout(rate)] : []),
      dense(widths[i], width),
      ...(i < hidden.length ? [relu()] : []),
    ];
  });
  return sequential(layers, { inputs: [inputs] });
}

export function ruleOf({ rule }: TrainingConfiguration): UpdateRule {
  return rule.name === "sgd" ? sgd(rule) : adamRule(rule);
}

export function importanceOf(configuration: FisherConfiguration): Importance {
  const { samples } = configuration;
  const some = samples === undefined ? {} : { samples };
  switch (configuration.kind) {
    case "exact":
      return exactFisher(some);
    case "sampled":
      return sampledFisher({ ...some, draws: configuration.draws });
    case "empirical":
      return empiricalFisher(some);
    case "batched":
      return batchedGradients({ ...some, batch: configuration.batch });
  }
}

/** The method with one of its strengths. */
export function methodOf(configuration: MethodConfiguration, strength: number): Method {
  const method = implicitMethod(configuration, strength);
  const explicit = "step" in configuration && configuration.step === "explicit";
  return explicit ? explicitSteps(method) : method;
}

function implicitMethod(configuration: MethodConfiguration, strength: number): Method {
  switch (configuration.method) {
    case "sgd":
      return fineTuning();
    case "joint":
      return jointTraining();
    case "l2":
      return anchoredL2({ strength }) as Method;
    case "kronecker": {
      const { fisher, samples, sum } = configuration;
      const options = { strength, fisher, sum, ...(samples !== undefined && { samples }) };
      return kroneckerEwc(options) as Method;
    }
    case "si":
      return synapticIntelligence({ strength, damping: configuration.damping }) as Method;
    case "ewc": {
      const { form, decay } = configuration;
      const options = { strength, importance: importanceOf(configuration.fisher) };
      if (form === "online") return onlineEwc({ ...options, decay }) as Method;
      return (form === "merged" ? mergedEwc(options) : ewc(options)) as Method;
    }
  }
}
