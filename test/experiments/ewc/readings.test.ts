import { describe, expect, it } from "vitest";
import { figureConfiguration } from "../../../src/experiments/ewc/configuration.ts";
import type { Draft } from "../../../src/experiments/ewc/drafts.ts";
import {
  accuracyOf,
  averagesOf,
  finalAverage,
  groupsOf,
  sweepsOf,
  transfersOf,
} from "../../../src/experiments/ewc/groups.ts";
import { readings } from "../../../src/experiments/ewc/readings.ts";
import { ewcRun } from "../../../src/experiments/ewc/results.ts";
import { withMetrics } from "../../../src/experiments/ewc/runMetrics.ts";
import { methodSettings, panelSettings } from "../../../src/experiments/ewc/settings.ts";
import { ewcResultOf, type PanelDraft, panelDraft } from "../../support/ewcResults.ts";

const fisher = { kind: "exact" } as const;

const threeTasks: Draft = {
  draw: "curves",
  panels: [
    panelDraft({
      stream: { kind: "permuted", tasks: 3 },
      methods: [
        { method: "ewc", strength: 10, fisher },
        { method: "l2", strength: 1 },
        { method: "sgd" },
      ],
      seeds: [0, 1],
    }),
  ],
};

/** R of three tasks: what was learned stays or is lost at once. */
const R = (learned: number, kept: number) => [
  [0.98, 0.1, 0.1],
  [kept, learned, 0.1],
  [kept, kept, learned],
];

describe("groups of runs", () => {
  const result = ewcResultOf("2A", threeTasks, ({ method, seed }) => ({
    R: R(method === "L2" ? 0.8 : 0.96, method === "SGD" ? 0.5 + seed / 10 : 0.94),
  }));
  const groups = groupsOf(result, 0);

  it("hold the runs of a method, whatever the seed", () => {
    expect(groups.map(({ label, strength, runs }) => [label, strength, runs.length])).toEqual([
      ["EWC", 10, 2],
      ["L2", 1, 2],
      ["SGD", null, 2],
    ]);
  });

  it("have means, and the worst and the best seed", () => {
    const sgd = groups[2];
    expect(accuracyOf(sgd, 2, 0)).toEqual({ mean: 0.55, low: 0.5, high: 0.6 });
    // (0.98), (0.5 + 0.96)/2 and (0.6 + 0.96)/2, …
    const [one, two, three] = averagesOf(sgd);
    expect(one).toEqual({ mean: 0.98, low: 0.98, high: 0.98 });
    expect(two.low).toBeCloseTo(0.73, 12);
    expect(two.high).toBeCloseTo(0.78, 12);
    expect(three).toEqual(finalAverage(sgd));
    expect(three.mean).toBeCloseTo((1.96 + 2.16) / 6, 12);
  });
});

describe("what Figure 2A says", () => {
  const holding = (l2: number, sgd: number, ewc: number): boolean[] =>
    readings(
      ewcResultOf("2A", threeTasks, ({ method }) => ({
        R: R(method === "L2" ? l2 : 0.96, method === "SGD" ? sgd : method === "EWC" ? ewc : 0.9),
      })),
    ).map(({ holds }) => holds);

  it("holds where SGD forgets, EWC does not, and L2 cannot learn", () => {
    expect(holding(0.8, 0.5, 0.94)).toEqual([true, true, true]);
  });

  it("does not where SGD does not forget, EWC does, or L2 learns", () => {
    expect(holding(0.8, 0.9, 0.94)[0]).toBe(false);
    expect(holding(0.8, 0.5, 0.6)[1]).toBe(false);
    expect(holding(0.99, 0.5, 0.94)[2]).toBe(false);
  });

  const whole: Draft = {
    ...threeTasks,
    panels: [{ ...threeTasks.panels[0], data: { name: "MNIST" } }],
  };

  it("asks for 96 % of each task on the whole of MNIST", () => {
    const remembers = (kept: number): boolean =>
      readings(
        ewcResultOf("2A", whole, ({ method }) => ({ R: R(0.97, method === "SGD" ? 0.5 : kept) })),
      )[1].holds;
    expect([remembers(0.965), remembers(0.955)]).toEqual([true, false]);
  });

  it("asks for it in each seed, not in their mean", () => {
    const remembers = (kept: readonly [number, number], sgd: readonly [number, number]): boolean =>
      readings(
        ewcResultOf("2A", whole, ({ method, seed }) => ({
          R: R(0.97, (method === "SGD" ? sgd : kept)[seed]),
        })),
      )[1].holds;
    expect(remembers([0.965, 0.965], [0.5, 0.5])).toBe(true);
    // a mean of 96.25 %
    expect(remembers([0.975, 0.95], [0.5, 0.5])).toBe(false);
    // where SGD loses 2 % of A in one of the seeds, EWC must lose less than 1 % there
    expect(remembers([0.965, 0.965], [0.5, 0.96])).toBe(false);
  });
});

describe("what Figure 2B says", () => {
  const draft: Draft = {
    draw: "averages",
    panels: [
      panelDraft({
        stream: { kind: "permuted", tasks: 3 },
        methods: [
          { method: "ewc", strength: 10, fisher },
          { method: "sgd", label: "SGD + dropout", dropout: { input: 0.2, hidden: 0.5 } },
        ],
      }),
    ],
  };
  const holds = (ewc: number, sgd: number): boolean =>
    readings(
      ewcResultOf("2B", draft, ({ method }) => ({ R: R(0.96, method === "EWC" ? ewc : sgd) })),
    )[0].holds;

  it("holds where EWC is far above SGD with dropout", () => {
    expect([holds(0.94, 0.5), holds(0.94, 0.92), holds(0.5, 0.94)]).toEqual([true, false, false]);
  });
});

describe("what Figure 2C says", () => {
  const draft: Draft = {
    draw: "overlap",
    panels: ["8 × 8", "26 × 26"].map((name) =>
      panelDraft({ name, overlap: fisher, methods: [{ method: "ewc", strength: 1, fisher }] }),
    ),
  };
  const layers = (values: number[]) => values.map((value, i) => ({ layer: `${i}`, value }));
  const holding = (small: number[], large: number[]): boolean[] =>
    readings(
      ewcResultOf("2C", draft, ({ panel }) => {
        const of = layers(panel === "8 × 8" ? small : large);
        return {
          R: [
            [0.9, 0.1],
            [0.9, 0.9],
          ],
          overlap: { atEnd: of, atEach: of },
        };
      }),
    ).map(({ holds }) => holds);

  it("holds where the small square shares all layers and the large one the deep ones", () => {
    expect(holding([0.95, 0.96, 0.99, 0.99], [0.4, 0.7, 0.9, 0.97])).toEqual([true, true]);
    expect(holding([0.85, 0.96, 0.99, 0.99], [0.8, 0.8, 0.9, 0.97])).toEqual([false, false]);
    expect(holding([0.95, 0.96, 0.99, 0.99], [0.4, 0.4, 0.4, 0.4])[1]).toBe(false);
  });
});

describe("what a sweep says", () => {
  const strengths = [1, 10, 100, 1000, 10000];
  const draft: Draft = {
    draw: "sweep",
    panels: [
      panelDraft({
        methods: [
          { method: "sgd", label: "no penalty" },
          { method: "ewc", label: "exact", strength: strengths, fisher },
          {
            method: "ewc",
            label: "batched, 128",
            strength: strengths,
            fisher: { kind: "batched" },
          },
        ],
      }),
    ],
  };
  /** No gain up to λ = `at`, all of it from 10 `at` on. */
  const gain = (strength: number | null, at: number): number =>
    0.6 + 0.3 * Math.min(1, Math.max(0, Math.log10((strength ?? 0) / at)));
  const result = (batchedAt: number) =>
    ewcResultOf("which-fisher", draft, ({ method, strength }) => {
      const a = gain(strength, method === "exact" ? 1 : batchedAt);
      return {
        R: [
          [0.9, 0.9],
          [a, a],
        ],
        trace: method === "exact" ? 50 : 0.5,
      };
    });

  it("finds from which λ on three quarters of the gain are there", () => {
    const { bases, sweeps } = sweepsOf(result(100), 0);
    expect(bases.map((base) => finalAverage(base).mean)).toEqual([expect.closeTo(0.6, 12)]);
    expect(sweeps.map(({ label }) => label)).toEqual(["exact", "batched, 128"]);
    expect(sweeps[0].onset).toBeCloseTo(10 ** 0.75, 10);
    expect(sweeps[1].onset).toBeCloseTo(10 ** 2.75, 8);
    expect(sweeps[0].best).toMatchObject({ strength: 10 });
    expect(sweeps.map(({ trace }) => trace)).toEqual([50, 0.5]);
  });

  it("holds where the batched kind needs another λ, by more than a decade", () => {
    const [moved] = readings(result(100));
    expect(moved.holds).toBe(true);
    expect(moved.reading).toContain("moves by 2.0 (batched, 128) decades");
    expect(readings(result(1))[0].holds).toBe(false);
  });

  it("chooses λ and finds the onset on validation data, and reports test accuracies there", () => {
    const row = (a: number) => [
      [0.9, 0.9],
      [a, a],
    ];
    // validation and test data disagree: λ = 10 is best on the one, 1000 on the other
    const validation: Record<number, number> = { 1: 0.6, 10: 0.9, 100: 0.8, 1000: 0.8, 10000: 0.5 };
    const test: Record<number, number> = { 1: 0.6, 10: 0.7, 100: 0.8, 1000: 0.95, 10000: 0.5 };
    const found = ewcResultOf("which-fisher", draft, ({ strength }) => {
      const validated = strength === null ? 0.6 : validation[strength];
      return {
        R: row(strength === null ? 0.5 : test[strength]),
        validation: [validated, validated],
      };
    });
    const [exact] = sweepsOf(found, 0).sweeps;
    expect(exact.best.strength).toBe(10);
    expect(exact.best.average.mean).toBeCloseTo(0.7, 12);
    // three quarters of the way from 0.6 at λ = 1 to 0.9 at λ = 10
    expect(exact.onset).toBeCloseTo(10 ** 0.75, 10);
    expect(readings(found)[0].measured["exact: chosen λ"]).toBe(10);
  });

  it("counts gains from sgd, whatever else has no λ, and from nothing where there is none", () => {
    const methods = (...names: ("joint" | "sgd")[]): Draft => ({
      ...draft,
      panels: [
        {
          ...draft.panels[0],
          methods: [
            ...names.map((method) => ({ method })),
            { method: "ewc", label: "exact", strength: strengths, fisher },
          ],
        },
      ],
    });
    const swept = (...names: ("joint" | "sgd")[]) =>
      sweepsOf(
        ewcResultOf("experiment", methods(...names), ({ method, strength }) => {
          const a = method === "joint" ? 0.99 : gain(strength, 1);
          return {
            R: [
              [0.9, 0.9],
              [a, a],
            ],
          };
        }),
        0,
      );
    const both = swept("joint", "sgd");
    expect(both.bases.map(({ label }) => label)).toEqual(["joint", "SGD"]);
    expect(both.sweeps[0].onset).toBeCloseTo(10 ** 0.75, 10);
    const none = swept("joint");
    expect(none.bases.map(({ label }) => label)).toEqual(["joint"]);
    expect(none.sweeps[0].onset).toBeUndefined();
    expect(none.sweeps[0].best.strength).toBe(10);
  });
});

describe("what a run's R says", () => {
  it("is with the run: forgetting and transfer by their definitions", () => {
    const { runs } = ewcResultOf("2A", threeTasks, () => ({
      R: [
        [0.9, 0.2, 0.1],
        [0.95, 0.8, 0.3],
        [0.7, 0.6, 0.85],
      ],
      before: [0.1, 0.12, 0.08],
    }));
    const { R, metrics } = withMetrics(runs[0]);
    expect(R).toEqual(runs[0].learned.map(({ accuracies }) => accuracies));
    expect(metrics?.average).toBeCloseTo((0.7 + 0.6 + 0.85) / 3, 12);
    // A was best after B
    expect(metrics?.forgetting).toBeCloseTo((0.25 + 0.2) / 2, 12);
    expect(metrics?.backwardTransfer).toBeCloseTo((-0.2 - 0.2) / 2, 12);
    expect(metrics?.forwardTransfer).toBeCloseTo((0.08 + 0.22) / 2, 12);
    expect(ewcRun.parse(JSON.parse(JSON.stringify(withMetrics(runs[0]))))).toEqual(
      withMetrics(runs[0]),
    );
    const group = groupsOf(
      ewcResultOf("2A", threeTasks, () => ({ R: R! })),
      0,
    )[0];
    expect(transfersOf(group).forgetting?.mean).toBeCloseTo(0.225, 12);
    expect(transfersOf(group).forward).toBeUndefined();
  });

  it("leaves out what one task cannot say, in place of NaN", () => {
    const single: Draft = {
      draw: "curves",
      panels: [panelDraft({ stream: { kind: "permuted", tasks: 1 } })],
    };
    const { runs } = ewcResultOf("experiment", single, () => ({ R: [[0.9]], before: [0.1] }));
    expect(withMetrics(runs[0]).metrics).toEqual({ average: 0.9 });
  });
});

describe("settings in words", () => {
  const settings = (method: PanelDraft["methods"][number], samples?: number) => {
    const draft: Draft = { draw: "averages", panels: [panelDraft({ methods: [method] })] };
    const made = ewcResultOf("experiment", draft, () => ({ R: [[0.9]] }));
    for (const { learned } of made.runs) if (samples) learned[0].samples = samples;
    return methodSettings(groupsOf(made, 0));
  };

  it.each<[PanelDraft["methods"][number], number | undefined, string]>([
    [
      { method: "ewc", strength: 1, fisher },
      180,
      "EWC: exact Fisher on 180 samples a task, merged penalty, implicit steps of the penalty, no dropout, no early stopping",
    ],
    [
      {
        method: "ewc",
        strength: 1,
        fisher: { kind: "sampled", samples: 50, draws: 3 },
        form: "online",
        decay: 0.9,
        step: "explicit",
        dropout: { hidden: 0.5 },
        patience: 2,
      },
      50,
      "EWC: sampled Fisher (3 draws) on 50 samples a task, online penalty with γ = 0.9, explicit steps of the penalty, " +
        "dropout 0 of inputs and 0.5 of hidden units, early stopping after more than 2 checks without improvement",
    ],
    [
      { method: "ewc", strength: 1, form: "separate", fisher: { kind: "batched", batch: 64 } },
      undefined,
      "EWC: squares of gradients averaged over 64 on all samples of a task, a penalty for each task, implicit steps of the penalty, no dropout, no early stopping",
    ],
    [
      { method: "kronecker", strength: 1, samples: 100 },
      undefined,
      "Kronecker EWC: Kronecker factors of the sampled Fisher on 100 samples a task, nearest sum, implicit steps of the penalty, no dropout, no early stopping",
    ],
    [{ method: "sgd" }, undefined, "SGD: no penalty, no dropout, no early stopping"],
  ])("say of %j what it is made of", (method, samples, expected) => {
    expect(settings(method, samples).map(([label, text]) => `${label}: ${text}`)).toEqual([
      expected,
    ]);
  });

  it("say of a panel its images, stream, network and training", () => {
    const { panels } = figureConfiguration.parse({
      draw: "curves",
      panels: [
        panelDraft({ stream: { kind: "permuted", tasks: 2, square: 3, firstAsIs: true } }),
        panelDraft({
          name: "split",
          stream: {
            kind: "split",
            groups: [
              [0, 1],
              [2, 3],
            ],
            scenario: "class",
          },
          seeds: [0, 1],
        }),
      ],
    });
    expect(panels.map(panelSettings)).toEqual([
      "Digits, 200 training images, pixels in [0, 1]; 2 permutations of the centre of 3 × 3 pixels, the first as it is; " +
        "hidden layers 12; SGD with step size 0.1, batch 32, 3 epochs a task, 10 % to validate; 1 seed",
      "Digits, 200 training images, pixels in [0, 1]; split into classes 0/1, 2/3, class-incremental; " +
        "hidden layers 12; SGD with step size 0.1, batch 32, 3 epochs a task, 10 % to validate; 2 seeds",
    ]);
  });
});

it("an experiment of one's own has no statements", () => {
  expect(
    readings({ ...ewcResultOf("2A", threeTasks, () => ({ R: R(1, 1) })), figure: "experiment" }),
  ).toEqual([]);
});
