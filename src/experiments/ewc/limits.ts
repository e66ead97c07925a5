/**
 * What a configuration may ask of its images: the sizes of MNIST and of the digits are known, so that what cannot be done
 * is refused before anything is loaded or trained.
 */
import type { MethodConfiguration, PanelConfiguration } from "./configuration.ts";

/** An entry that is wrong: its place within the panel, and why. */
export interface Mistake {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What there is: images of each part, pixels a side, classes from 0. */
export const imageSizes = {
  MNIST: { train: 60_000, test: 10_000, side: 28, classes: 10 },
  Digits: { train: 1258, test: 539, side: 8, classes: 10 },
} as const;

/** weights of a network: with their Fishers and the penalty's sums some gigabytes a run */
const MOST_PARAMETERS = 50_000_000;
/** samples a batch that are never too many: the default of batched Fishers */
const ANY_BATCH = 128;

const plain = (count: number): string => count.toLocaleString("en-US");

/** Everything in a panel that its images do not allow; what depends on their classes is in `shortages.ts`. */
export function mistakesOf(panel: PanelConfiguration): Mistake[] {
  return [
    ...dataMistakes(panel),
    ...streamMistakes(panel),
    ...networkMistakes(panel),
    ...samplesMistakes(panel, trainingPart(panel), "a task has at most"),
    ...batchMistakes(panel),
    ...strengthMistakes(panel),
  ];
}

/** Training images that are not set aside: those of a permuted task, and the most that a task of a split can have. */
function trainingPart({ data, training }: PanelConfiguration): number {
  const N = data.train ?? imageSizes[data.name].train;
  return N - Math.round(training.validation * N);
}

function dataMistakes({ data, training }: PanelConfiguration): Mistake[] {
  const there = imageSizes[data.name];
  const mistakes = (["train", "test"] as const).flatMap((part): Mistake[] => {
    const wanted = data[part] ?? 0;
    if (wanted <= there[part]) return [];
    const message = `${data.name} has ${plain(there[part])} images to ${part}, ${plain(wanted)} are too many`;
    return [{ path: ["data", part], message }];
  });
  const N = data.train ?? there.train;
  const aside = Math.round(training.validation * N);
  if (aside < 1 || aside >= N) {
    const left = aside < 1 ? "none to validate on" : "none to train on";
    const message = `${training.validation} of ${plain(N)} training images leaves ${left}`;
    mistakes.push({ path: ["training", "validation"], message });
  }
  return mistakes;
}

function streamMistakes({ data, stream }: PanelConfiguration): Mistake[] {
  const { side, classes } = imageSizes[data.name];
  if (stream.kind === "permuted") {
    const { square = side, tasks } = stream;
    if (square > side) {
      const message = `the images have ${side} pixels a side, expected a whole number from 2 to ${side}`;
      return [{ path: ["stream", "square"], message }];
    }
    if (tasks <= orders(square ** 2)) return [];
    const message = `${square ** 2} pixels have ${orders(square ** 2)} orders, ${tasks} tasks are too many`;
    return [{ path: ["stream", "tasks"], message }];
  }
  const { groups, scenario } = stream;
  const met = new Set<number>();
  return groups.flatMap((group, g): Mistake[] => {
    const path = ["stream", "groups", g];
    const wrong = group.flatMap((c, k): Mistake[] => {
      const twice = met.has(c);
      met.add(c);
      if (c >= classes) {
        const message = `${data.name} has no class ${c}, expected one from 0 to ${classes - 1}`;
        return [{ path: [...path, k], message }];
      }
      if (!twice) return [];
      return [{ path: [...path, k], message: `class ${c} is in more than one place` }];
    });
    if (scenario === "domain" && group.length !== groups[0].length) {
      const message = `${group.length} classes where the first task has ${groups[0].length}: in the scenario domain all tasks share the outputs`;
      wrong.push({ path, message });
    }
    return wrong;
  });
}

/** n!, or what is more than any number of tasks */
function orders(n: number): number {
  let product = 1;
  for (let i = 2; i <= n && product < 1e6; i++) product *= i;
  return product;
}

function networkMistakes({ data, stream, network }: PanelConfiguration): Mistake[] {
  const { side, classes } = imageSizes[data.name];
  const outputs =
    stream.kind === "permuted"
      ? classes
      : (stream.scenario === "domain" ? stream.groups[0] : stream.groups.flat()).length;
  const widths = [side ** 2, ...network.hidden, outputs];
  const parameters = widths.slice(1).reduce((sum, width, i) => sum + width * (widths[i] + 1), 0);
  if (parameters <= MOST_PARAMETERS) return [];
  const message = `the network would have ${plain(parameters)} parameters, more than the ${plain(MOST_PARAMETERS)} that are sensible here`;
  return [{ path: ["network", "hidden"], message }];
}

/** Fishers on more samples than the N that a task has. */
export function samplesMistakes(
  { methods, overlap }: PanelConfiguration,
  N: number,
  has: string,
): Mistake[] {
  const wanted = [
    ...methods.flatMap((method, j) => {
      const samples = fisherSamples(method);
      const inside = method.method === "ewc" ? ["fisher"] : [];
      return samples === undefined ? [] : [{ path: ["methods", j, ...inside, "samples"], samples }];
    }),
    ...(overlap?.samples === undefined
      ? []
      : [{ path: ["overlap", "samples"], samples: overlap.samples }]),
  ];
  return wanted.flatMap(({ path, samples }) =>
    samples > N
      ? [{ path, message: `${plain(samples)} samples, but ${has} ${plain(N)} training images` }]
      : [],
  );
}

/** On how many samples a method's Fisher is asked for; undefined for all of them, and without a Fisher. */
export function fisherSamples(method: MethodConfiguration): number | undefined {
  if (method.method === "ewc") return method.fisher.samples;
  return method.method === "kronecker" ? method.samples : undefined;
}

function batchMistakes(panel: PanelConfiguration): Mistake[] {
  const { training, methods, overlap } = panel;
  const N = trainingPart(panel);
  const batches = [
    { path: ["training", "batch"], batch: training.batch },
    ...methods.flatMap((method, j) =>
      method.method === "ewc" && method.fisher.kind === "batched"
        ? [{ path: ["methods", j, "fisher", "batch"], batch: method.fisher.batch }]
        : [],
    ),
    ...(overlap?.kind === "batched" ? [{ path: ["overlap", "batch"], batch: overlap.batch }] : []),
  ];
  return batches.flatMap(({ path, batch }) =>
    batch > Math.max(N, ANY_BATCH)
      ? [
          {
            path,
            message: `a batch of ${plain(batch)}, but a task has at most ${plain(N)} training images`,
          },
        ]
      : [],
  );
}

function strengthMistakes({ methods }: PanelConfiguration): Mistake[] {
  return methods.flatMap((method, j): Mistake[] => {
    if (!("strength" in method) || typeof method.strength === "number") return [];
    const { strength } = method;
    const twice = strength.findIndex((lambda, k) => strength.indexOf(lambda) < k);
    if (twice < 0) return [];
    const message = `λ = ${strength[twice]} comes twice: it would give the same runs again`;
    return [{ path: ["methods", j, "strength", twice], message }];
  });
}
