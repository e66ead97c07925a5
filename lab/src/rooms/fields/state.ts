/** The state of the room Fields: what its address holds. */
import { type MethodId, methodIds } from "../../compute/methods.ts";
import type { Family, Point } from "../../compute/planar.ts";
import {
  type Codec,
  choice,
  type Field,
  optional,
  real,
  singles,
  tuples,
  whole,
} from "../../shell/codec.ts";
import type { Samples } from "./data.ts";

/** A panel: the method that it shows, and what multiplies the step size there. */
export interface PanelState {
  readonly method: MethodId;
  readonly scale: number;
}

export interface FieldsState {
  family: Family;
  samples: number;
  seed: number;
  noise: number;
  bend: number;
  /** the samples themselves, where they are not just generated */
  points: Samples | null;
  /** of the parameters (b from, to, w from, to), for samples from a table; null for the usual one */
  window: readonly number[] | null;
  /** v of the prior, null for none */
  priorVariance: number | null;
  panels: readonly PanelState[];
  draws: number;
  starts: readonly Point[];
  /** the start whose curves are shown */
  active: number;
  stepSize: number;
  damping: number;
  steps: number;
  /** null at the end */
  cursor: number | null;
}

export const ranges = {
  samples: { min: 10, max: 1000 },
  seed: { min: 0, max: 2 ** 32 - 1 },
  noise: { min: 0.1, max: 5 },
  bend: { min: -1, max: 1 },
  priorVariance: { min: 1e-3, max: 1e3 },
  draws: { min: 1, max: 100 },
  stepSize: { min: 1e-3, max: 2 },
  damping: { min: 1e-10, max: 10 },
  steps: { min: 10, max: 1000 },
  scale: { min: 0.01, max: 100 },
} as const;

/** The three methods of the paper, at speeds that let them be compared: those of its Figure 1. */
const paperPanels: readonly PanelState[] = [
  { method: "GD", scale: 1 / 3 },
  { method: "NGD", scale: 1 },
  { method: "EFGD", scale: 3 },
];

const paperStarts: readonly Point[] = [
  [2, 4.5],
  [1, 0],
  [4.5, 3],
  [-0.5, 3],
];

export const codec: Codec<FieldsState> = {
  family: choice("model", "gaussian", ["gaussian", "bernoulli"]),
  samples: whole("n", 100, ranges.samples),
  seed: whole("seed", 0, ranges.seed),
  noise: real("noise", 1, ranges.noise),
  bend: real("bend", 0, ranges.bend),
  points: pointList("points"),
  window: optional(window("window")),
  priorVariance: optional(real("prior", 1, ranges.priorVariance)),
  panels: panelList("panels", paperPanels),
  draws: whole("k", 1, ranges.draws),
  starts: startList("starts", paperStarts),
  active: whole("start", 0, { min: 0, max: 7 }),
  stepSize: real("step", 0.05, ranges.stepSize),
  damping: real("damping", 1e-8, ranges.damping),
  steps: whole("steps", 300, ranges.steps),
  cursor: optional(whole("t", 0, { min: 0, max: ranges.steps.max })),
};

function pointList(key: string): Field<Samples | null> {
  const field = singles(key);
  return {
    ...field,
    read(text) {
      const values = field.read(text);
      return values && values.length % 2 === 0 && values.length >= 4 ? values : undefined;
    },
  };
}

function window(key: string): Field<readonly number[]> {
  const field = tuples(key, [[0, 1, 0, 1]], { length: 4 });
  return {
    key,
    initial: [0, 1, 0, 1],
    write: (value) => field.write([value]),
    read(text) {
      const [window, ...more] = field.read(text) ?? [];
      const good = window && more.length === 0 && window[0] < window[1] && window[2] < window[3];
      return good ? window : undefined;
    },
  };
}

function startList(key: string, initial: readonly Point[]): Field<readonly Point[]> {
  const field = tuples(key, initial, { length: 2, digits: 5 });
  return {
    key,
    initial,
    write: (starts) => field.write(starts),
    read(text) {
      const items = field.read(text);
      return items && items.length <= 8 ? items.map(([b, w]): Point => [b, w]) : undefined;
    },
  };
}

/** `GD*0.333;NGD;EFGD*3` */
function panelList(key: string, initial: readonly PanelState[]): Field<readonly PanelState[]> {
  return {
    key,
    initial,
    write: (panels) =>
      panels
        .map(({ method, scale }) =>
          scale === 1 ? method : `${method}*${Number(scale.toPrecision(4))}`,
        )
        .join(";"),
    read(text) {
      const panels = text.split(";").flatMap((item): PanelState[] => {
        const [name, factor = "1"] = item.split("*");
        const method = methodIds.find((id) => id === name);
        const scale = Number(factor);
        const { min, max } = ranges.scale;
        return method && scale >= min && scale <= max ? [{ method, scale }] : [];
      });
      return panels.length === initial.length ? panels : undefined;
    },
  };
}
