import { describe, expect, it } from "vitest";
import { figureConfiguration, strengthsOf } from "../../../src/experiments/ewc/configuration.ts";
import { decades } from "../../../src/experiments/ewc/drafts.ts";
import { jobName, jobsOf } from "../../../src/experiments/ewc/job.ts";
import { ewcPreset, presetFigures } from "../../../src/experiments/ewc/presets.ts";
import { panelDraft } from "../../support/ewcResults.ts";

const complaints = (value: unknown): string[] =>
  (figureConfiguration.safeParse(value).error?.issues ?? []).map(
    ({ path, message }) => `${path.join(".")}: ${message}`,
  );

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
