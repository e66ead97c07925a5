/** The figures on the embedded 8 × 8 digits: the same experiments in seconds, on any machine. */
import {
  type Draft,
  decades,
  kinds,
  type PanelDraft,
  type PresetFigure,
  type PresetName,
} from "./drafts.ts";

const seedsOf: Readonly<Record<PresetName, number[]>> = {
  quick: [0, 1, 2],
  paper: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
};

const sgd = { rule: { name: "sgd", stepSize: 0.2 }, batch: 64, validation: 0.1 } as const;
const fisher = { kind: "exact" } as const;

export const digits: Readonly<Record<PresetFigure, (preset: PresetName) => Draft>> = {
  "2A": (preset) => ({
    draw: "curves",
    panels: [
      {
        name: "2A",
        data: { name: "Digits" },
        stream: { kind: "permuted", tasks: 3 },
        network: { hidden: [100, 100] },
        training: { ...sgd, epochs: 20 },
        methods: [
          { method: "ewc", strength: 10, fisher },
          { method: "l2", strength: 0.03 },
          { method: "sgd" },
        ],
        seeds: seedsOf[preset],
      },
    ],
  }),
  "2B": (preset) => ({
    draw: "averages",
    panels: [
      {
        name: "2B",
        data: { name: "Digits" },
        stream: { kind: "permuted", tasks: 4 },
        network: { hidden: [100, 100] },
        training: { ...sgd, epochs: 15 },
        methods: [
          { method: "ewc", strength: 10, fisher },
          {
            method: "sgd",
            label: "SGD + dropout, early stopping",
            dropout: { input: 0.1, hidden: 0.25 },
            patience: 5,
          },
          { method: "sgd", label: "SGD + dropout", dropout: { input: 0.1, hidden: 0.25 } },
        ],
        seeds: seedsOf[preset],
      },
    ],
  }),
  "2C": (preset) => {
    const panel = (square: number): PanelDraft => ({
      name: `${square} × ${square}`,
      data: { name: "Digits" },
      stream: { kind: "permuted", tasks: 2, square, firstAsIs: true },
      network: { hidden: [50, 50, 50, 50] },
      training: { ...sgd, rule: { name: "sgd", stepSize: 0.1 }, epochs: 20 },
      methods: [{ method: "ewc", strength: 10, fisher }],
      seeds: seedsOf[preset],
      overlap: fisher,
    });
    return { draw: "overlap", panels: [panel(3), panel(8)] };
  },
  "which-fisher": (preset) => {
    const step = preset === "paper" ? 0.5 : 1;
    return {
      draw: "sweep",
      panels: [
        {
          name: "permuted digits",
          data: { name: "Digits" },
          stream: { kind: "permuted", tasks: 3 },
          network: { hidden: [50, 50] },
          training: { ...sgd, epochs: 10 },
          methods: kinds(
            {
              exact: decades(-1, 3, step),
              few: decades(-1, 3, step),
              sampled: decades(-1, 3, step),
              empirical: decades(-1, 3, step),
              batched: decades(0, 5, step),
            },
            { few: 50, batch: 64 },
          ),
          seeds: preset === "paper" ? seedsOf.quick : [0],
        },
      ],
    };
  },
};
