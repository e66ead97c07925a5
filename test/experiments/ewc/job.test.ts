import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { loadDataset } from "../../../src/datasets/load.ts";
import { ShapeError } from "../../../src/errors.ts";
import { figureConfiguration } from "../../../src/experiments/ewc/configuration.ts";
import { type EwcExecutor, inlineEwcExecutor } from "../../../src/experiments/ewc/executor.ts";
import { firstTaskOf } from "../../../src/experiments/ewc/firstTask.ts";
import { loadImages } from "../../../src/experiments/ewc/images.ts";
import { runEwc } from "../../../src/experiments/ewc/index.ts";
import { type EwcEvent, type EwcJob, jobsOf, runEwcJob } from "../../../src/experiments/ewc/job.ts";
import type { Keeper } from "../../../src/experiments/ewc/keeper.ts";
import { type EwcRun, ewcRun } from "../../../src/experiments/ewc/results.ts";
import { VERSION } from "../../../src/version.ts";
import { type PanelDraft, panelDraft } from "../../support/ewcResults.ts";

const load = (name: string) => loadDataset(name, { precision: "float32" });
const data = await loadImages({ name: "Digits", pixels: "unit", train: 200, test: 60 }, load);

/** The first run of a panel. */
function jobOf(changes: Partial<PanelDraft>, draw = "curves"): EwcJob {
  return jobsOf(figureConfiguration.parse({ draw, panels: [panelDraft(changes)] }))[0];
}

/** Keeps every state. */
function memoryKeeper(first?: Uint8Array): Keeper & { readonly states: Uint8Array[] } {
  const states: Uint8Array[] = [];
  return {
    states,
    place: "memory",
    interval: 0,
    load: async () => first,
    save: async (bytes) => void states.push(bytes.slice()),
  };
}

const timeless = ({ seconds: _, ...run }: EwcRun) => run;
const fisher = { kind: "exact" } as const;

describe("a run", () => {
  it("gives a record of every epoch and task", async () => {
    const events: EwcEvent[] = [];
    const run = await runEwcJob(jobOf({ overlap: fisher }), data, {
      key: "k",
      onEvent: (event) => events.push(event),
    });
    expect(ewcRun.parse(JSON.parse(JSON.stringify(run)))).toEqual(run);
    expect(run.tasks).toEqual(["A", "B"]);
    expect(run.epochs.map(({ task, epoch }) => [task, epoch])).toEqual([
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 1],
      [1, 2],
      [1, 3],
    ]);
    // the last epoch of a task and its row of R are the same network
    expect(run.learned.map(({ accuracies }) => accuracies)).toEqual([
      run.epochs[2].accuracies,
      run.epochs[5].accuracies,
    ]);
    for (const share of run.validation) expect(share).toBeGreaterThan(0);
    // untrained, and no better than chance by much
    expect(run.before).toHaveLength(2);
    for (const share of run.before!) expect(share).toBeLessThan(0.4);
    expect(run.learned[0].importance?.map(({ layer }) => layer)).toEqual(["0", "2"]);
    // 200 images less a tenth to validate on
    expect(run.learned.map(({ samples }) => samples)).toEqual([180, 180]);
    expect(run.overlap?.atEnd).toHaveLength(2);
    for (const { value } of [...run.overlap!.atEnd, ...run.overlap!.atEach]) {
      expect(value).toBeGreaterThan(0.1);
      expect(value).toBeLessThan(1);
    }
    const kinds = new Set(events.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(["epoch", "importance", "step", "task"]);
  });

  it("hands over each report with its Fisher, and waits for who takes it", async () => {
    const job = jobOf({ methods: [{ method: "ewc", strength: 1, fisher }] });
    const traces: number[] = [];
    let waiting = false;
    const run = await runEwcJob(job, data, {
      key: "k",
      onEvent: () => expect(waiting).toBe(false),
      onReport: async (report) => {
        waiting = true;
        await new Promise((resolve) => setTimeout(resolve));
        waiting = false;
        if (report.kind === "task") traces.push(report.importance?.reduce((a, b) => a + b) ?? 0);
      },
    });
    const expected = run.learned.map(({ importance = [] }) =>
      importance.reduce((sum, { trace }) => sum + trace, 0),
    );
    expect(traces).toHaveLength(2);
    traces.forEach((trace, i) => {
      expect(Math.abs(trace / expected[i] - 1)).toBeLessThan(1e-12);
    });
  });

  it("says on how many samples its Fisher was computed, where it has one", async () => {
    const used = async (method: PanelDraft["methods"][number]) => {
      const run = await runEwcJob(jobOf({ methods: [method] }), data, { key: "k" });
      return run.learned[0].samples;
    };
    const few = { kind: "empirical", samples: 30 } as const;
    expect(await used({ method: "ewc", strength: 1, fisher: few })).toBe(30);
    expect(await used({ method: "kronecker", strength: 1, samples: 40 })).toBe(40);
    expect(await used({ method: "l2", strength: 1 })).toBeUndefined();
  });

  it("looks at accuracies after each epoch only where they are drawn", async () => {
    const run = await runEwcJob(jobOf({}, "averages"), data, { key: "k" });
    expect(run.epochs.every(({ accuracies }) => accuracies === undefined)).toBe(true);
  });

  it("has a λ of 0 do what no penalty does", async () => {
    const methods: PanelDraft["methods"] = [{ method: "ewc", strength: 0, fisher }];
    const held = await runEwcJob(jobOf({ methods }), data, { key: "k" });
    const free = await runEwcJob(jobOf({ methods: [{ method: "sgd" }] }), data, { key: "k" });
    expect(held.epochs.map(({ loss }) => loss)).toEqual(free.epochs.map(({ loss }) => loss));
    expect(held.learned.map((l) => l.accuracies)).toEqual(free.learned.map((l) => l.accuracies));
  });

  it("is another one with another seed, and the same with the same", async () => {
    const [a, b, c] = await Promise.all(
      [0, 0, 1].map((seed) => runEwcJob(jobOf({ seeds: [seed] }), data, { key: "k" })),
    );
    expect(timeless(a)).toEqual(timeless(b));
    expect(a.epochs[0].loss).not.toBe(c.epochs[0].loss);
  });
});

describe("a run that was stopped", () => {
  it.each<[string, Partial<PanelDraft>]>([
    [
      "EWC with early stopping",
      { methods: [{ method: "ewc", strength: 10, fisher, patience: 1 }] },
    ],
    [
      "EWC with separate penalties and the overlap",
      {
        methods: [{ method: "ewc", form: "separate", strength: 3, fisher }],
        overlap: fisher,
        stream: { kind: "permuted", tasks: 3 },
      },
    ],
    ...(["nearest", "additive"] as const).map((sum): [string, Partial<PanelDraft>] => [
      `Kronecker EWC, ${sum} sum, sampled labels`,
      {
        methods: [{ method: "kronecker", strength: 10, samples: 100, sum }],
        stream: { kind: "permuted", tasks: 3 },
      },
    ]),
    [
      "online EWC with sampled labels and Adam",
      {
        methods: [
          { method: "ewc", form: "online", strength: 3, fisher: { kind: "sampled", samples: 50 } },
        ],
        training: { rule: { name: "adam" }, epochs: 2 },
      },
    ],
    [
      "SGD with dropout and momentum",
      {
        methods: [{ method: "sgd", dropout: { input: 0.2, hidden: 0.5 } }],
        training: { rule: { name: "sgd", stepSize: 0.05, momentum: 0.9 }, epochs: 2 },
      },
    ],
    ["synaptic intelligence", { methods: [{ method: "si", strength: 1 }] }],
    [
      "joint training",
      {
        methods: [{ method: "joint" }],
        training: { rule: { name: "sgd", stepSize: 0.1 }, epochs: 2 },
      },
    ],
  ])("goes on from every state to the same bits: %s", async (_, changes) => {
    const job = jobOf(changes);
    const keeper = memoryKeeper();
    const whole = await runEwcJob(job, data, { key: "k", keeper });
    expect(keeper.states.length).toBeGreaterThanOrEqual(4);
    for (const state of keeper.states) {
      const again = await runEwcJob(job, data, { key: "k", keeper: memoryKeeper(state) });
      expect(timeless(again)).toEqual(timeless(whole));
    }
  });

  it("begins with the first task of another method, to the same bits", async () => {
    const kept = new Map<string, Uint8Array>();
    const first = {
      key: "first",
      keeper: {
        place: "memory",
        load: async () => kept.get("first"),
        save: async (bytes: Uint8Array) => void kept.set("first", bytes),
      },
    };
    for (const method of [
      { method: "sgd" },
      { method: "ewc", strength: 10, fisher },
      { method: "l2", strength: 1 },
      { method: "joint" },
    ] as const) {
      const job = jobOf({ methods: [method] });
      const steps: number[] = [];
      const onEvent = (event: EwcEvent): void => {
        if (event.kind === "step") steps.push(event.task);
      };
      const had = kept.has("first");
      const shared = await runEwcJob(job, data, { key: "k", first, onEvent });
      // only the first of them trains it
      expect(steps.includes(0)).toBe(!had);
      expect(timeless(shared)).toEqual(timeless(await runEwcJob(job, data, { key: "k" })));
    }
  });

  it("shares the first task only where nothing is different in it", () => {
    const of = (changes: Partial<PanelDraft>) => JSON.stringify(firstTaskOf(jobOf(changes)));
    const plain = of({ methods: [{ method: "sgd" }] });
    expect(of({ methods: [{ method: "ewc", strength: 10, fisher }] })).toBe(plain);
    expect(of({ methods: [{ method: "si", strength: 10 }] })).toBeUndefined();
    const others: Partial<PanelDraft>[] = [
      { methods: [{ method: "sgd", dropout: { hidden: 0.5 } }] },
      { methods: [{ method: "sgd", patience: 2 }] },
      { methods: [{ method: "sgd" }], seeds: [1] },
      { methods: [{ method: "sgd" }], network: { hidden: [13] } },
      { methods: [{ method: "sgd" }], stream: { kind: "permuted", tasks: 3 } },
    ];
    for (const other of others) expect(of(other)).not.toBe(plain);
  });

  it("refuses the state of another configuration or version, and a damaged one", async () => {
    const job = jobOf({});
    const keeper = memoryKeeper();
    await runEwcJob(job, data, { key: "k", keeper });
    const [state] = keeper.states;
    const from = (bytes: Uint8Array, key = "k"): Promise<EwcRun> =>
      runEwcJob(job, data, { key, keeper: memoryKeeper(bytes) });
    await expect(from(state, "another")).rejects.toThrow(
      "memory: the checkpoint belongs to another configuration (k, expected another). Remove it",
    );
    await expect(from(state.slice(0, -9))).rejects.toThrow(/truncated/);
    await expect(from(state.slice(0, 5))).rejects.toThrow(/no natgrad checkpoint/);
    const version = state.slice();
    version[8] = 9;
    await expect(from(version)).rejects.toThrow(/format 9, this version reads 1/);
    const bit = state.slice();
    bit[bit.length - 20] ^= 1;
    await expect(from(bit)).rejects.toThrow(/checksum/);
  });
});

describe("a run that cannot be made", () => {
  it("names the place and the remedy of a damaged first task", async () => {
    const keeper = {
      place: "first.checkpoint",
      load: async () => new Uint8Array(40),
      save: async () => {},
    };
    await expect(
      runEwcJob(jobOf({}), data, { key: "k", first: { key: "first", keeper } }),
    ).rejects.toThrow(
      /^small, EWC λ = 10, seed 0: first\.checkpoint: this is no natgrad checkpoint.*\. Remove it, and the run starts anew$/,
    );
  });

  it("has its name on every error, which stays of its kind", async () => {
    const narrow = {
      ...data,
      test: { X: { rows: 1, cols: 9, data: new Float32Array(9) }, y: [0] },
    };
    const failed = await runEwcJob(jobOf({}), narrow, { key: "k" }).catch(
      (error: unknown) => error,
    );
    expect(failed).toBeInstanceOf(ShapeError);
    expect((failed as Error).message).toMatch(/^small, EWC λ = 10, seed 0: training images of 64/);
  });

  it("says step size and λ where training diverges", async () => {
    const job = jobOf({
      methods: [{ method: "ewc", strength: 3, fisher }],
      training: { rule: { name: "sgd", stepSize: 1e30 }, epochs: 1 },
    });
    await expect(runEwcJob(job, data, { key: "k" })).rejects.toThrow(
      /^small, EWC λ = 3, seed 0: task A: training diverged, the loss is NaN; the step size of SGD is 1e\+30/,
    );
  });

  it("refuses a square larger than the image, and more images than there are", async () => {
    const square: EwcJob = {
      ...jobOf({}),
      stream: { kind: "permuted", tasks: 2, square: 9, firstAsIs: false },
    };
    await expect(runEwcJob(square, data, { key: "k" })).rejects.toThrow(/from 2 to 8/);
    const many = loadImages({ name: "Digits", pixels: "unit", train: 5000 }, load);
    await expect(many).rejects.toThrow("Digits has 1258 images to train, expected 5000 or more");
  });

  it("refuses a class that the data do not have", async () => {
    const groups = [
      [0, 1],
      [2, 11],
    ];
    const job: EwcJob = { ...jobOf({}), stream: { kind: "split", groups, scenario: "task" } };
    await expect(runEwcJob(job, data, { key: "k" })).rejects.toThrow("class 11 is missing");
  });

  it("stops with the reason of the signal", async () => {
    const abort = new AbortController();
    const reason = new Error("enough");
    const run = runEwcJob(jobOf({}), data, {
      key: "k",
      signal: abort.signal,
      onEvent: ({ kind }) => kind === "epoch" && abort.abort(reason),
    });
    await expect(run).rejects.toBe(reason);
  });
});

describe("the images", () => {
  it("of training and test are different ones, and all of them", async () => {
    const whole = await loadImages({ name: "Digits", pixels: "raw" }, load);
    const { X } = await load("Digits");
    if ("kind" in X) throw new Error("sparse digits");
    const rows = ({
      rows,
      cols,
      data: pixels,
    }: {
      rows: number;
      cols: number;
      data: Float32Array;
    }) => Array.from({ length: rows }, (_, n) => pixels.slice(n * cols, (n + 1) * cols).join());
    const [train, test] = [rows(whole.train.X), rows(whole.test.X)];
    expect([...train, ...test].sort()).toEqual(rows(X).sort());
    expect(whole.test.X.rows).toBe(539);
  });

  it("are divided by the brightest pixel, or left as they are", async () => {
    const raw = await loadImages({ name: "Digits", pixels: "raw" }, load);
    const unit = await loadImages({ name: "Digits", pixels: "unit" }, load);
    expect(Math.max(...raw.train.X.data.subarray(0, 6400))).toBe(16);
    expect([...unit.test.X.data]).toEqual([...raw.test.X.data].map((p) => Math.fround(p / 16)));
  });
});

describe("the runs of figures", () => {
  const figures = [
    {
      figure: "experiment" as const,
      configuration: figureConfiguration.parse({
        draw: "sweep",
        panels: [panelDraft({ methods: [{ method: "sgd" }, { method: "l2", strength: [0, 1] }] })],
      }),
    },
  ];

  it("are no records where a number is not finite", async () => {
    const appended: unknown[] = [];
    const made = await runEwcJob(jobOf({}), data, { key: "k" });
    const executor: EwcExecutor = {
      workers: 1,
      async *run() {
        yield { index: 0, run: { ...made, validation: [Number.NaN, 0.5] } };
      },
      close: async () => {},
    };
    const journal = { read: () => undefined, append: (key: string) => void appended.push(key) };
    const parts = runEwc(figures, { executor, journal, load });
    await expect(parts.next()).rejects.toThrow(
      /^small, SGD, seed 0: its validation\.0 is no result: .*NaN/,
    );
    expect(appended).toEqual([]);
  });

  it("name the first task that they can begin with, also where they were finished before", async () => {
    const methods: PanelDraft["methods"] = [
      { method: "sgd" },
      { method: "l2", strength: 1 },
      { method: "si", strength: 1 },
    ];
    const configuration = figureConfiguration.parse({
      draw: "curves",
      panels: [panelDraft({ methods })],
    });
    const known = new Map<string, unknown>();
    const journal = {
      read: (key: string) => known.get(key),
      append: (key: string, value: unknown) => void known.set(key, value),
    };
    const firstKeys = async () => {
      const found: (string | undefined)[] = [];
      const executor = inlineEwcExecutor();
      const own = [{ figure: "experiment" as const, configuration }];
      for await (const part of runEwc(own, { executor, journal, load })) {
        if (part.kind === "run") found.push(part.firstKey);
      }
      return found;
    };
    const keys = await firstKeys();
    expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(keys).toEqual([keys[0], keys[0], undefined]);
    expect(await firstKeys()).toEqual(keys);
  });

  it("are named so that journals of long runs stay of use", async () => {
    const base = panelDraft({ network: { hidden: [2] }, data: { name: "Digits", train: 100 } });
    const keyOf = async (method: PanelDraft["methods"][number]): Promise<string> => {
      const configuration = figureConfiguration.parse({
        draw: "sweep",
        panels: [{ ...base, methods: [method, { method: "l2", label: "any", strength: [1] }] }],
      });
      const own = [{ figure: "experiment" as const, configuration }];
      for await (const part of runEwc(own, { executor: inlineEwcExecutor(), load })) {
        if (part.kind === "run") return part.key;
      }
      throw new Error("no run");
    };
    /** as the first records were named, before there were explicit steps */
    const named = (method: string, strength: string): string => {
      const job =
        '{"data":{"name":"Digits","pixels":"unit","train":100},"stream":{"kind":"permuted","tasks":2,"firstAsIs":false},' +
        '"network":{"hidden":[2]},"training":{"rule":{"name":"sgd","stepSize":0.1,"momentum":0},"batch":32,"epochs":3,' +
        `"validation":0.1},"panel":"small","method":${method},"strength":${strength},"seed":0,"everyEpoch":false}`;
      return createHash("sha256").update(`["${VERSION}",${job}]`).digest("hex");
    };
    expect(await keyOf({ method: "sgd" })).toBe(named('{"method":"sgd"}', "null"));
    const ewc = { method: "ewc", label: "a", strength: 3, fisher } as const;
    const implicit = named(
      '{"method":"ewc","strength":3,"fisher":{"kind":"exact"},"form":"merged","decay":1,"label":"a"}',
      "3",
    );
    expect(await keyOf(ewc)).toBe(implicit);
    expect(await keyOf({ ...ewc, step: "explicit" })).not.toBe(implicit);
    // what early stopping gives has changed
    const stopped = await keyOf({ method: "sgd", patience: 1 });
    expect(stopped).not.toBe(named('{"method":"sgd","patience":1}', "null"));
  });

  it("come out one by one, then the figure; a journal has them for the next call", async () => {
    const known = new Map<string, unknown>();
    const journal = {
      read: (key: string) => known.get(key),
      append: (key: string, value: unknown) => void known.set(key, structuredClone(value)),
    };
    const fractions: number[] = [];
    const call = async () => {
      const parts = [];
      const executor = inlineEwcExecutor();
      const onProgress = (fraction: number): void => void fractions.push(fraction);
      for await (const part of runEwc(figures, { executor, journal, load, onProgress })) {
        parts.push(part);
      }
      return parts;
    };
    const first = await call();
    expect(first.map(({ kind }) => kind)).toEqual(["run", "run", "run", "figure"]);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBeCloseTo(1, 12);
    fractions.length = 0;
    const second = await call();
    expect(fractions).toEqual([]);
    expect(second.map((part) => part.kind === "run" && part.reused)).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(second.at(-1)).toEqual(first.at(-1));
    const figure = first.at(-1);
    if (figure?.kind !== "figure") throw new Error("expected a figure");
    for (const { R, learned, metrics } of figure.result.runs) {
      expect(R).toEqual(learned.map(({ accuracies }) => accuracies));
      expect(Object.keys(metrics ?? {})).toEqual([
        ...["average", "forgetting", "backwardTransfer", "forwardTransfer"],
      ]);
    }
  });
});
