import { describe, expect, it } from "vitest";
import { readCheckpoint, writeCheckpoint } from "../../src/continual/checkpoint.ts";
import { kroneckerEwc } from "../../src/continual/kroneckerEwc.ts";
import { nearestSum, operatorOf } from "../../src/continual/kroneckerSum.ts";
import { learn } from "../../src/continual/learner.ts";
import { explicitSteps } from "../../src/continual/methods.ts";
import { operatorPenalty } from "../../src/continual/operatorPenalty.ts";
import { gather } from "../../src/continual/samples.ts";
import { permutedPixels } from "../../src/continual/tasks.ts";
import { adamRule, sgd } from "../../src/continual/updates.ts";
import { curvature } from "../../src/curvature/curvature.ts";
import { full } from "../../src/curvature/full.ts";
import { fisher } from "../../src/curvature/kinds.ts";
import { categorical } from "../../src/likelihoods/categorical.ts";
import { type Matrix, zeros } from "../../src/linalg/matrix.ts";
import { kernels } from "../../src/linalg/provider.ts";
import { dense } from "../../src/models/network/dense.ts";
import { relu } from "../../src/models/network/relu.ts";
import { sequential } from "../../src/models/network/sequential.ts";
import { objective } from "../../src/objective.ts";
import { stream } from "../../src/random/streams.ts";

const random = stream(0, "kronecker");
function semidefinite(n: number): Matrix {
  const B = {
    rows: n,
    cols: n + 2,
    data: Float64Array.from({ length: n * (n + 2) }, () => random.normal()),
  };
  const A = zeros(n, n);
  kernels().syrk(B, A);
  return A;
}
const kronecker = (G: Matrix, A: Matrix): Matrix =>
  operatorOf([
    {
      name: "0",
      indices: Uint32Array.from({ length: G.rows * A.rows }, (_, i) => i),
      factors: [G, A],
    },
  ]).dense();

describe("the Kronecker product nearest to a sum", () => {
  const indices = Uint32Array.from({ length: 12 }, (_, i) => i);
  const terms = [0, 1, 2].map(() => [
    { name: "0", indices, factors: [semidefinite(3), semidefinite(4)] },
  ]);
  const [found] = nearestSum(terms);
  const sum = zeros(12, 12);
  for (const [{ factors }] of terms) {
    kronecker(factors[0], factors[1]).data.forEach((x, i) => {
      sum.data[i] += x;
    });
  }

  it("is the best rank-one approximation of the rearranged sum, by its singular values", () => {
    // rows are blocks of the sum: R[(i, k), (j, l)] = sum[(i, j), (k, l)]
    const R = zeros(9, 16);
    for (let i = 0; i < 3; i++) {
      for (let k = 0; k < 3; k++) {
        for (let j = 0; j < 4; j++) {
          for (let l = 0; l < 4; l++) {
            R.data[(i * 3 + k) * 16 + j * 4 + l] = sum.data[(i * 4 + j) * 12 + k * 4 + l];
          }
        }
      }
    }
    const RRt = zeros(9, 9);
    kernels().syrk(R, RRt);
    const { values } = kernels().eigh(RRt);
    const rest = values.slice(0, -1).reduce((s, v) => s + Math.max(0, v), 0);
    const product = kronecker(found.factors[0], found.factors[1]);
    const error = product.data.reduce((s, x, i) => s + (x - sum.data[i]) ** 2, 0);
    expect(Math.abs(error / rest - 1)).toBeLessThan(1e-10);
  });

  it("has positive semi-definite factors", () => {
    for (const factor of found.factors) expect(kernels().eigh(factor).values[0]).toBeGreaterThan(0);
  });

  it("of one term, or of equal ones, is exact", () => {
    const [G, A] = terms[0][0].factors;
    const [alone] = nearestSum([terms[0]]);
    const [twice] = nearestSum([terms[0], terms[0]]);
    const expected = kronecker(G, A).data;
    const size = Math.max(...expected.map(Math.abs));
    kronecker(alone.factors[0], alone.factors[1]).data.forEach((x, i) => {
      expect(Math.abs(x - expected[i])).toBeLessThan(1e-13 * size);
    });
    kronecker(twice.factors[0], twice.factors[1]).data.forEach((x, i) => {
      expect(Math.abs(x - 2 * expected[i])).toBeLessThan(1e-13 * size);
    });
  });

  it("refuses factors of different networks", () => {
    const other = [{ name: "0", indices: indices.slice(1), factors: terms[0][0].factors }];
    expect(() => nearestSum([terms[0], other])).toThrow(/different networks/);
  });
});

describe("the penalty of a matrix", () => {
  const A = semidefinite(6);
  const B = semidefinite(6);
  const vector = () => Float32Array.from({ length: 6 }, () => random.normal());
  const anchored = (M: Matrix) => {
    const operator = operatorOf([
      { name: "0", indices: Uint32Array.of(0, 1, 2, 3, 4, 5), factors: [M] },
    ]);
    return { operator, anchor: vector(), largest: kernels().eigh(M).values[5] };
  };

  it("has its value and gradient by the definition, and is zero at θ*", () => {
    const terms = [anchored(A), anchored(B)];
    const penalty = operatorPenalty("test", terms);
    const theta = vector();
    const gradient = new Float32Array(6);
    penalty.addGradient(theta, gradient);
    let value = 0;
    for (let i = 0; i < 6; i++) {
      let slope = 0;
      terms.forEach(({ anchor }, k) => {
        for (let j = 0; j < 6; j++) {
          const entry = [A, B][k].data[i * 6 + j] * (theta[j] - anchor[j]);
          slope += entry;
          value += 0.5 * (theta[i] - anchor[i]) * entry;
        }
      });
      expect(Math.abs(gradient[i] - slope)).toBeLessThan(1e-5 * (1 + Math.abs(slope)));
    }
    expect(Math.abs(penalty.value(theta) / value - 1)).toBeLessThan(1e-12);
    const [one] = terms;
    expect(operatorPenalty("one", [one]).value(one.anchor)).toBe(0);
  });

  it("has an implicit step that minimizes distance plus penalty; a sum of two has none", () => {
    const term = anchored(A);
    const penalty = operatorPenalty("test", [term]);
    const theta = vector();
    const moved = theta.slice();
    penalty.approach?.(moved, 0.3);
    const gradient = new Float32Array(6);
    penalty.addGradient(moved, gradient);
    for (let i = 0; i < 6; i++) {
      expect(Math.abs((moved[i] - theta[i]) / 0.3 + gradient[i])).toBeLessThan(2e-5 * term.largest);
    }
    expect(operatorPenalty("two", [term, anchored(B)]).approach).toBeUndefined();
    // a step size for each parameter has no such step: Adam takes the gradient
    expect(penalty.approachEach).toBeUndefined();
  });
});

/** every class shown by a column of its own, the network linear: one layer */
function data(count: number, key: string) {
  const draw = stream(1, key);
  const y = Array.from({ length: count }, () => draw.integer(3));
  const values = Float32Array.from({ length: count * 9 }, (_, i) => {
    return (i % 3 === y[Math.floor(i / 9)] ? 1 : 0) + 0.5 * draw.normal();
  });
  return { X: { rows: count, cols: 9, data: values }, y };
}
const tasks = permutedPixels(
  { train: data(150, "train"), test: data(60, "test"), classes: 3 },
  { tasks: 3, random: stream(1, "tasks") },
);

describe("Kronecker EWC", () => {
  it("is the penalty of the whole Fisher where KFAC is exact: equal inputs", () => {
    const network = sequential([dense(4, 3)]);
    const theta = network.initial();
    const x = Float32Array.of(1, -0.5, 2, 0.3);
    const images = { rows: 1, cols: 4, data: x };
    const samples = {
      images,
      rows: new Uint32Array(8),
      labels: Uint8Array.of(0, 1, 2, 0, 1, 2, 0, 1),
    };
    const task = {
      name: "same",
      train: samples,
      validation: samples,
      test: samples,
      outputs: [0, 3] as const,
    };
    const method = kroneckerEwc({ strength: 3, fisher: "exact" });
    const { kept } = method.consolidate(method.begin(network.parameters), {
      network,
      theta,
      start: theta,
      task,
      index: 0,
      random: stream(0),
    });
    const { X, targets } = gather(samples, [0, 1, 2, 3, 4, 5, 6, 7]);
    const problem = objective({ model: network, likelihood: categorical(3), X, y: targets });
    const F = curvature(problem, theta, fisher(), full()).dense();
    const moved = Float32Array.from(theta, (t) => t + random.normal());
    let expected = 0;
    for (let i = 0; i < 15; i++) {
      for (let j = 0; j < 15; j++) {
        expected += 1.5 * (moved[i] - theta[i]) * F.data[i * 15 + j] * (moved[j] - theta[j]);
      }
    }
    const penalty = method.penalty(kept);
    // both are made of float32 rows
    expect(Math.abs((penalty?.value(moved) ?? 0) / expected - 1)).toBeLessThan(1e-5);
  });

  it("says how many samples its factors are of, and refuses more than there are", async () => {
    const network = sequential([dense(9, 3)], { seed: 1 });
    // 150 images, a tenth of them aside
    const made = async (samples?: number) => {
      const method = kroneckerEwc({ strength: 1, ...(samples && { samples }) });
      const options = { rule: sgd({ stepSize: 0.1 }), epochs: 1 };
      const found: (number | undefined)[] = [];
      for await (const report of learn(network, tasks, method, options)) {
        if (report.kind === "task") found.push(report.samples);
      }
      return found;
    };
    expect(await made()).toEqual([135, 135, 135]);
    expect(await made(20)).toEqual([20, 20, 20]);
    await expect(made(10_000)).rejects.toThrow("samples is 10000, the task has 135");
  });

  it.each(["additive", "nearest"] as const)("remembers (%s)", async (sum) => {
    const network = sequential([dense(9, 10), relu(), dense(10, 3)], { seed: 1 });
    const run = async (strength: number) => {
      const reports = [];
      const method = kroneckerEwc({ strength, fisher: "exact", sum });
      const options = { rule: sgd({ stepSize: 0.1 }), epochs: 12, batch: 16 };
      for await (const report of learn(network, tasks, method, options)) {
        if (report.kind !== "task") continue;
        const state = readCheckpoint(writeCheckpoint("k", report.state), "k");
        expect(state).toEqual(report.state);
        reports.push(report.accuracies);
      }
      return reports[2][0];
    };
    const [free, held] = [await run(0), await run(5)];
    expect(held).toBeGreaterThan(free);
  });

  it.each([30, 300])(
    "with Adam and λ = %s stays near, and lowers what is minimized",
    async (strength) => {
      const network = sequential([dense(9, 10), relu(), dense(10, 3)], { seed: 1 });
      const method = kroneckerEwc({ strength, fisher: "exact" });
      const options = { rule: adamRule({ stepSize: 0.01 }), epochs: 8, batch: 16 };
      const thetas: Float32Array[] = [];
      const warnings: string[] = [];
      let kept = method.begin(network.parameters);
      const onWarning = (message: string) => warnings.push(message);
      for await (const report of learn(network, tasks, method, { ...options, onWarning })) {
        if (report.kind === "epoch") {
          // three classes: a constant prediction has 1.1, one that diverges 10⁹
          expect(report.loss).toBeLessThan(2);
          continue;
        }
        const penalty = method.penalty(kept);
        const task = tasks.tasks[report.task];
        const { X, targets } = gather(
          task.train,
          Uint32Array.from(task.train.rows, (_, n) => n),
        );
        const loss = (theta: Float32Array): number =>
          objective({ model: network, likelihood: categorical(3), X, y: targets }).loss(theta) +
          (penalty?.value(theta) ?? 0);
        const start = thetas.at(-1) ?? network.initial(stream(0, "initial parameters"));
        expect(loss(report.theta)).toBeLessThan(loss(start));
        thetas.push(report.theta);
        kept = report.state.kept as typeof kept;
      }
      expect(thetas).toHaveLength(3);
      // nor are bounded steps said to diverge
      expect(warnings.filter((message) => message.includes("diverge"))).toEqual([]);
    },
  );

  it("says step size, λ and the largest F apart where training diverges", async () => {
    const network = sequential([dense(9, 10), relu(), dense(10, 3)], { seed: 1 });
    const method = explicitSteps(kroneckerEwc({ strength: 1e6, fisher: "exact" }));
    let largest = 0;
    const run = async (): Promise<void> => {
      for await (const report of learn(network, tasks, method, {
        rule: sgd({ stepSize: 0.1 }),
        epochs: 8,
        batch: 16,
      })) {
        if (report.kind !== "task") continue;
        const { terms } = report.state.kept as unknown as ReturnType<typeof method.begin>;
        // a whole block written out, its largest eigenvalue
        largest = Math.max(
          ...terms[0].blocks.map(
            ({ factors: [G, A] }) => kernels().eigh(kronecker(G, A)).values.at(-1) ?? 0,
          ),
        );
      }
    };
    const message = await run().catch(({ message }: Error) => message);
    const said = /step size of SGD is 0.1, λ of .* is 1000000, the largest F is (\S+)\./;
    expect(message).toMatch(/^task B: training diverged, the loss is \S+; the /);
    // three digits
    expect(Math.abs(Number(said.exec(message ?? "")?.[1]) / largest - 1)).toBeLessThan(0.005);
  });
});
