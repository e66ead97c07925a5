/**
 * The figures of Kirkpatrick et al. (2017) as configurations. `paper`: the paper's settings where it gives them; what it does
 * not give (λ, batch size, input scale, Fisher) was chosen on validation data, see docs/ewc.md. `quick`: the same
 * experiments in small, all of them in minutes. `digits.ts` has those for the embedded 8 × 8 digits.
 */
import {
  type FigureConfiguration,
  type FisherConfiguration,
  figureConfiguration,
} from "./configuration.ts";
import { digits } from "./digits.ts";
import {
  type Draft,
  decades,
  kinds,
  type PanelDraft,
  type PresetData,
  type PresetFigure,
  type PresetName,
  pairs,
} from "./drafts.ts";

export type { PresetData, PresetFigure, PresetName } from "./drafts.ts";

export const presetFigures: readonly PresetFigure[] = ["2A", "2B", "2C", "which-fisher"];

/** Titles of the figures, whatever the preset. */
export const titles: Readonly<Record<PresetFigure, string>> = {
  "2A": "Three tasks, one after another",
  "2B": "Many tasks",
  "2C": "Where two tasks share weights",
  "which-fisher": "Which Fisher: accuracy against λ",
};

/** The configuration of a figure, checked and with all defaults; `seeds` in place of the preset's own. */
export function ewcPreset(
  figure: PresetFigure,
  preset: PresetName,
  data: PresetData,
  seeds?: readonly number[],
): FigureConfiguration {
  const draft = (data === "MNIST" ? mnist : digits)[figure](preset);
  const panels = draft.panels.map((panel) => ({ ...panel, ...(seeds && { seeds: [...seeds] }) }));
  return figureConfiguration.parse({ title: titles[figure], ...draft, panels });
}

/** images of the quick preset */
const few = { train: 12_000, test: 2000 };
const three = [0, 1, 2];

const mnist: Readonly<Record<PresetFigure, (preset: PresetName) => Draft>> = {
  "2A": (preset) => {
    const paper = preset === "paper";
    const fisher: FisherConfiguration = { kind: "exact", samples: paper ? 10_000 : 2000 };
    return {
      draw: "curves",
      panels: [
        {
          name: "2A",
          data: { name: "MNIST", ...(paper ? {} : few) },
          stream: { kind: "permuted", tasks: 3 },
          network: { hidden: paper ? [400, 400] : [200, 200] },
          training: { rule: { name: "sgd", stepSize: 0.3 }, batch: 64, epochs: paper ? 20 : 10 },
          methods: [
            { method: "ewc", strength: 100, fisher },
            { method: "l2", strength: 0.01 },
            { method: "sgd" },
          ],
          seeds: paper ? three : [0],
        },
      ],
    };
  },
  "2B": (preset) => {
    const paper = preset === "paper";
    const fisher: FisherConfiguration = { kind: "exact", samples: paper ? 5000 : 2000 };
    const dropout = { input: 0.2, hidden: 0.5 };
    return {
      draw: "averages",
      panels: [
        {
          name: "2B",
          data: { name: "MNIST", ...(paper ? {} : few) },
          stream: { kind: "permuted", tasks: paper ? 10 : 5 },
          network: { hidden: paper ? [400, 400] : [200, 200] },
          training: {
            rule: { name: "sgd", stepSize: 0.1 },
            batch: 128,
            epochs: paper ? 8 : 6,
          },
          methods: [
            { method: "ewc", strength: 30, fisher },
            {
              method: "sgd",
              label: "SGD + dropout, early stopping",
              dropout,
              // with few epochs more than five checks would never be without improvement
              patience: paper ? 5 : 2,
            },
            { method: "sgd", label: "SGD + dropout", dropout },
          ],
          seeds: paper ? three : [0],
        },
      ],
    };
  },
  "2C": (preset) => {
    const paper = preset === "paper";
    const fisher: FisherConfiguration = { kind: "exact", samples: paper ? 10_000 : 2000 };
    const panel = (square: number): PanelDraft => ({
      name: `${square} × ${square}`,
      data: { name: "MNIST", ...(paper ? {} : few) },
      stream: { kind: "permuted", tasks: 2, square, firstAsIs: true },
      network: { hidden: [100, 100, 100, 100, 100, 100] },
      training: { rule: { name: "sgd", stepSize: 0.05 }, batch: 64, epochs: paper ? 10 : 12 },
      methods: [{ method: "ewc", strength: 100, fisher }],
      seeds: paper ? three : [0],
      overlap: fisher,
    });
    return { draw: "overlap", panels: [panel(8), panel(26)] };
  },
  "which-fisher": (preset) => {
    const paper = preset === "paper";
    const step = paper ? 1 : 2;
    return {
      draw: "sweep",
      panels: [
        {
          name: "split MNIST",
          data: { name: "MNIST", ...(paper ? {} : few) },
          stream: { kind: "split", groups: pairs, scenario: "task" },
          network: { hidden: paper ? [100, 100] : [50, 50] },
          training: { rule: { name: "adam", stepSize: 1e-3 }, batch: 128, epochs: paper ? 6 : 12 },
          methods: kinds(
            {
              exact: decades(0, 9, step),
              few: decades(0, 9, step),
              sampled: decades(0, 11, step),
              empirical: decades(0, 11, step),
              batched: decades(2, 13, step),
            },
            { ...(paper ? {} : { samples: 1000 }), few: paper ? 500 : 200, batch: 128 },
          ),
          seeds: paper ? three : [0],
        },
        {
          name: "permuted MNIST",
          data: { name: "MNIST", ...(paper ? { train: 20_000, test: 5000 } : few) },
          stream: { kind: "permuted", tasks: 3 },
          network: { hidden: paper ? [100, 100] : [50, 50] },
          training: { rule: { name: "adam", stepSize: 1e-3 }, batch: 128, epochs: 6 },
          methods: kinds(
            {
              exact: decades(-1, 4, step),
              few: decades(-1, 4, step),
              sampled: decades(-1, 4, step),
              empirical: decades(-1, 4, step),
              batched: decades(1, 6, step),
            },
            { samples: paper ? 5000 : 1000, few: paper ? 500 : 200, batch: 128 },
          ),
          seeds: paper ? three : [0],
        },
      ],
    };
  },
};
