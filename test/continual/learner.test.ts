import { describe, expect, it } from "vitest";
import { readCheckpoint, writeCheckpoint } from "../../src/continual/checkpoint.ts";
import { earlyStopping } from "../../src/continual/earlyStopping.ts";
import {
  batchedGradients,
  empiricalFisher,
  exactFisher,
  sampledFisher,
} from "../../src/continual/importance.ts";
import { type LearnerState, learn, type Progress } from "../../src/continual/learner.ts";
import {
  anchoredL2,
  ewc,
  explicitSteps,
  fineTuning,
  jointTraining,
  type Kept,
  type Method,
  mergedEwc,
  onlineEwc,
  synapticIntelligence,
} from "../../src/continual/methods.ts";
import { metrics } from "../../src/continual/metrics.ts";
import { gather } from "../../src/continual/samples.ts";
import { permutedPixels, splitByClass, type TaskStream } from "../../src/continual/tasks.ts";
import { train } from "../../src/continual/trainer.ts";
import { adamRule, sgd } from "../../src/continual/updates.ts";
import { ConvergenceError } from "../../src/errors.ts";
import { categorical } from "../../src/likelihoods/categorical.ts";
import { dense } from "../../src/models/network/dense.ts";
import { dropout } from "../../src/models/network/dropout.ts";
import { relu } from "../../src/models/network/relu.ts";
import { sequential } from "../../src/models/network/sequential.ts";
import { tanh } from "../../src/models/network/tanh.ts";
import { stream } from "../../src/random/streams.ts";

/** Images of four classes: a bright quarter each, under noise. */
function digits(count: number, key: string) {
  const random = stream(0, key);
  const y = Array.from({ length: count }, () => random.integer(4));
  const data = Float32Array.from({ length: count * 16 }, (_, i) => {
    const bright = Math.floor((i % 16) / 4) === y[Math.floor(i / 16)];
    return (bright ? 1 : 0) + 0.4 * random.normal();
  });
  return { X: { rows: count, cols: 16, data }, y };
}
const data = { train: digits(220, "train"), test: digits(100, "test"), classes: 4 };
const permuted = permutedPixels(data, { tasks: 3, random: stream(0, "tasks") });
const network = sequential([dense(16, 12), tanh(), dense(12, 4)], { seed: 5 });
const rule = sgd({ stepSize: 0.2 });

async function all<K extends Kept>(
  method: Method<K>,
  options: Partial<Parameters<typeof learn>[3]> = {},
  tasks: TaskStream = permuted,
  net = network,
): Promise<Progress[]> {
  const reports: Progress[] = [];
  for await (const report of learn(net, tasks, method, {
    rule,
    epochs: 4,
    batch: 16,
    ...options,
  })) {
    reports.push(report);
  }
  return reports;
}
const ends = (reports: Progress[]) => reports.filter((report) => report.kind === "task");

describe("a step", () => {
  const eta = 0.2;
  const implicitly = ewc({ strength: 50, importance: exactFisher() });
  it.each([
    {
      name: "(θ − η g + η C) / (1 + η K)",
      method: implicitly,
      step: (theta: number, g: number, K: number, anchor: number) =>
        (theta - eta * g + eta * K * anchor) / (1 + eta * K),
    },
    {
      name: "θ − η (g + K θ − C), where it is explicit",
      method: explicitSteps(implicitly),
      step: (theta: number, g: number, K: number, anchor: number) =>
        theta - eta * (g + K * (theta - anchor)),
    },
  ])("of SGD with a penalty is $name", async ({ method, step }) => {
    // one epoch of one step: all samples at once
    const task = permuted.tasks[1];
    const start = network.initial();
    const anchor = network.initial(stream(9, "anchor"));
    const F = exactFisher().compute(network, anchor, permuted.tasks[0], { random: stream(0) });
    const { kept } = method.consolidate(method.begin(network.parameters), {
      network,
      theta: anchor,
      start,
      task: permuted.tasks[0],
      index: 0,
      random: stream(0),
    });
    const penalty = method.penalty(kept);
    if (!penalty) throw new Error("no penalty");
    const N = task.train.rows.length;
    const epochs = train(network, task, { rule, epochs: 1, batch: N, start, penalty });
    const { value } = await epochs.next();
    const { X, targets } = gather(
      task.train,
      Uint32Array.from({ length: N }, (_, n) => n),
    );
    const family = categorical(4);
    const g = network.vjp(start, X, family.residual(network.forward(start, X), targets));
    for (let i = 0; i < start.length; i++) {
      const expected = step(start[i], g[i] / N, 50 * F[i], anchor[i]);
      // float32 sums over 198 samples in another order
      expect(Math.abs((value?.theta[i] ?? Number.NaN) - expected)).toBeLessThan(1e-6);
    }
  });

  it("has momentum and Adam as their papers say", () => {
    const gradients = [Float32Array.of(1, -2), Float32Array.of(0.5, 4)];
    const theta = new Float32Array(2);
    const momentum = sgd({ stepSize: 0.1, momentum: 0.9 });
    const memory = momentum.begin(2);
    for (const g of gradients) momentum.step(theta, g.slice(), memory);
    // v₁ = g₁, v₂ = 0.9 g₁ + g₂
    expect(theta[0]).toBeCloseTo(-0.1 * (1 + 0.9 + 0.5), 6);
    expect(theta[1]).toBeCloseTo(-0.1 * (-2 - 1.8 + 4), 6);

    const adam = adamRule({ stepSize: 0.01 });
    const at = new Float32Array(2);
    const state = adam.begin(2);
    let [m, v, x] = [0, 0, 0];
    gradients.forEach((g, k) => {
      adam.step(at, g.slice(), state);
      m = 0.9 * m + 0.1 * g[0];
      v = 0.999 * v + 0.001 * g[0] ** 2;
      x -= (0.01 * m) / (1 - 0.9 ** (k + 1)) / (Math.sqrt(v / (1 - 0.999 ** (k + 1))) + 1e-8);
    });
    expect(at[0]).toBeCloseTo(x, 7);
  });
});

describe("the diagonal Fishers", () => {
  const theta = network.initial(stream(2, "somewhere"));
  const [task] = permuted.tasks;
  const N = task.train.rows.length;
  const compute = (importance: ReturnType<typeof exactFisher>, key = 0) =>
    importance.compute(network, theta, task, { random: stream(7, key) });
  const { X, targets } = gather(
    task.train,
    Uint32Array.from({ length: N }, (_, n) => n),
  );

  /** Σ_n weight(n, c) · (gradient of −log p(c | x_n))², one backward pass for each sample and class */
  function bySamples(weight: (n: number, c: number, p: Float32Array) => number): Float64Array {
    const sum = new Float64Array(network.parameters);
    for (let n = 0; n < N; n++) {
      const x = { rows: 1, cols: 16, data: X.data.slice(n * 16, (n + 1) * 16) };
      const outputs = network.forward(theta, x);
      const p = Float32Array.from(categorical(4).mean(outputs).data);
      for (let c = 0; c < 4; c++) {
        const w = weight(n, c, p);
        if (w === 0) continue;
        const label = { rows: 1, cols: 1, data: Float64Array.of(c) };
        const g = network.vjp(theta, x, categorical(4).residual(outputs, label));
        for (let i = 0; i < sum.length; i++) sum[i] += w * g[i] ** 2;
      }
    }
    return sum;
  }
  const close = (found: Float64Array, expected: Float64Array): void => {
    const size = Math.max(...expected);
    found.forEach((f, i) => {
      expect(Math.abs(f - expected[i])).toBeLessThan(2e-6 * size);
    });
  };

  it("exact is the mean over samples of the expectation over classes", () => {
    close(
      compute(exactFisher()),
      bySamples((_, c, p) => p[c] / N),
    );
  });

  it("empirical is the mean over samples with their labels", () => {
    close(
      compute(empiricalFisher()),
      bySamples((n, c) => (targets.data[n] === c ? 1 / N : 0)),
    );
  });

  it("batched is the mean of squares of batch means, and of batches of one the empirical", () => {
    close(compute(batchedGradients({ batch: 1 })), compute(empiricalFisher()));
    // one batch of all: the square of the mean gradient
    const g = network.vjp(theta, X, categorical(4).residual(network.forward(theta, X), targets));
    close(
      compute(batchedGradients({ batch: N })),
      Float64Array.from(g, (x) => (x / N) ** 2),
    );
  });

  it("sampled is unbiased: the mean of 200 lies within 5 standard errors of the exact one", () => {
    const exact = compute(exactFisher()).reduce((s, f) => s + f, 0);
    const traces = Array.from({ length: 200 }, (_, k) =>
      compute(sampledFisher(), k).reduce((s, f) => s + f, 0),
    );
    const mean = traces.reduce((s, t) => s + t, 0) / 200;
    const deviation = Math.sqrt(traces.reduce((s, t) => s + (t - mean) ** 2, 0) / 199);
    expect(Math.abs(mean - exact)).toBeLessThan((5 * deviation) / Math.sqrt(200));
    expect(deviation).toBeGreaterThan(0);
  });

  it("of n samples is a mean over these n, and of all of them the whole", () => {
    close(compute(exactFisher({ samples: N })), compute(exactFisher()));
    const part = compute(exactFisher({ samples: 50 })).reduce((s, f) => s + f, 0);
    const whole = compute(exactFisher()).reduce((s, f) => s + f, 0);
    expect(part / whole).toBeGreaterThan(0.7);
    expect(part / whole).toBeLessThan(1.4);
    expect(() => compute(exactFisher({ samples: N + 1 }))).toThrow(/the task has 198/);
  });

  it("is zero for the outputs of other tasks", () => {
    const split = splitByClass(data, {
      groups: [
        [0, 1],
        [2, 3],
      ],
      random: stream(0),
    });
    const F = exactFisher().compute(network, theta, split.tasks[1], { random: stream(0) });
    const bias = network.views.find(({ name }) => name === "2.bias");
    const own = F.slice(bias?.offset);
    expect([own[0], own[1]]).toEqual([0, 0]);
    // of two classes the softmax knows the difference only: both have the same
    expect(own[2]).toBeGreaterThan(0);
    expect(own[3]).toBeCloseTo(own[2], 8);
  });
});

describe("learning a stream", () => {
  it("with strength 0 is fine-tuning, and the same to the bit", async () => {
    const plain = ends(await all(fineTuning()));
    const zero = ends(await all(ewc({ strength: 0, importance: exactFisher() })));
    const none = ends(await all(anchoredL2({ strength: 0 })));
    expect(zero.map(({ theta }) => theta)).toEqual(plain.map(({ theta }) => theta));
    expect(none.map(({ theta }) => theta)).toEqual(plain.map(({ theta }) => theta));
  });

  it("with a very large strength keeps what matters to the first task where it is", async () => {
    const [first, second] = ends(await all(anchoredL2({ strength: 1e9 })));
    second.theta.forEach((t, i) => {
      expect(Math.abs(t - first.theta[i])).toBeLessThan(1e-5);
    });
  });

  it("separate and merged EWC agree to rounding, and online with γ = 1 for two tasks", async () => {
    const importance = exactFisher();
    const separate = ends(await all(ewc({ strength: 20, importance })));
    const merged = ends(await all(mergedEwc({ strength: 20, importance })));
    const online = ends(await all(onlineEwc({ strength: 20, importance })));
    const apart = (a: Float32Array, b: Float32Array): number =>
      Math.max(...a.map((x, i) => Math.abs(x - b[i])));
    expect(apart(separate[2].theta, merged[2].theta)).toBeLessThan(1e-5);
    // with one anchor they are the same penalty
    expect(online[1].theta).toEqual(separate[1].theta);
    expect(apart(online[2].theta, separate[2].theta)).toBeGreaterThan(1e-4);
  });

  it("remembers with EWC what fine-tuning forgets", async () => {
    const options = { epochs: 15 };
    const plain = ends(await all(fineTuning(), options));
    const held = ends(await all(ewc({ strength: 100, importance: exactFisher() }), options));
    const joint = ends(await all(jointTraining(), options));
    expect(plain[0].accuracies[0]).toBeGreaterThan(0.9);
    expect(held[2].accuracies[0]).toBeGreaterThan(plain[2].accuracies[0] + 0.05);
    expect(Math.min(...joint[2].accuracies)).toBeGreaterThan(0.8);
    expect(Math.min(...joint[2].accuracies)).toBeGreaterThan(Math.min(...plain[2].accuracies));
  });

  it("with synaptic intelligence: Σ ω is what the loss fell by, for small steps", async () => {
    const [task] = permuted.tasks;
    const method = synapticIntelligence({ strength: 1 });
    const kept = method.begin(network.parameters);
    const start = network.initial();
    const N = task.train.rows.length;
    const small = sgd({ stepSize: 0.002 });
    const path = method.watch?.(kept);
    if (!path) throw new Error("no observer");
    let theta = start;
    for await (const epoch of train(network, task, {
      rule: small,
      epochs: 40,
      batch: N,
      start,
      path,
    })) {
      theta = epoch.theta;
    }
    const { X, targets } = gather(
      task.train,
      Uint32Array.from({ length: N }, (_, n) => n),
    );
    const loss = (at: Float32Array): number =>
      categorical(4)
        .negativeLogLikelihood(network.forward(at, X), targets)
        .reduce((s, l) => s + l / N, 0);
    const fell = loss(start) - loss(theta);
    const sum = kept.path.reduce((s, w) => s + w, 0);
    expect(fell).toBeGreaterThan(0.01);
    // Euler steps overestimate by a share of the order of the step size
    expect(Math.abs(sum / fell - 1)).toBeLessThan(0.01);
  });

  it("stays finite and quiet with implicit steps, warns of explicit ones and says where they diverge", async () => {
    const warnings: string[] = [];
    const onWarning = (message: string) => warnings.push(message);
    const method = ewc({ strength: 1e7, importance: exactFisher() });
    const reports = await all(method, { onWarning });
    expect(ends(reports)[2].theta.every(Number.isFinite)).toBe(true);
    // what it does not let the tasks learn is said
    expect(warnings.map((message) => message.split(",")[0])).toEqual([
      "task B: training came to nothing",
      "task C: training came to nothing",
    ]);
    warnings.length = 0;
    await expect(all(explicitSteps(method), { onWarning })).rejects.toThrow(/diverged|finite/);
    expect(warnings.length).toBe(1);
    expect(warnings[0]).toMatch(
      /^sgd with EWC: stepSize · λ · max F is up to .*; above 2 explicit steps/i,
    );
  });

  it("says of Adam's explicit steps nothing: they are bounded", async () => {
    const warnings: string[] = [];
    const method = explicitSteps(ewc({ strength: 1e4, importance: exactFisher() }));
    const reports = await all(method, {
      rule: adamRule({ stepSize: 0.01 }),
      onWarning: (message) => warnings.push(message),
    });
    expect(ends(reports)).toHaveLength(3);
    expect(warnings.filter((message) => message.includes("diverge"))).toEqual([]);
  });

  it.each([0, 0.9])(
    "warns of explicit steps with momentum %s above 2 (1 + μ)",
    async (momentum) => {
      const task = permuted.tasks[0];
      const theta = network.initial();
      // F is one: λ is the curvature, and a step size of 1 all but the limit
      const [limit] = [2 * (1 + momentum)];
      for (const [factor, expected] of [
        [0.99, 0],
        [1.01, 1],
      ]) {
        const strength = factor * limit;
        const rule = sgd({ stepSize: 1, momentum });
        const method = explicitSteps(anchoredL2({ strength }));
        const { kept } = method.consolidate(method.begin(theta.length), {
          network,
          theta,
          start: theta,
          task,
          index: 0,
          random: stream(0),
        });
        // the penalty alone, without the task's gradient
        const at = theta.map((t) => t + 1e-3);
        const memory = rule.begin(theta.length);
        const penalty = method.penalty(kept);
        for (let k = 0; k < 2000; k++) rule.step(at, new Float32Array(at.length), memory, penalty);
        const away = Math.abs(at[0] - theta[0]);
        // NaN after infinity
        expect(away <= 1e-3).toBe(expected === 0);
        const warnings: string[] = [];
        const from = { task: 1, start: theta, kept };
        const controller = new AbortController();
        const run = all(method as Method, {
          rule,
          from,
          onWarning: (message) => warnings.push(message),
          onStep: () => controller.abort(new Error("enough")),
          signal: controller.signal,
        });
        await expect(run).rejects.toThrow("enough");
        expect(warnings).toHaveLength(expected);
      }
    },
  );

  it("says of a task that it learned nothing: dead units, with step size, λ and the largest F", async () => {
    const net = sequential([dense(16, 12), relu(), dense(12, 4)], { seed: 5 });
    // images without negative pixels: a unit dies for all of them at once
    const part = ({ X, y }: typeof data.train) => ({ X: { ...X, data: X.data.map(Math.abs) }, y });
    const bright = permutedPixels(
      { train: part(data.train), test: part(data.test), classes: 4 },
      { tasks: 3, random: stream(0, "tasks") },
    );
    const warnings: string[] = [];
    const onWarning = (message: string) => warnings.push(message);
    const wild = { rule: sgd({ stepSize: 5 }), onWarning };
    const reports = ends(await all(anchoredL2({ strength: 2 }), wild, bright, net));
    // every hidden unit is dead: the outputs do not depend on the image
    const outputs = net.forward(reports[0].theta, gather(bright.tasks[0].train, [0, 1, 2]).X);
    expect(outputs.data.slice(0, 4)).toEqual(outputs.data.slice(4, 8));
    expect(warnings).toHaveLength(3);
    expect(warnings[0]).toMatch(
      /^task A: training came to nothing, its mean loss is \S+, not below 1.3\d, that of a constant prediction; the step size of SGD is 5$/,
    );
    expect(warnings[1]).toMatch(
      /^task B.*step size of SGD is 5, λ of L2 is 2, the largest F is 1.00$/,
    );
    // a Fisher of a dead network has layers that are zero, which is no error
    const held = all(ewc({ strength: 2, importance: exactFisher() }), wild, bright, net);
    expect(ends(await held)[0].layers?.[0].value.trace).toBe(0);
    // what has learned is not warned of, and what got worse is
    warnings.length = 0;
    const epochs = 15;
    const [good] = ends(await all(fineTuning(), { onWarning, epochs }));
    expect(warnings).toEqual([]);
    const from = { task: 1, start: good.theta, kept: {} };
    const again = { ...permuted, tasks: permuted.tasks.map(() => permuted.tasks[0]) };
    await all(
      fineTuning(),
      { onWarning, from, epochs: 1, batch: 1, rule: sgd({ stepSize: 1 }) },
      again,
    );
    expect(warnings[0]).toMatch(
      /^task A.*above the 0.\d+ that it began with; the step size of SGD is 1$/,
    );
  });

  it("says where the last step of a task leaves the finite numbers", async () => {
    // one step, of all samples: no other one sees its loss
    const wild = all(fineTuning(), { rule: sgd({ stepSize: 1e38 }), epochs: 1, batch: 1000 });
    await expect(wild).rejects.toThrow(ConvergenceError);
    await expect(wild).rejects.toThrow(/^task A: training diverged, the loss is .*; the step size/);
  });

  it("says where it diverged, with step size and curvature", async () => {
    const wild = all(fineTuning(), { rule: sgd({ stepSize: 1e30 }) });
    await expect(wild).rejects.toThrow(/task A.*(diverged|finite)/);
  });

  it("goes on from any checkpoint to the same bits", async () => {
    const net = sequential([dense(16, 12), tanh(), dropout(0.3), dense(12, 4)], { seed: 5 });
    const method = synapticIntelligence({ strength: 0.5 });
    const options = { rule: adamRule({ stepSize: 0.01 }), patience: 2, epochs: 6 };
    const saved: Uint8Array[] = [];
    const whole: Progress[] = [];
    for await (const report of learn(net, permuted, method, { batch: 16, ...options })) {
      saved.push(writeCheckpoint("k", report.state));
      whole.push(report);
    }
    const last = ends(whole)[2];
    for (const bytes of saved) {
      const from = readCheckpoint(bytes, "k") as LearnerState;
      const rest = ends(await all(method, { ...options, from }, permuted, net));
      if (from.task === 3) continue;
      expect(rest.at(-1)?.theta).toEqual(last.theta);
      expect(rest.at(-1)?.accuracies).toEqual(last.accuracies);
    }
  });

  it("has the accuracies of the network before any training, after resuming, too", async () => {
    const reports = await all(fineTuning(), { seed: 3 });
    const initial = network.initial(stream(3, "initial parameters"));
    const expected = permuted.tasks.map(({ test }) => {
      const { X, targets } = gather(
        test,
        Array.from(test.rows, (_, n) => n),
      );
      const { data: f } = network.forward(initial, X);
      const right = Array.from(targets.data).filter((label, n) => {
        const own = [...f.slice(4 * n, 4 * n + 4)];
        return own.indexOf(Math.max(...own)) === label;
      });
      return right.length / test.rows.length;
    });
    const [first, second] = ends(reports);
    expect(first.chance).toEqual(expected);
    const resumed = ends(await all(fineTuning(), { seed: 3, from: second.state }));
    expect(resumed[0].chance).toEqual(expected);
    const R = ends(reports).map(({ accuracies }) => accuracies);
    const forward = (R[0][1] - expected[1] + R[1][2] - expected[2]) / 2;
    expect(metrics(R, first.chance).forwardTransfer).toBeCloseTo(forward, 15);
  });

  it("can be cancelled between steps", async () => {
    const controller = new AbortController();
    const run = all(fineTuning(), {
      signal: controller.signal,
      onStep: ({ step }) => step === 3 && controller.abort(new Error("enough")),
    });
    await expect(run).rejects.toThrow("enough");
  });

  /** mean over the tasks of the share of validation samples whose largest output is not that of their class */
  function validationError(theta: Float32Array, seen: TaskStream["tasks"]): number {
    const errors = seen.map(({ validation }) => {
      const N = validation.rows.length;
      const { X, targets } = gather(
        validation,
        Array.from({ length: N }, (_, n) => n),
      );
      const { data: f } = network.forward(theta, X);
      const wrong = Array.from(targets.data).filter((label, n) => {
        const own = [...f.slice(4 * n, 4 * n + 4)];
        return own.indexOf(Math.max(...own)) !== label;
      });
      return wrong.length / N;
    });
    return errors.reduce((sum, e) => sum + e, 0) / errors.length;
  }

  it.each([
    { name: "where patience runs out", patience: 3, epochs: 60 },
    { name: "at the last epoch", patience: 100, epochs: 7 },
  ])("early stopping gives the best θ by the error over all tasks seen, $name", async (options) => {
    const rule = sgd({ stepSize: 0.5 });
    // the first epoch with the least error, of the epochs of each task
    const best = permuted.tasks.map(() => ({ epoch: 0, error: 2, theta: new Float32Array() }));
    const found: { epochs: number; theta: Float32Array }[] = [];
    const states: Uint8Array[] = [];
    for await (const report of learn(network, permuted, fineTuning(), {
      rule,
      batch: 16,
      ...options,
    })) {
      states.push(writeCheckpoint("k", report.state));
      if (report.kind === "task") {
        found.push(report);
        continue;
      }
      const { task, epoch, state } = report;
      const theta = state.training?.theta.slice() ?? new Float32Array();
      const error = validationError(theta, permuted.tasks.slice(0, task + 1));
      if (error < best[task].error) best[task] = { epoch, error, theta };
    }
    found.forEach(({ theta, epochs }, k) => {
      expect(theta).toEqual(best[k].theta);
      expect(epochs).toBe(Math.min(best[k].epoch + options.patience + 1, options.epochs));
    });
    // some task must have gone past its best
    expect(found.some(({ epochs }, k) => best[k].epoch < epochs)).toBe(true);
    // also from each state, the last of a task included
    for (const bytes of states.slice(0, -1)) {
      const from = readCheckpoint(bytes, "k") as LearnerState;
      const rest = ends(await all(fineTuning(), { rule, ...options, from }));
      expect(rest.map(({ theta }) => theta)).toEqual(
        found.slice(from.task).map(({ theta }) => theta),
      );
    }
  });

  it("refuses the state of another method or rule, or of other options, and says which", async () => {
    const strong = ewc({ strength: 20, importance: exactFisher({ samples: 50 }) });
    const reports = await all(strong, { epochs: 2 });
    const within = reports[1].state;
    const between = ends(reports)[0].state;
    expect(ends(reports)[0].samples).toBe(50);
    for (const from of [within, between]) {
      const other = (method: Method, options = {}) => all(method, { epochs: 2, from, ...options });
      await expect(other(fineTuning())).rejects.toThrow(
        'another method: found EWC {"strength":20,"fisher":"exact","samples":50,"form":"separate"}, expected SGD {}',
      );
      const weak = ewc({ strength: 10, importance: exactFisher({ samples: 50 }) });
      await expect(other(weak as Method)).rejects.toThrow(/another method: .*20.*expected .*10/);
      const momentum = sgd({ stepSize: 0.2, momentum: 0.9 });
      await expect(other(strong as Method, { rule: momentum })).rejects.toThrow(
        'another rule: found SGD {"stepSize":0.2,"momentum":0}, expected SGD {"stepSize":0.2,"momentum":0.9}',
      );
      await expect(other(strong as Method, { rule: adamRule() })).rejects.toThrow(/expected Adam/);
      // it has not changed what it goes on with
      expect(ends(await other(strong as Method)).at(-1)?.theta).toEqual(ends(reports)[2].theta);
    }
  });

  it("trains from no state that lacks what the rule or early stopping remember", async () => {
    const [task] = permuted.tasks;
    const stateOf = async (options: Parameters<typeof train>[2]) => {
      const { value } = await train(network, task, options).next();
      return value?.state;
    };
    const from = await stateOf({ rule, epochs: 2 });
    if (!from) throw new Error("no state");
    const momentum = sgd({ stepSize: 0.2, momentum: 0.9 });
    expect(() => train(network, task, { rule: momentum, epochs: 2, from })).toThrow(
      "the state is of another rule: it remembers nothing, SGD velocity",
    );
    const moving = await stateOf({ rule: momentum, epochs: 2 });
    if (!moving) throw new Error("no state");
    expect(() => train(network, task, { rule: adamRule(), epochs: 2, from: moving })).toThrow(
      "it remembers velocity, Adam first, second",
    );
    const stopping = { earlyStopping: earlyStopping([task]) };
    expect(() => train(network, task, { rule, epochs: 2, from, ...stopping })).toThrow(
      "the state is of a training without early stopping, this one is with",
    );
    const checked = await stateOf({ rule, epochs: 2, ...stopping });
    if (!checked) throw new Error("no state");
    expect(() => train(network, task, { rule, epochs: 2, from: checked })).toThrow(
      "with early stopping, this one is without",
    );
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses a patience of %s", async (patience) => {
    await expect(all(fineTuning(), { patience })).rejects.toThrow(
      `patience is ${patience}, expected a positive whole number`,
    );
  });

  it("refuses to stop early without validation samples", async () => {
    const none = new Uint32Array();
    const [first] = permuted.tasks;
    const bare = { ...first, validation: { ...first.validation, rows: none } };
    await expect(
      all(fineTuning(), { patience: 2 }, { ...permuted, tasks: [bare] }),
    ).rejects.toThrow("early stopping: task A has no validation samples");
  });

  it("refuses tasks, starts and penalties of another network", async () => {
    const narrow = sequential([dense(9, 4)]);
    expect(() => train(narrow, permuted.tasks[0], { rule, epochs: 1 })).toThrow(
      /task A has 16 inputs, the network takes 9/,
    );
    const two = sequential([dense(16, 2)]);
    expect(() => train(two, permuted.tasks[0], { rule, epochs: 1 })).toThrow(/outputs 0 to 4/);
    const start = new Float32Array(3);
    expect(() => train(network, permuted.tasks[0], { rule, epochs: 1, start })).toThrow(
      /another network/,
    );
    expect(() => train(network, permuted.tasks[0], { rule, epochs: 0 })).toThrow(/epochs is 0/);
    expect(() => sgd({ stepSize: -1 })).toThrow(/stepSize is -1/);
    expect(() => ewc({ strength: Number.NaN, importance: exactFisher() })).toThrow(/NaN/);
  });
});
