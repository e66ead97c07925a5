import { describe, expect, it } from "vitest";
import type { Draft } from "../../../src/experiments/ewc/drafts.ts";
import {
  accuracyOf,
  averagesOf,
  finalAverage,
  groupsOf,
  sweepsOf,
} from "../../../src/experiments/ewc/groups.ts";
import { readings } from "../../../src/experiments/ewc/readings.ts";
import { ewcResultOf, panelDraft } from "../../support/ewcResults.ts";

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

  it("asks for 96 % of each task on the whole of MNIST", () => {
    const whole: Draft = {
      ...threeTasks,
      panels: [{ ...threeTasks.panels[0], data: { name: "MNIST" } }],
    };
    const remembers = (kept: number): boolean =>
      readings(
        ewcResultOf("2A", whole, ({ method }) => ({ R: R(0.97, method === "SGD" ? 0.5 : kept) })),
      )[1].holds;
    expect([remembers(0.965), remembers(0.955)]).toEqual([true, false]);
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
    const { base, sweeps } = sweepsOf(result(100), 0);
    expect(finalAverage(base!).mean).toBeCloseTo(0.6, 12);
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
});

it("an experiment of one's own has no statements", () => {
  expect(
    readings({ ...ewcResultOf("2A", threeTasks, () => ({ R: R(1, 1) })), figure: "experiment" }),
  ).toEqual([]);
});
