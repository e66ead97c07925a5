import { describe, expect, it } from "vitest";
import { loadDataset } from "../../../src/datasets/load.ts";
import { findDataset } from "../../../src/datasets/registry.ts";
import { figureConfiguration, strengthsOf } from "../../../src/experiments/ewc/configuration.ts";
import { decades } from "../../../src/experiments/ewc/drafts.ts";
import { loadImages } from "../../../src/experiments/ewc/images.ts";
import { jobName, jobsOf } from "../../../src/experiments/ewc/job.ts";
import { imageSizes } from "../../../src/experiments/ewc/limits.ts";
import { ewcPreset, presetFigures } from "../../../src/experiments/ewc/presets.ts";
import { shortagesOf } from "../../../src/experiments/ewc/shortages.ts";
import { type PanelDraft, panelDraft } from "../../support/ewcResults.ts";

const complaints = (value: unknown): string[] =>
  (figureConfiguration.safeParse(value).error?.issues ?? []).map(
    ({ path, message }) => `${path.join(".")}: ${message}`,
  );

const load = (name: string) => loadDataset(name, { precision: "float32" });
const fisher = { kind: "exact" } as const;

describe("the configuration of an experiment", () => {
  it("fills in what is not said", () => {
    const { title, panels } = figureConfiguration.parse({ draw: "curves", panels: [panelDraft()] });
    expect(title).toBe("An experiment");
    expect(panels[0]).toMatchObject({
      data: { pixels: "unit" },
      stream: { firstAsIs: false },
      training: { validation: 0.1, rule: { momentum: 0 } },
      methods: [{ form: "merged", decay: 1 }, {}],
    });
  });

  it.each([
    ["a negative λ", { methods: [{ method: "l2", strength: -1 }] }, "panels.0.methods.0.strength"],
    [
      "a λ that is NaN",
      { methods: [{ method: "l2", strength: Number.NaN }] },
      "panels.0.methods.0.strength",
    ],
    ["an unknown method", { methods: [{ method: "lwf" }] }, "panels.0.methods.0.method"],
    [
      "an unknown Fisher",
      { methods: [{ method: "ewc", strength: 1, fisher: { kind: "true" } }] },
      "panels.0.methods.0.fisher.kind",
    ],
    [
      "Kronecker factors of a Fisher that has none",
      { methods: [{ method: "kronecker", strength: 1, fisher: "batched" }] },
      "panels.0.methods.0.fisher",
    ],
    ["an unknown key", { network: { hidden: [3], width: 3 } }, "panels.0.network"],
    [
      "no epochs",
      { training: { rule: { name: "sgd", stepSize: 1 }, epochs: 0 } },
      "panels.0.training.epochs",
    ],
    [
      "a step size of 0",
      { training: { rule: { name: "sgd", stepSize: 0 }, epochs: 1 } },
      "panels.0.training.rule.stepSize",
    ],
    ["a seed that is no whole number", { seeds: [0.5] }, "panels.0.seeds.0"],
    ["no seeds", { seeds: [] }, "panels.0.seeds"],
    ["a seed twice", { seeds: [1, 1] }, "panels.0.seeds"],
    [
      "two methods of one name",
      { methods: [{ method: "sgd" }, { method: "sgd" }] },
      "panels.0.methods.1.label",
    ],
    [
      "several λ in a figure of curves",
      { methods: [{ method: "l2", strength: [1, 2] }] },
      "panels.0.methods.0.strength",
    ],
  ])("refuses %s and says where", (_, changes, place) => {
    const found = complaints({ draw: "curves", panels: [{ ...panelDraft(), ...changes }] });
    expect(found.map((text) => text.slice(0, text.indexOf(":")))).toContain(place);
  });

  const split = (groups: number[][], scenario = "task") => ({
    stream: { kind: "split", groups, scenario },
  });
  it.each([
    [
      "a square larger than the image",
      { stream: { kind: "permuted", tasks: 2, square: 9 } },
      "panels.0.stream.square: the images have 8 pixels a side, expected a whole number from 2 to 8",
    ],
    [
      "more tasks than orders of pixels",
      { stream: { kind: "permuted", tasks: 25, square: 2 } },
      "panels.0.stream.tasks: 4 pixels have 24 orders, 25 tasks are too many",
    ],
    [
      "a class that there is not",
      split([
        [0, 1],
        [2, 12],
      ]),
      "panels.0.stream.groups.1.1: Digits has no class 12, expected one from 0 to 9",
    ],
    [
      "a class in two tasks",
      split([
        [0, 1],
        [1, 2],
      ]),
      "panels.0.stream.groups.1.0: class 1 is in more than one place",
    ],
    [
      "unequal tasks that share outputs",
      split(
        [
          [0, 1],
          [2, 3, 4],
        ],
        "domain",
      ),
      "panels.0.stream.groups.1: 3 classes where the first task has 2: in the scenario domain all tasks share the outputs",
    ],
    [
      "more training images than there are",
      { data: { name: "Digits", train: 1259 } },
      "panels.0.data.train: Digits has 1,258 images to train, 1,259 are too many",
    ],
    [
      "more test images than there are",
      { data: { name: "MNIST", test: 10_001 } },
      "panels.0.data.test: MNIST has 10,000 images to test, 10,001 are too many",
    ],
    [
      "a validation part without images",
      { data: { name: "Digits", train: 4 } },
      "panels.0.training.validation: 0.1 of 4 training images leaves none to validate on",
    ],
    [
      "a Fisher on more samples than a task has",
      {
        methods: [
          { method: "sgd" },
          { method: "ewc", strength: 1, fisher: { kind: "exact", samples: 181 } },
        ],
      },
      "panels.0.methods.1.fisher.samples: 181 samples, but a task has at most 180 training images",
    ],
    [
      "Kronecker factors on more samples than a task has",
      { methods: [{ method: "kronecker", strength: 1, samples: 1000 }] },
      "panels.0.methods.0.samples: 1,000 samples, but a task has at most 180 training images",
    ],
    [
      "an overlap on more samples than a task has",
      { overlap: { kind: "exact", samples: 200 } },
      "panels.0.overlap.samples: 200 samples, but a task has at most 180 training images",
    ],
    [
      "a batch larger than all there is",
      { training: { rule: { name: "sgd", stepSize: 1 }, epochs: 1, batch: 1e12 } },
      "panels.0.training.batch: a batch of 1,000,000,000,000, but a task has at most 180 training images",
    ],
    [
      "batches of a Fisher larger than all there is",
      { methods: [{ method: "ewc", strength: 1, fisher: { kind: "batched", batch: 181 } }] },
      "panels.0.methods.0.fisher.batch: a batch of 181, but a task has at most 180 training images",
    ],
    [
      "a network beyond memory",
      { network: { hidden: [1e5, 1e5] } },
      // 65 · 10⁵ + (10⁵ + 1) 10⁵ + (10⁵ + 1) 10
      "panels.0.network.hidden: the network would have 10,007,600,010 parameters, more than the 50,000,000 that are sensible here",
    ],
    [
      "draws without end",
      { methods: [{ method: "ewc", strength: 1, fisher: { kind: "sampled", draws: 1e9 } }] },
      "panels.0.methods.0.fisher.draws: Too big: expected number to be <=10000",
    ],
  ])("refuses %s before any work, with its place", (_, changes, complaint) => {
    expect(complaints({ draw: "curves", panels: [{ ...panelDraft(), ...changes }] })).toEqual([
      complaint,
    ]);
  });

  it("takes as many as there are", () => {
    const exact = { kind: "exact", samples: 180 };
    const panel = {
      ...panelDraft({
        data: { name: "Digits", train: 200, test: 539 },
        stream: { kind: "permuted", tasks: 24, square: 2 },
      }),
      training: { rule: { name: "sgd", stepSize: 1 }, epochs: 1, batch: 180 },
      methods: [{ method: "ewc", strength: 1, fisher: exact }],
      overlap: exact,
    };
    expect(complaints({ draw: "overlap", panels: [panel] })).toEqual([]);
  });

  it("refuses a λ twice, and a sweep in which none is above 0", () => {
    const sweep = (strength: number[]) =>
      complaints({
        draw: "sweep",
        panels: [panelDraft({ methods: [{ method: "sgd" }, { method: "l2", strength }] })],
      });
    expect(sweep([1, 10, 1])).toEqual([
      "panels.0.methods.1.strength.2: λ = 1 comes twice: it would give the same runs again",
    ]);
    expect(sweep([0])).toEqual([
      "panels.0.methods: a sweep needs a method with a strength λ above 0",
    ]);
    expect(sweep([0, 1])).toEqual([]);
  });

  it("refuses an overlap without its Fisher, and two panels of one name", () => {
    expect(complaints({ draw: "overlap", panels: [panelDraft()] })[0]).toContain("needs a Fisher");
    expect(complaints({ draw: "curves", panels: [panelDraft(), panelDraft()] })[0]).toContain(
      "two panels are called small",
    );
  });

  it("is a run for each method, λ and seed", () => {
    const panel = panelDraft({
      methods: [{ method: "sgd" }, { method: "ewc", strength: [1, 100], fisher }],
      seeds: [3, 4],
    });
    const jobs = jobsOf(figureConfiguration.parse({ draw: "sweep", panels: [panel] }));
    expect(jobs.map(jobName)).toEqual([
      "small, SGD, seed 3",
      "small, SGD, seed 4",
      "small, EWC λ = 1, seed 3",
      "small, EWC λ = 1, seed 4",
      "small, EWC λ = 100, seed 3",
      "small, EWC λ = 100, seed 4",
    ]);
    expect(jobs.every(({ everyEpoch }) => !everyEpoch)).toBe(true);
  });
});

describe("the images that a configuration may ask for", () => {
  it("are those that the digits have", async () => {
    const { train, test } = await loadImages({ name: "Digits", pixels: "unit" }, load);
    const { side, ...counts } = imageSizes.Digits;
    expect(counts).toEqual({ train: train.X.rows, test: test.X.rows, classes: 10 });
    expect(side ** 2).toBe(train.X.cols);
  });

  it("are those that MNIST has, by the registry", () => {
    const [train, test] = [findDataset("MNIST"), findDataset("MNIST-test")];
    const { side, ...counts } = imageSizes.MNIST;
    expect(counts).toEqual({ train: train.rows, test: test.rows, classes: 10 });
    expect(side ** 2).toBe(train.columns);
  });
});

describe("a split by classes", () => {
  const shortages = async (changes: Partial<PanelDraft>): Promise<string[]> => {
    const [panel] = figureConfiguration.parse({
      draw: "curves",
      panels: [
        panelDraft({
          stream: {
            kind: "split",
            groups: [
              [0, 1],
              [2, 3],
            ],
          },
          methods: [{ method: "ewc", strength: 1, fisher }],
          ...changes,
        }),
      ],
    }).panels;
    const images = await loadImages(panel.data, load);
    return shortagesOf(panel, images).map(({ path, message }) => `${path.join(".")}: ${message}`);
  };

  it("has all parts of all tasks, or the lack of one is found before the work", async () => {
    expect(await shortages({})).toEqual([]);
    // the first two test images of the digits are no 0 and no 1
    const [untested] = await shortages({ data: { name: "Digits", train: 200, test: 2 } });
    expect(untested).toMatch(/^stream: .*test part of task 0\/1.*seed 0/);
    const [unvalidated] = await shortages({
      data: { name: "Digits", train: 40 },
      training: { rule: { name: "sgd", stepSize: 0.1 }, epochs: 1, validation: 0.03 },
    });
    expect(unvalidated).toMatch(/^stream: .*validation part of task 0\/1.*seed 0/);
  });

  it("says which Fisher asks for more samples than a task has", async () => {
    const [few] = await shortages({
      methods: [{ method: "ewc", strength: 1, fisher: { kind: "exact", samples: 100 } }],
    });
    expect(few).toMatch(
      /^methods\.0\.fisher\.samples: 100 samples, but with seed 0 task 0\/1 has \d\d training images$/,
    );
  });
});

describe("the presets", () => {
  it.each(["MNIST", "Digits"] as const)("are there for every figure on %s", (data) => {
    for (const figure of presetFigures) {
      for (const preset of ["paper", "quick"] as const) {
        const { draw, panels } = ewcPreset(figure, preset, data);
        expect(draw).toBe(
          { "2A": "curves", "2B": "averages", "2C": "overlap", "which-fisher": "sweep" }[figure],
        );
        for (const panel of panels) expect(panel.data.name).toBe(data);
        if (preset === "paper") {
          for (const panel of panels) expect(panel.seeds.length).toBeGreaterThanOrEqual(3);
        }
      }
    }
  });

  it("have the paper's settings where the paper gives them", () => {
    const [a] = ewcPreset("2A", "paper", "MNIST").panels;
    expect(a.network.hidden).toEqual([400, 400]);
    expect(a.training).toMatchObject({ epochs: 20, rule: { name: "sgd" } });
    expect(a.data).toEqual({ name: "MNIST", pixels: "unit" });
    expect(a.stream).toMatchObject({ kind: "permuted", tasks: 3 });
    expect(a.methods.map(({ method }) => method)).toEqual(["ewc", "l2", "sgd"]);
    const [b] = ewcPreset("2B", "paper", "MNIST").panels;
    expect(b.stream).toMatchObject({ tasks: 10 });
    expect(b.methods.filter(({ dropout }) => dropout).map(({ dropout }) => dropout)).toEqual([
      { input: 0.2, hidden: 0.5 },
      { input: 0.2, hidden: 0.5 },
    ]);
    const c = ewcPreset("2C", "paper", "MNIST").panels;
    expect(c.map(({ stream }) => stream)).toMatchObject([{ square: 8 }, { square: 26 }]);
    for (const panel of c) expect(panel.network.hidden).toEqual(Array(6).fill(100));
    const [split] = ewcPreset("which-fisher", "paper", "MNIST").panels;
    expect(split.stream).toMatchObject({ kind: "split", scenario: "task" });
    expect(split.methods.map(({ method }) => method)).toEqual(["sgd", ...Array(5).fill("ewc")]);
    const kinds = split.methods.flatMap((m) => (m.method === "ewc" ? [m.fisher.kind] : []));
    expect(kinds).toEqual(["exact", "exact", "sampled", "empirical", "batched"]);
  });

  it("have early stopping that can happen", () => {
    for (const data of ["MNIST", "Digits"] as const) {
      for (const preset of ["paper", "quick"] as const) {
        const [{ training, methods }] = ewcPreset("2B", preset, data).panels;
        const patiences = methods.flatMap(({ patience }) => patience ?? []);
        expect(patiences).toHaveLength(1);
        // the first check is the best so far; then more than `patience` without improvement, and an epoch that is saved
        expect(1 + patiences[0] + 1).toBeLessThan(training.epochs);
        if (preset === "paper") expect(patiences).toEqual([5]);
      }
    }
  });

  it("take other seeds", () => {
    for (const { seeds } of ewcPreset("2C", "quick", "Digits", [7, 9]).panels) {
      expect(seeds).toEqual([7, 9]);
    }
  });

  it("sweep λ in decades", () => {
    expect(decades(-1, 2)).toEqual([0.1, 1, 10, 100]);
    expect(decades(0, 1, 0.5)).toEqual([1, 3.16, 10]);
    const [panel] = ewcPreset("which-fisher", "paper", "MNIST").panels;
    for (const method of panel.methods.slice(1)) {
      const strengths = strengthsOf(method);
      expect(strengths[strengths.length - 1] / strengths[0]).toBeGreaterThanOrEqual(1e5);
    }
  });
});
