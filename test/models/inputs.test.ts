import { describe, expect, it } from "vitest";
import { ShapeError } from "../../src/errors.ts";
import { fromDense, toDense } from "../../src/linalg/sparse.ts";
import { gatherInputs, inputRows, isDivisible, isSparse } from "../../src/models/inputs.ts";
import { random } from "../support/matrices.ts";

const X = random(5, 2);

describe("consecutive samples", () => {
  it("of a matrix are its rows, not copied", () => {
    const part = inputRows(X, 1, 3);
    expect([part.rows, part.cols]).toEqual([2, 2]);
    expect([...part.data]).toEqual([...X.data.slice(2, 6)]);
    expect(part.data.buffer).toBe(X.data.buffer);
    const single = { rows: 5, cols: 2, data: Float32Array.from(X.data) };
    expect(inputRows(single, 4, 5).data).toEqual(single.data.slice(8));
  });

  it("of compressed rows are compressed rows", () => {
    const thin = fromDense(X);
    expect(toDense(inputRows(thin, 2, 5)).data).toEqual(X.data.slice(4));
    expect([isSparse(thin), isSparse(X)]).toEqual([true, false]);
  });

  it("of other inputs are what their slice gives", () => {
    const words = (list: readonly string[]) => ({
      rows: list.length,
      cols: 1,
      list,
      slice: (start: number, end: number) => words(list.slice(start, end)),
    });
    expect(inputRows(words(["a", "b", "c"]), 1, 3).list).toEqual(["b", "c"]);
  });

  it("all of them are the inputs themselves, whatever they are", () => {
    const opaque = { rows: 3, cols: 1 };
    expect(inputRows(opaque, 0, 3)).toBe(opaque);
    expect(isDivisible(opaque)).toBe(false);
    expect(() => inputRows(opaque, 0, 2)).toThrow(
      new ShapeError(
        "samples 0 to 2 were asked for, but these inputs cannot be cut: give them a method " +
          "slice(start, end), or take all samples at once",
      ),
    );
  });

  it.each([
    [-1, 2],
    [3, 2],
    [0, 6],
    [Number.NaN, 2],
  ])("from %i to %i of 5 are refused", (start, end) => {
    expect(() => inputRows(X, start, end)).toThrow(
      `samples ${start} to ${end} of inputs with 5 rows`,
    );
  });
});

describe("chosen samples", () => {
  const order = [3, 0, 3];
  const rows = order.flatMap((n) => [...X.data.slice(2 * n, 2 * n + 2)]);

  it("of dense and sparse matrices are their rows, in any order and repeated", () => {
    const dense = gatherInputs(X, order)!;
    expect([dense.rows, dense.cols, [...dense.data]]).toEqual([3, 2, rows]);
    const thin = { ...X, data: X.data.map((x, i) => (i % 3 === 0 ? 0 : x)) };
    const chosen = gatherInputs(fromDense(thin), Int32Array.from(order))!;
    expect(toDense(chosen)).toEqual(gatherInputs(thin, order));
    const single = gatherInputs({ rows: 5, cols: 2, data: Float32Array.from(X.data) }, order)!;
    expect(single.data).toEqual(Float32Array.from(rows));
  });

  it("of other inputs are what their gather gives, or nothing", () => {
    const words = (list: readonly string[]) => ({
      rows: list.length,
      cols: 1,
      list,
      gather: (samples: ArrayLike<number>) => words(Array.from(samples, (n) => list[n])),
    });
    expect(gatherInputs(words(["a", "b", "c", "d"]), order)?.list).toEqual(["d", "a", "d"]);
    expect(gatherInputs({ rows: 4, cols: 1 }, order)).toBeUndefined();
  });

  it.each([-1, 5, 0.5, Number.NaN])("with number %d of 5 are refused", (n) => {
    expect(() => gatherInputs(X, [0, n])).toThrow(
      new ShapeError(`sample ${n} of inputs with 5 rows`),
    );
  });
});
