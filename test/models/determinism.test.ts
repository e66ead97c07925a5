/** Models in training mode are refused before a sum over samples is made of them. */
import { describe, expect, it } from "vitest";
import { curvature } from "../../src/curvature/curvature.ts";
import { diagonal } from "../../src/curvature/diagonal.ts";
import { full } from "../../src/curvature/full.ts";
import { empirical, fisher } from "../../src/curvature/kinds.ts";
import { matrixFree } from "../../src/curvature/matrixFree.ts";
import { gradientNorms, gradientProducts } from "../../src/curvature/perExample.ts";
import { DomainError } from "../../src/errors.ts";
import { bernoulli } from "../../src/likelihoods/bernoulli.ts";
import type { Matrix } from "../../src/linalg/matrix.ts";
import { requireDeterministic } from "../../src/models/determinism.ts";
import { inputRows } from "../../src/models/inputs.ts";
import type { Inputs, Model } from "../../src/models/model.ts";
import { dense } from "../../src/models/network/dense.ts";
import { dropout } from "../../src/models/network/dropout.ts";
import { sequential } from "../../src/models/network/sequential.ts";
import { objective } from "../../src/objective.ts";
import { stream } from "../../src/random/streams.ts";
import { numbers, random } from "../support/matrices.ts";
import { tanhNetwork } from "../support/testModels.ts";

const P = 3;
const network = tanhNetwork(P, 4, 1);
const theta = numbers(network.parameters, 1);
const X = random(12, P, 2);
const y = Array.from({ length: 12 }, (_, n) => n % 2);

/** the network with noise of the given size on its outputs */
function noisy(size: number): Model<Matrix> {
  let pass = 0;
  return {
    ...network,
    forward(at, inputs) {
      const outputs = network.forward(at, inputs);
      pass++;
      for (let i = 0; i < outputs.data.length; i++)
        outputs.data[i] += size * numbers(1, pass + i)[0];
      return outputs;
    },
  };
}

/** the network on inputs less their mean over the batch */
const centred: Model<Matrix> = {
  ...network,
  forward(at, { rows, cols, data }) {
    const mean = new Float64Array(cols);
    data.forEach((x, i) => {
      mean[i % cols] += x / rows;
    });
    return network.forward(at, { rows, cols, data: data.map((x, i) => x - mean[i % cols]) });
  },
};

describe("a model is refused", () => {
  it("that draws random numbers, by what its passes give", () => {
    const check = () => requireDeterministic(noisy(0.1), theta, X);
    expect(check).toThrow(DomainError);
    expect(check).toThrow(
      /^the model is not deterministic: at the same θ, output 0 of sample \d is .*, and .* \(a difference of 0\.\d+\) in a second pass; use it in evaluation mode \(no dropout/,
    );
  });

  it("that says so itself, whatever its passes give", () => {
    expect(() => requireDeterministic({ ...network, stochastic: true }, theta, X)).toThrow(
      /^the model draws random numbers at each pass \(dropout in training mode\)/,
    );
  });

  it("whose outputs depend on the batch", () => {
    const [whole, alone] = [8, 1].map(
      (rows) => centred.forward(theta, inputRows(X, 0, rows)).data[0],
    );
    expect(() => requireDeterministic(centred, theta, X)).toThrow(
      `the model looks at more than one sample at a time: output 0 of sample 0 is ${whole}, and ${alone} ` +
        `(a difference of ${Math.abs(whole - alone).toPrecision(2)}) without the 7 samples after it`,
    );
  });

  it("whose outputs depend on the sample before", () => {
    const running: Model<Matrix> = {
      ...network,
      forward(at, { rows, cols, data }) {
        const sums = data.map((x, i) => x + (data[i - cols] ?? 0));
        return network.forward(at, { rows, cols, data: sums });
      },
    };
    const [whole, alone] = [0, 7].map((start) => {
      const { data } = running.forward(theta, inputRows(X, start, 8));
      return data[data.length - 1];
    });
    expect(() => requireDeterministic(running, theta, X)).toThrow(
      `output 0 of sample 7 is ${whole}, and ${alone} (a difference of ` +
        `${Math.abs(whole - alone).toPrecision(2)}) without the 7 samples before it`,
    );
  });

  it("at the first θ that shows it, though not at θ = 0", () => {
    const zero = new Float64Array(theta.length);
    let pass = 0;
    const masked: Model<Matrix> = {
      ...network,
      forward(at, inputs) {
        pass++;
        const outputs = network.forward(at, inputs);
        return { ...outputs, data: outputs.data.map((f) => f * pass) };
      },
    };
    for (const model of [masked, centred]) {
      requireDeterministic(model, zero, X);
      expect(() => requireDeterministic(model, theta, X)).toThrow(/evaluation mode/);
    }
  });

  it("before any curvature matrix and anything about single gradients is made", () => {
    for (const model of [noisy(0.1), centred]) {
      const problem = objective<Matrix>({ model, likelihood: bernoulli(), X, y });
      for (const structure of [full(), diagonal(), matrixFree()]) {
        expect(() => curvature(problem, theta, fisher(), structure)).toThrow(/evaluation mode/);
      }
      expect(() => gradientNorms(problem, theta)).toThrow(/evaluation mode/);
      expect(() => gradientProducts(problem, theta)).toThrow(/evaluation mode/);
    }
  });

  it("that is a network with dropout in training mode, and taken in evaluation mode", () => {
    const net = sequential([dense(P, 5), dropout(0.5), dense(5, 1)], { precision: "float64" });
    const at = net.initial();
    const make = (model: typeof net) =>
      curvature(objective({ model, likelihood: bernoulli(), X, y }), at, empirical(), matrixFree());
    expect(() => make(net.training(stream(0, "dropout")))).toThrow("draws random numbers");
    const A = make(net);
    expect(A.multiply(Float64Array.from(at))).toEqual(A.multiply(Float64Array.from(at)));
  });
});

describe("a model is taken", () => {
  it("whose passes differ by rounding", () => {
    expect(() => requireDeterministic(noisy(1e-12), theta, X)).not.toThrow();
    const single = tanhNetwork<Float32Array>(P, 4, 1);
    const inputs = { ...X, data: Float32Array.from(X.data) };
    const rounded: typeof single = {
      ...single,
      forward(at, rows) {
        const outputs = single.forward(at, rows);
        // as another order of sums would
        return { ...outputs, data: outputs.data.map((f) => f * (1 + rows.rows * 2e-7)) };
      },
    };
    expect(() => requireDeterministic(rounded, Float32Array.from(theta), inputs)).not.toThrow();
  });

  it("in few passes over few samples, once, none where it is linear in θ", () => {
    const passes: number[] = [];
    const watched: Model<Matrix> = {
      ...network,
      forward(at, inputs) {
        passes.push(inputs.rows);
        return network.forward(at, inputs);
      },
    };
    requireDeterministic(watched, theta, X);
    expect(passes.splice(0)).toEqual([8, 8, 1, 1]);
    requireDeterministic(
      watched,
      theta.map((t) => 2 * t),
      X,
    );
    expect(passes).toEqual([]);
    requireDeterministic({ ...watched, linear: true }, theta, X);
    expect(passes).toEqual([]);
    const opaque: Model<Inputs> = {
      ...network,
      checkInputs() {},
      forward: (at) => watched.forward(at, X),
      jvp: (at, _, v) => network.jvp(at, X, v),
      vjp: (at, _, U) => network.vjp(at, X, U),
    };
    requireDeterministic(opaque, theta, { rows: 12, cols: P });
    expect(passes.splice(0)).toEqual([12, 12]);
    const one = { rows: 1, cols: P, data: X.data.subarray(0, P) };
    // nothing is known of batches from one sample, so the next one is looked at again
    const other = { ...watched };
    requireDeterministic(other, theta, one);
    requireDeterministic(other, theta, X);
    expect(passes).toEqual([1, 1, 8, 8, 1, 1]);
  });
});
