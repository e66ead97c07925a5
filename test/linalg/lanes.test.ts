import { describe, expect, it } from "vitest";
import { bernoulli } from "../../src/likelihoods/bernoulli.ts";
import { fillPanels, openLanes, panelRows, solveWorkspace } from "../../src/linalg/lanes.ts";
import { LegacyRandom } from "../../src/random/legacy.ts";

describe("multiplyDense", () => {
  it.each([
    [4, 1, 16],
    [7, 13, 16],
    [18, 57, 32],
  ])("[%i, %i] · [·, %i] by the definition", (m, k, lanes) => {
    const random = new LegacyRandom(m);
    const { reals, multiplyDense } = openLanes(lanes, {
      A: panelRows(m) * k,
      W: k * lanes,
      out: panelRows(m) * lanes,
    });
    const entries = Float64Array.from({ length: m * k }, () => random.normal());
    const A = fillPanels(reals.A, m, k, (i, j) => entries[i * k + j]);
    reals.W.forEach((_, i) => {
      reals.W[i] = random.normal();
    });
    multiplyDense(A, reals.W, reals.out);
    for (let i = 0; i < m; i++) {
      for (let lane = 0; lane < lanes; lane++) {
        let sum = 0;
        for (let p = 0; p < k; p++) sum += entries[i * k + p] * reals.W[p * lanes + lane];
        expect(reals.out[i * lanes + lane]).toBeCloseTo(sum, 12);
      }
    }
  });
});

describe("multiplySparse", () => {
  it("by the definition, with an empty row", () => {
    const lanes = 16;
    const rowPointers = Int32Array.of(0, 2, 2, 5);
    const columns = Int32Array.of(0, 3, 1, 2, 3);
    const values = Float64Array.of(2, -1, 0.5, 4, 1);
    const memory = openLanes(
      lanes,
      { values: 5, W: 4 * lanes, out: 3 * lanes },
      { rowPointers: 4, columns: 5 },
    );
    const { reals, indices } = memory;
    reals.values.set(values);
    indices.rowPointers.set(rowPointers);
    indices.columns.set(columns);
    reals.W.forEach((_, i) => {
      reals.W[i] = Math.sin(i);
    });
    memory.multiplySparse({ rows: 3, ...indices, values: reals.values }, reals.W, reals.out);
    for (let lane = 0; lane < lanes; lane++) {
      const w = (row: number): number => reals.W[row * lanes + lane];
      expect(reals.out[lane]).toBeCloseTo(2 * w(0) - w(3), 15);
      expect(reals.out[lanes + lane]).toBe(0);
      expect(reals.out[2 * lanes + lane]).toBeCloseTo(0.5 * w(1) + 4 * w(2) + w(3), 15);
    }
  });
});

describe("clippedLogistic", () => {
  const clip = 1e-8;
  const lanes = 16;
  // tails, the clip's own edge at ±18.42, and everything between
  const outputs = [0, -0.1, 3, -7.5, 18.4, 18.43, -18.4, -18.43, 40, -40, 710, -1e6, 1e300];
  const n = 3 * outputs.length;

  it.each(["fisher", "empirical"] as const)(
    "agrees with the Bernoulli family, %s weights",
    (weights) => {
      const { reals, clippedLogistic } = openLanes(lanes, {
        f: n * lanes,
        y: n,
        residual: n * lanes,
        weight: n * lanes,
        loss: lanes,
        work: lanes,
      });
      for (let i = 0; i < n; i++) {
        reals.y[i] = i % 2;
        for (let lane = 0; lane < lanes; lane++) {
          reals.f[i * lanes + lane] = outputs[(i + 5 * lane) % outputs.length] / (1 + (lane >> 3));
        }
      }
      clippedLogistic({ ...reals, clip, weights });
      const family = bernoulli({ clip });
      for (let lane = 0; lane < lanes; lane++) {
        const f = { rows: n, cols: 1, data: reals.f.filter((_, i) => i % lanes === lane) };
        const y = { rows: n, cols: 1, data: reals.y };
        const loss = family.negativeLogLikelihood(f, y).reduce((sum, l) => sum + l, 0) / n;
        expect(reals.loss[lane] / loss).toBeCloseTo(1, 14);
        const residual = family.residual(f, y).data;
        const fisher = family.outputFisher(f).data;
        for (let i = 0; i < n; i++) {
          // The family follows the paper's p − y, which loses digits of a residual of 1e-8.
          expect(Math.abs(reals.residual[i * lanes + lane] - residual[i])).toBeLessThan(4e-16);
          const weight = weights === "fisher" ? fisher[i] : residual[i] ** 2;
          expect(Math.abs(reals.weight[i * lanes + lane] - weight)).toBeLessThan(4e-16);
        }
      }
    },
  );

  it("keeps NaN in its lane", () => {
    const { reals, clippedLogistic } = openLanes(lanes, {
      f: lanes,
      y: 1,
      residual: lanes,
      weight: lanes,
      loss: lanes,
      work: lanes,
    });
    reals.f[3] = Number.NaN;
    clippedLogistic({ ...reals, clip, weights: "fisher" });
    expect([...reals.loss].map(Number.isNaN)).toEqual([...reals.f].map(Number.isNaN));
  });

  it("a product of 20,000 probabilities does not underflow", () => {
    const many = 20000;
    const { reals, clippedLogistic } = openLanes(lanes, {
      f: many * lanes,
      y: many,
      residual: many * lanes,
      weight: many * lanes,
      loss: lanes,
      work: lanes,
    });
    reals.f.fill(17);
    clippedLogistic({ ...reals, clip, weights: "empirical" });
    expect(reals.loss[0] / (17 + Math.log1p(Math.exp(-17)))).toBeCloseTo(1, 13);
    reals.f.fill(-17);
    clippedLogistic({ ...reals, clip, weights: "empirical" });
    // relative to 4e-8: the product of 20,000 factors near one keeps eight digits of it
    expect(reals.loss[0] / Math.log1p(Math.exp(-17))).toBeCloseTo(1, 7);
  });
});

describe("solve", () => {
  it.each([1, 2, 3, 4, 5, 14, 31, 42])("(C + λK)⁻¹ g for n = %i, each lane its own", (n) => {
    const lanes = 16;
    const random = new LegacyRandom(n);
    const packed = (n * (n + 1)) / 2;
    const { reals, solve } = openLanes(lanes, {
      C: packed * lanes,
      K: packed,
      damping: lanes,
      g: n * lanes,
      z: n * lanes,
      work: solveWorkspace(n),
    });
    const at = (i: number, j: number): number => (i >= j ? (i * (i + 1)) / 2 + j : at(j, i));
    for (let lane = 0; lane < lanes; lane++) {
      const A = Array.from({ length: n }, () =>
        Float64Array.from({ length: n }, () => random.normal()),
      );
      reals.damping[lane] = 10 ** (lane / 2 - 5);
      for (let i = 0; i < n; i++) {
        reals.g[i * lanes + lane] = random.normal();
        for (let j = 0; j <= i; j++) {
          reals.C[at(i, j) * lanes + lane] = A[i].reduce((s, a, k) => s + a * A[j][k], 0);
          reals.K[at(i, j)] = i === j ? 2 : 0.1 / n;
        }
      }
    }
    solve({ n, ...reals });
    for (let lane = 0; lane < lanes; lane++) {
      for (let i = 0; i < n; i++) {
        let sum = 0;
        let size = 0;
        for (let j = 0; j < n; j++) {
          const m = reals.C[at(i, j) * lanes + lane] + reals.damping[lane] * reals.K[at(i, j)];
          sum += m * reals.z[j * lanes + lane];
          size += Math.abs(m * reals.z[j * lanes + lane]);
        }
        // backward stable: the residual is rounding relative to what was added up
        expect(Math.abs(sum - reals.g[i * lanes + lane])).toBeLessThan(1e-13 * (size + 1));
      }
    }
  });

  it("an indefinite lane gets NaN, its neighbours their solution", () => {
    const lanes = 16;
    const { reals, solve } = openLanes(lanes, {
      C: lanes,
      K: 1,
      damping: lanes,
      g: lanes,
      z: lanes,
      work: solveWorkspace(1),
    });
    reals.K[0] = 1;
    reals.g.fill(64);
    reals.C.fill(1);
    reals.C.set([4, -1, 0, 16, Number.NaN, 1, 64, 256]);
    solve({ n: 1, ...reals });
    expect([...reals.z.subarray(0, 9)]).toEqual([
      16,
      Number.NaN,
      Number.NaN,
      4,
      Number.NaN,
      64,
      1,
      0.25,
      64,
    ]);
  });
});

describe("openLanes", () => {
  it("refuses a number of lanes that the kernels cannot step", () => {
    expect(() => openLanes(8, { a: 1 })).toThrow("multiple of 16, found 8");
  });
});
