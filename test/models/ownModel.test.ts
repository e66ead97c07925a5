/** Forward, jvp and vjp are all that a model needs: a decay a e^(−b t), and what is known of it in closed form. */
import { describe, expect, it } from "vitest";
import { curvature } from "../../src/curvature/curvature.ts";
import { diagonal } from "../../src/curvature/diagonal.ts";
import { full } from "../../src/curvature/full.ts";
import { ggn } from "../../src/curvature/ggn.ts";
import { empirical, fisher } from "../../src/curvature/kinds.ts";
import { matrixFree } from "../../src/curvature/matrixFree.ts";
import type { Split } from "../../src/curvature/split.ts";
import { gaussian } from "../../src/likelihoods/gaussian.ts";
import { fromRows, identity, type Matrix } from "../../src/linalg/matrix.ts";
import { composition } from "../../src/models/composition.ts";
import type { Model } from "../../src/models/model.ts";
import { outputRange } from "../../src/models/outputRange.ts";
import { objective } from "../../src/objective.ts";
import { distance } from "../support/matrices.ts";

const column = ({ rows, data }: Matrix, f: (t: number) => number): Matrix => ({
  rows,
  cols: 1,
  data: data.map(f),
});
const decay: Model<Matrix> = {
  parameters: 2,
  outputs: 1,
  forward: ([a, b], X) => column(X, (t) => a * Math.exp(-b * t)),
  jvp: ([a, b], X, [da, db]) => column(X, (t) => (da - db * a * t) * Math.exp(-b * t)),
  vjp([a, b], X, U) {
    const sum = new Float64Array(2);
    X.data.forEach((t, n) => {
      const pulled = U.data[n] * Math.exp(-b * t);
      sum[0] += pulled;
      sum[1] -= a * t * pulled;
    });
    return sum;
  },
};

const times = [0, 1, 2, 3];
const X = fromRows(times.map((t) => [t]));
const y = [2.1, 1.2, 0.7, 0.5];
const theta = Float64Array.of(2, 0.5);
const problem = objective({ model: decay, likelihood: gaussian(), X, y, reduction: "sum" });
/** rows of the Jacobian */
const J = times.map((t) => [Math.exp(-t / 2), -2 * t * Math.exp(-t / 2)]);
const gramOf = (rows: readonly (readonly number[])[]): number[] =>
  [0, 1].flatMap((i) => [0, 1].map((j) => rows.reduce((sum, row) => sum + row[i] * row[j], 0)));

describe("a model of forward, jvp and vjp", () => {
  it("has every kind of matrix", () => {
    const F = gramOf(J);
    expect(distance(curvature(problem, theta, fisher(), full()).dense().data, F)).toBeLessThan(
      1e-15,
    );
    const { data } = curvature(problem, theta, fisher(), matrixFree()).dense();
    expect(distance(data, F)).toBeLessThan(1e-15);
    const found = curvature(problem, theta, fisher(), diagonal()).dense().data;
    expect(distance(found, [F[0], 0, 0, F[3]])).toBeLessThan(1e-15);
    const scaled = J.map(([a, b], n) => {
      const residual = 2 * Math.exp(-times[n] / 2) - y[n];
      return [residual * a, residual * b];
    });
    expect(
      distance(curvature(problem, theta, empirical(), full()).dense().data, gramOf(scaled)),
    ).toBeLessThan(1e-15);
  });

  it("may be inside others", () => {
    const twice = composition(decay, {
      outputs: 2,
      values: ({ rows, data }) => ({
        rows,
        cols: 2,
        data: Float64Array.from([...data].flatMap((f) => [f, 3 * f])),
      }),
      jacobian: ({ rows }) => ({
        count: rows,
        rows: 2,
        cols: 1,
        data: Float64Array.from({ length: 2 * rows }, (_, i) => (i % 2 ? 3 : 1)),
      }),
    });
    const second = objective({
      model: outputRange(twice, 1, 2),
      likelihood: gaussian(),
      X,
      y,
      reduction: "sum",
    });
    const { data } = curvature(second, theta, fisher(), full()).dense();
    expect(
      distance(
        data,
        gramOf(J).map((f) => 9 * f),
      ),
    ).toBeLessThan(1e-14);
  });

  it("may be the inner map of a split, made anew for the targets", () => {
    const split: Split<Matrix> = {
      name: "½ b², b = f − y",
      outer: {
        value: ([b]) => b ** 2 / 2,
        gradient: ([b]) => Float64Array.of(b),
        hessian: () => identity(1),
      },
      inner: (targets) => ({
        ...decay,
        forward: (at, inputs) => {
          const outputs = decay.forward(at, inputs);
          return { ...outputs, data: outputs.data.map((f, n) => f - targets.data[n]) };
        },
      }),
      image: [[-Infinity, Infinity]],
    };
    for (const structure of [full(), matrixFree()]) {
      const G = curvature(problem, theta, ggn(split), structure, { batch: 3 });
      expect(distance(G.dense().data, gramOf(J))).toBeLessThan(1e-15);
    }
  });
});
