/** The state of the room Memory: what its address holds. */
import type { Scenario } from "../../../../src/continual/tasks.ts";
import { type Codec, choice, optional, real, whole } from "../../shell/codec.ts";
import { type MethodId, methodIds } from "./methods.ts";

export type StreamKind = "permuted" | "split";
export type FisherKind = "exact" | "sampled" | "empirical" | "batched";

export const fisherKinds: readonly FisherKind[] = ["exact", "sampled", "empirical", "batched"];
export const scenarios: readonly Scenario[] = ["task", "domain", "class"];

/** What runs depend on. */
export interface Settings {
  stream: StreamKind;
  scenario: Scenario;
  tasks: number;
  /** side of the centre square that is permuted; 8 is the whole image */
  square: number;
  /** units of each hidden layer, and their number */
  width: number;
  layers: number;
  /** of each task */
  epochs: number;
  stepSize: number;
  seed: number;
  /** λ of EWC */
  strength: number;
  /** λ of L2 */
  anchor: number;
  fisher: FisherKind;
  /** examples that the Fisher is computed on; null for all of the training part */
  examples: number | null;
  /** of the batched kind */
  batch: number;
}

export interface MemoryState extends Settings {
  /** epochs from the start of the stream; null for its end */
  time: number | null;
  /** whose matrix R is shown */
  shown: MethodId;
  /** the reader's own digit, a letter from 0 to f for each of the 64 pixels; null for one of the images */
  digit: string | null;
}

export const ranges = {
  tasks: { min: 2, max: 5 },
  square: { min: 2, max: 8 },
  width: { min: 10, max: 200 },
  layers: { min: 1, max: 4 },
  epochs: { min: 2, max: 40 },
  stepSize: { min: 0.01, max: 1 },
  seed: { min: 0, max: 2 ** 32 - 1 },
  strength: { min: 0.1, max: 1e5 },
  anchor: { min: 1e-3, max: 10 },
  // a task of two classes has about 220 images to train on
  examples: { min: 10, max: 200 },
  batch: { min: 2, max: 256 },
} as const;

export const codec: Codec<MemoryState> = {
  stream: choice("tasks", "permuted", ["permuted", "split"]),
  scenario: choice("outputs", "task", scenarios),
  tasks: whole("k", 3, ranges.tasks),
  square: whole("square", 8, ranges.square),
  width: whole("width", 100, ranges.width),
  layers: whole("layers", 1, ranges.layers),
  epochs: whole("epochs", 15, ranges.epochs),
  stepSize: real("step", 0.3, { ...ranges.stepSize, digits: 3 }),
  seed: whole("seed", 0, ranges.seed),
  strength: real("lambda", 10, { ...ranges.strength, digits: 3 }),
  anchor: real("anchor", 0.03, { ...ranges.anchor, digits: 3 }),
  fisher: choice("fisher", "exact", fisherKinds),
  examples: optional(whole("examples", 100, ranges.examples)),
  batch: whole("batch", 64, ranges.batch),
  time: optional(whole("t", 0, { min: 0, max: ranges.tasks.max * ranges.epochs.max })),
  shown: choice("matrix", "ewc", methodIds),
  digit: {
    key: "digit",
    initial: null,
    write: (digit) => digit ?? "",
    read: (text) => (/^[0-9a-f]{64}$/.test(text) ? text : undefined),
  },
};
