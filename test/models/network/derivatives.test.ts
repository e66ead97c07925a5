/** Whole networks against jets: the same networks written again in scalar loops, with exact first and second derivatives. */
import { describe, expect, it } from "vitest";
import { addSecondOrderDiagonal } from "../../../src/curvature/secondOrderDiagonal.ts";
import type { Blocks, Matrix } from "../../../src/linalg/matrix.ts";
import { batchNorm } from "../../../src/models/network/batchNorm.ts";
import { dense } from "../../../src/models/network/dense.ts";
import type { Network } from "../../../src/models/network/network.ts";
import { relu } from "../../../src/models/network/relu.ts";
import { residual } from "../../../src/models/network/residual.ts";
import { sequential } from "../../../src/models/network/sequential.ts";
import { sigmoid } from "../../../src/models/network/sigmoid.ts";
import { tanh } from "../../../src/models/network/tanh.ts";
import { Jet, total } from "../../support/jet.ts";
import { distance, largest, numbers, product, random } from "../../support/matrices.ts";

/** Reads parameters off the front of θ. */
class Reader {
  readonly theta: readonly Jet[];
  at: number;
  constructor(theta: readonly Jet[], at = 0) {
    this.theta = theta;
    this.at = at;
  }

  /** W x + b */
  dense(x: readonly Jet[], outputs: number, bias = true): Jet[] {
    const W = this.at;
    const b = W + outputs * x.length;
    this.at = b + (bias ? outputs : 0);
    return Array.from({ length: outputs }, (_, o) => {
      const sum = total(x.map((xi, i) => xi.times(this.theta[W + o * x.length + i])));
      return bias ? sum.plus(this.theta[b + o]) : sum;
    });
  }
}

const add = (a: readonly Jet[], b: readonly Jet[]): Jet[] => a.map((x, i) => x.plus(b[i]));
const tanhs = (x: readonly Jet[]): Jet[] => x.map((xi) => xi.tanh());
/** (1 + tanh(x/2)) / 2 */
const sigmoids = (x: readonly Jet[]): Jet[] =>
  x.map((xi) => xi.times(0.5).tanh().plus(1).times(0.5));
const relus = (x: readonly Jet[]): Jet[] => x.map((xi) => xi.times(xi.value > 0 ? 1 : 0));

interface NetworkCase {
  readonly name: string;
  readonly network: Network<Float64Array>;
  jets(theta: Jet[], x: Jet[]): Jet[];
}

const twice = dense(3, 3);
const both = dense(3, 3);
const statistics = { mean: [0.3, -0.2, 0.1], variance: [0.5, 2, 1] };

const cases: readonly NetworkCase[] = [
  {
    name: "two layers",
    network: sequential([dense(2, 3), tanh(), dense(3, 2)], { precision: "float64" }),
    jets(theta, x) {
      const read = new Reader(theta);
      return read.dense(tanhs(read.dense(x, 3)), 2);
    },
  },
  {
    name: "one layer",
    network: sequential([dense(2, 2)], { precision: "float64" }),
    jets: (theta, x) => new Reader(theta).dense(x, 2),
  },
  {
    name: "an activation first and last, no bias",
    network: sequential([tanh(), dense(2, 3, { bias: false }), sigmoid()], {
      precision: "float64",
      inputs: [2],
    }),
    jets: (theta, x) => sigmoids(new Reader(theta).dense(tanhs(x), 3, false)),
  },
  {
    name: "relu",
    network: sequential([dense(2, 4), relu(), dense(4, 3), relu(), dense(3, 1)], {
      precision: "float64",
    }),
    jets(theta, x) {
      const read = new Reader(theta);
      const h = relus(read.dense(x, 4));
      return read.dense(relus(read.dense(h, 3)), 1);
    },
  },
  {
    name: "batch normalization",
    network: sequential([dense(2, 3), batchNorm(3, statistics), tanh(), dense(3, 1)], {
      precision: "float64",
    }),
    jets(theta, x) {
      const read = new Reader(theta);
      const h = read.dense(x, 3);
      const [scale, shift] = [read.at, read.at + 3];
      read.at += 6;
      const normal = h.map((hc, c) =>
        hc
          .plus(-statistics.mean[c])
          .times(1 / Math.sqrt(statistics.variance[c] + 1e-5))
          .times(theta[scale + c])
          .plus(theta[shift + c]),
      );
      return read.dense(tanhs(normal), 1);
    },
  },
  {
    name: "residual blocks in each other, with and without parameters around",
    network: sequential(
      [
        dense(2, 2),
        residual([tanh(), residual([dense(2, 2), tanh()]), dense(2, 2)], {
          shortcut: [dense(2, 2, { bias: false }), sigmoid()],
        }),
        residual([tanh()]),
      ],
      { precision: "float64" },
    ),
    jets(theta, x) {
      const read = new Reader(theta);
      const h = read.dense(x, 2);
      const t = tanhs(h);
      const inside = add(tanhs(read.dense(t, 2)), t);
      const body = read.dense(inside, 2);
      const y = add(body, sigmoids(read.dense(h, 2, false)));
      return add(tanhs(y), y);
    },
  },
  {
    name: "a residual block first",
    network: sequential([residual([dense(2, 2), tanh()]), dense(2, 1)], {
      precision: "float64",
      inputs: [2],
    }),
    jets(theta, x) {
      const read = new Reader(theta);
      return read.dense(add(tanhs(read.dense(x, 2)), x), 1);
    },
  },
  {
    name: "tied weights",
    network: sequential([dense(2, 3), tanh(), twice, tanh(), twice, sigmoid(), dense(3, 1)], {
      precision: "float64",
    }),
    jets(theta, x) {
      const read = new Reader(theta);
      const h = tanhs(read.dense(x, 3));
      const again = new Reader(theta, read.at);
      const y = tanhs(read.dense(h, 3));
      return read.dense(sigmoids(again.dense(y, 3)), 1);
    },
  },
  {
    name: "weights tied across a residual block",
    network: sequential([both, residual([tanh(), both]), tanh(), both], { precision: "float64" }),
    jets(theta, x) {
      const layer = (h: readonly Jet[]): Jet[] => new Reader(theta).dense(h, 3);
      const h = layer(x);
      return layer(tanhs(add(layer(tanhs(h)), h)));
    },
  },
];

describe.each(cases)("$name", ({ network, jets }) => {
  const B = 4;
  const { parameters: D, outputs: M } = network;
  const P = network.inputShape[0];
  const theta = numbers(D, 21);
  const X = random(B, P, 22);
  const v = numbers(D, 23);
  const exact = Array.from({ length: B }, (_, n) => {
    const x = Array.from(
      X.data.subarray(n * P, (n + 1) * P),
      (value) => new Jet(value, new Float64Array(D), new Float64Array(D * D)),
    );
    return jets(Jet.variables(theta), x);
  }).flat();
  /** [B · M, D] */
  const J: Matrix = { rows: B * M, cols: D, data: new Float64Array(B * M * D) };
  for (const [i, { gradient }] of exact.entries()) J.data.set(gradient, i * D);
  const at = network.at(theta, X);
  const U = random(B, M, 24);
  const column = (data: Float64Array): Matrix => ({ rows: data.length, cols: 1, data });

  it("has these outputs", () => {
    const values = exact.map(({ value }) => value);
    expect(at.outputs).toMatchObject({ rows: B, cols: M });
    expect(distance(at.outputs.data, values)).toBeLessThan(1e-14);
    expect(distance(network.forward(theta, X).data, values)).toBeLessThan(1e-14);
  });

  it("has this Jacobian", () => {
    const pushed = product(J, column(v)).data;
    expect(distance(at.jvp(v).data, pushed)).toBeLessThan(1e-13);
    expect(distance(network.jvp(theta, X, v).data, pushed)).toBeLessThan(1e-13);
    const pulled = product(J, column(U.data), { transA: true }).data;
    expect(distance(at.vjp(U), pulled)).toBeLessThan(1e-13);
    expect(distance(network.vjp(theta, X, U), pulled)).toBeLessThan(1e-13);
  });

  it("has these second derivatives", () => {
    const expected = new Float64Array(D);
    exact.forEach(({ hessian }, i) => {
      for (let t = 0; t < D * D; t++) {
        expected[Math.floor(t / D)] += U.data[i] * hessian[t] * v[t % D];
      }
    });
    const found = at.secondOrder(U, v);
    expect(distance(found, expected)).toBeLessThan(1e-13 * (1 + largest(expected)));
  });

  it("has these second derivatives by each parameter alone", () => {
    const start = numbers(D, 27);
    const expected = start.slice();
    exact.forEach(({ hessian }, i) => {
      for (let j = 0; j < D; j++) expected[j] += U.data[i] * hessian[j * D + j];
    });
    const found = start.slice();
    addSecondOrderDiagonal(at, U, found);
    expect(distance(found, expected)).toBeLessThan(1e-13 * (1 + largest(expected)));
  });

  const K = 2;
  const S: Blocks = { count: B, rows: M, cols: K, data: numbers(B * M * K, 25) };
  /** (J_nᵀ S_n)ᵀ by definition */
  const rows: Matrix = { rows: B * K, cols: D, data: new Float64Array(B * K * D) };
  for (let n = 0; n < B; n++) {
    for (let k = 0; k < K; k++) {
      for (let m = 0; m < M; m++) {
        for (let j = 0; j < D; j++) {
          rows.data[(n * K + k) * D + j] +=
            S.data[(n * M + m) * K + k] * J.data[(n * M + m) * D + j];
        }
      }
    }
  }

  it("has these rows, as a whole and layer by layer", () => {
    expect(distance(at.factorRows(S).data, rows.data)).toBeLessThan(1e-13);
    const seen = new Float64Array(D);
    for (const layer of at.layers!(S)) {
      expect(layer).toMatchObject({ samples: B, columns: K });
      const own = layer.rows();
      for (let r = 0; r < rows.rows; r++) {
        const part = rows.data.subarray(r * D + layer.offset, r * D + layer.offset + layer.size);
        const found = own.data.subarray(r * layer.size, (r + 1) * layer.size);
        expect(distance(found, part)).toBeLessThan(1e-13);
      }
      for (let i = 0; i < layer.size; i++) seen[layer.offset + i]++;
    }
    expect(seen).toEqual(new Float64Array(D).fill(1));
  });

  it("has this Gram matrix", () => {
    const G = product(rows, rows, { transA: true }).data;
    expect(distance(at.gram(S).data, G)).toBeLessThan(1e-13 * (1 + largest(G)));
    const diagonal = G.filter((_, t) => t % (D + 1) === 0);
    expect(distance(at.gramDiagonal(S), diagonal)).toBeLessThan(1e-13 * (1 + largest(G)));
  });

  it("has this Gram matrix around a centre", () => {
    const one = { count: B, rows: M, cols: 1, data: U.data };
    const centre = numbers(D, 26);
    const gradients = at.factorRows(one);
    const centred = { ...gradients, data: gradients.data.map((g, i) => g - centre[i % D]) };
    const G = product(centred, centred, { transA: true }).data;
    expect(distance(at.gram(one, centre).data, G)).toBeLessThan(1e-13 * (1 + largest(G)));
    const diagonal = G.filter((_, t) => t % (D + 1) === 0);
    expect(distance(at.gramDiagonal(one, centre), diagonal)).toBeLessThan(1e-13 * (1 + largest(G)));
  });

  it("is the same in float32, up to rounding", () => {
    const half = sequential(network.layers, { inputs: network.inputShape });
    const single = (data: ArrayLike<number>): Float32Array => Float32Array.from(data);
    const X32 = { ...X, data: single(X.data) };
    const around = half.at(single(theta), X32);
    const U32 = { ...U, data: single(U.data) };
    const S32 = { ...S, data: single(S.data) };
    const pairs = [
      [around.outputs.data, at.outputs.data],
      [around.jvp(single(v)).data, at.jvp(v).data],
      [around.vjp(U32), at.vjp(U)],
      [around.secondOrder(U32, single(v)), at.secondOrder(U, v)],
      [around.factorRows(S32).data, rows.data],
    ];
    for (const [found, expected] of pairs) {
      expect(found).toBeInstanceOf(Float32Array);
      expect(distance(found, expected)).toBeLessThan(1e-5 * (1 + largest(expected)));
    }
    for (const [found, expected] of [
      [around.gram(S32).data, at.gram(S).data],
      [around.gramDiagonal(S32), at.gramDiagonal(S)],
    ]) {
      expect(found).toBeInstanceOf(Float64Array);
      expect(distance(found, expected)).toBeLessThan(1e-5 * (1 + largest(expected)));
    }
  });
});
