/** Linear models against x̃ written out, in dense and compressed inputs. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../../src/errors.ts";
import type { Blocks, Matrix } from "../../src/linalg/matrix.ts";
import { fromDense, type SparseMatrix } from "../../src/linalg/sparse.ts";
import { type Intercept, linear } from "../../src/models/linear.ts";
import { distance, numbers, random } from "../support/matrices.ts";

interface Setting {
  readonly N: number;
  readonly P: number;
  readonly M: number;
  readonly K: number;
  readonly intercept: Intercept;
  readonly seed: number;
}

const settings = fc.record<Setting>({
  N: fc.integer({ min: 1, max: 9 }),
  P: fc.integer({ min: 1, max: 5 }),
  M: fc.integer({ min: 1, max: 4 }),
  K: fc.integer({ min: 1, max: 4 }),
  intercept: fc.constantFrom<Intercept[]>("last", "first", false),
  seed: fc.integer({ min: 1, max: 1000 }),
});

/** x̃_n */
function padded(X: Matrix, n: number, intercept: Intercept): number[] {
  const x = [...X.data.subarray(n * X.cols, (n + 1) * X.cols)];
  if (intercept === "first") return [1, ...x];
  return intercept === "last" ? [...x, 1] : x;
}

/** The Jacobian I_M ⊗ x̃ᵀ of sample n, rows `[D]`. */
function jacobian(X: Matrix, n: number, M: number, intercept: Intercept): number[][] {
  const x = padded(X, n, intercept);
  return Array.from({ length: M }, (_, m) => {
    const row = new Array<number>(M * x.length).fill(0);
    x.forEach((value, q) => {
      row[m * x.length + q] = value;
    });
    return row;
  });
}

/** X with some zeros, the same in compressed rows, and everything that a model takes. */
function draw({ N, P, M, K, intercept, seed }: Setting) {
  const full = random(N, P, seed);
  const X = { ...full, data: full.data.map((x) => (Math.abs(x) < 0.3 ? 0 : x)) };
  const model = linear({ inputs: P, outputs: M, intercept });
  const S: Blocks = { count: N, rows: M, cols: K, data: numbers(N * M * K, seed + 1) };
  return {
    X,
    both: [X, fromDense(X)] as readonly (Matrix | SparseMatrix)[],
    model,
    S,
    theta: numbers(model.parameters, seed + 2),
    U: random(N, M, seed + 3),
    J: Array.from({ length: N }, (_, n) => jacobian(X, n, M, intercept)),
  };
}

const check = (property: (setting: Setting) => void): void =>
  fc.assert(fc.property(settings, property), { numRuns: 60, seed: 3 });

describe("linear", () => {
  it("computes W x̃, the same along θ as along v", () => {
    check((setting) => {
      const { both, model, theta, J } = draw(setting);
      const expected = J.flatMap((rows) =>
        rows.map((row) => row.reduce((sum, x, i) => sum + x * theta[i], 0)),
      );
      for (const X of both) {
        const f = model.forward(theta, X);
        expect([f.rows, f.cols]).toEqual([setting.N, setting.M]);
        expect(distance(f.data, expected)).toBeLessThan(1e-14);
        expect(model.jvp(new Float64Array(theta.length), X, theta)).toEqual(f);
      }
    });
  });

  it("pulls cotangents back by the transpose", () => {
    check((setting) => {
      const { both, model, theta, U, J } = draw(setting);
      const expected = new Float64Array(theta.length);
      J.forEach((rows, n) => {
        rows.forEach((row, m) => {
          row.forEach((x, i) => {
            expected[i] += x * U.data[n * setting.M + m];
          });
        });
      });
      for (const X of both) {
        expect(distance(model.vjp(theta, X, U), expected)).toBeLessThan(1e-14);
      }
    });
  });

  it("gives rows, Gram matrix and diagonal of any factors", () => {
    check((setting) => {
      const { both, model, theta, S, J } = draw(setting);
      const { M, K } = setting;
      const D = theta.length;
      const rows = J.flatMap((Jn, n) =>
        Array.from({ length: K }, (_, k) =>
          Array.from({ length: D }, (_, i) =>
            Jn.reduce((sum, row, m) => sum + row[i] * S.data[(n * M + m) * K + k], 0),
          ),
        ),
      );
      const gram = Float64Array.from({ length: D * D }, (_, t) =>
        rows.reduce((sum, row) => sum + row[Math.floor(t / D)] * row[t % D], 0),
      );
      for (const X of both) {
        const found = model.factorRows(theta, X, S);
        expect([found.rows, found.cols]).toEqual([setting.N * K, D]);
        expect(distance(found.data, rows.flat())).toBeLessThan(1e-15);
        const G = model.gram(theta, X, S);
        expect(distance(G.data, gram)).toBeLessThan(1e-13);
        for (let i = 0; i < D; i++) {
          for (let j = 0; j < i; j++) expect(G.data[i * D + j]).toBe(G.data[j * D + i]);
        }
        const diagonal = model.gramDiagonal(theta, X, S);
        const expected = Float64Array.from({ length: D }, (_, i) => gram[i * (D + 1)]);
        expect(distance(diagonal, expected)).toBeLessThan(1e-13);
      }
    });
  });

  it("works through more rows than it takes at once", () => {
    // groups hold 2¹⁸ entries: 300 columns make groups of 870 rows
    const setting = { N: 2000, P: 299, M: 2, K: 1, intercept: "last", seed: 4 } as const;
    const { X, both, model, theta, S } = draw(setting);
    const [a, b] = both.map((inputs) => model.gram(theta, inputs, S));
    expect(distance(a.data, b.data)).toBeLessThan(1e-11);
    const D = theta.length;
    // entry (output 1, input 5; output 0, constant)
    let expected = 0;
    for (let n = 0; n < X.rows; n++) {
      expected += S.data[2 * n] * S.data[2 * n + 1] * X.data[n * 299 + 5];
    }
    expect(Math.abs(a.data[305 * D + 299] - expected)).toBeLessThan(1e-11);
    const [c, d] = both.map((inputs) => model.gramDiagonal(theta, inputs, S));
    expect(distance(c, d)).toBeLessThan(1e-11);
    expect(
      distance(
        c,
        Float64Array.from({ length: D }, (_, i) => a.data[i * (D + 1)]),
      ),
    ).toBeLessThan(1e-11);
  });

  it("has methods that work when taken off", () => {
    const { jvp } = linear({ inputs: 1 });
    const X = { rows: 1, cols: 1, data: Float64Array.of(2) };
    expect(jvp(Float64Array.of(0), X, Float64Array.of(3)).data[0]).toBe(6);
  });
});

describe("bad input", () => {
  const model = linear({ inputs: 2, intercept: "first" });
  const X = random(3, 2);

  it("in sizes is named", () => {
    expect(() => linear({ inputs: 0 })).toThrow(
      new DomainError("linear model: inputs is 0, expected a positive integer"),
    );
    expect(() => linear({ inputs: 2, outputs: 1.5 })).toThrow("outputs is 1.5");
    expect(() => model.checkInputs(random(3, 4))).toThrow(
      new ShapeError("linear model: X has 4 columns, expected 2"),
    );
    expect(() => model.forward(numbers(3), random(3, 4))).toThrow(ShapeError);
    expect(() => model.forward(numbers(2), X)).toThrow(
      new ShapeError("parameters of a linear model: found length 2, expected 3"),
    );
    expect(() => model.vjp(numbers(3), X, random(2, 1))).toThrow(
      "cotangents are 2 × 1, expected 3 × 1",
    );
    const S = { count: 3, rows: 2, cols: 1, data: numbers(6) };
    for (const sum of [model.factorRows, model.gram, model.gramDiagonal]) {
      expect(() => sum(numbers(3), X, S)).toThrow(
        "factors of 3 samples and 2 outputs for 3 samples and 1 outputs",
      );
    }
  });

  it("in entries is named by row and column", () => {
    const bad = { ...X, data: Float64Array.of(1, 2, 3, Number.NaN, 5, 6) };
    expect(() => model.checkInputs(bad)).toThrow(
      new DomainError("X: row 1, column 1 (counted from 0) is NaN, expected a finite number"),
    );
    const good = fromDense({ rows: 4, cols: 2, data: Float64Array.of(0, 1, 0, 0, 0, 0, 2, 3) });
    model.checkInputs(good);
    const values = Float64Array.of(1, 2, -Infinity);
    expect(() => model.checkInputs({ ...good, values })).toThrow(
      "X: row 3, column 1 (counted from 0) is -Infinity",
    );
    values[1] = Number.NaN;
    expect(() => model.checkInputs({ ...good, values })).toThrow("X: row 3, column 0");
  });

  it("in float32 is refused", () => {
    const single = { ...X, data: Float32Array.from(X.data) };
    // @ts-expect-error linear models are float64
    expect(() => model.checkInputs(single)).toThrow("expected float64 inputs");
  });

  it("too large to hold is refused before memory is taken", () => {
    const wide = linear({ inputs: 100_000 });
    const one = { kind: "csr", rows: 1, cols: 100_000 } as const;
    const inputs: SparseMatrix = {
      ...one,
      rowPointers: Int32Array.of(0, 0),
      columns: new Int32Array(0),
      values: new Float64Array(0),
    };
    const S = { count: 1, rows: 1, cols: 1, data: Float64Array.of(1) };
    expect(() => wide.gram(new Float64Array(100_000), inputs, S)).toThrow(
      /a dense 100000 × 100000 matrix takes 74\.5 GiB/,
    );
  });
});
