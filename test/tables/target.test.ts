import { describe, expect, it } from "vitest";
import { guessFamily, type TableOptions } from "../../src/tables/index.ts";
import { csv, failure, rowsOf } from "./tables.ts";

/** A table of one feature and this target. */
function withTarget(values: readonly (string | number)[], options: Partial<TableOptions> = {}) {
  const rows = values.map((value, i) => `${i * i},${value}`);
  return csv(`x,y\n${rows.join("\n")}\n`, { target: "y", ...options });
}

describe("the family is guessed", () => {
  it.each([
    [["no", "yes", "no"], "bernoulli", "two labels", ["no", "yes"], [0, 1, 0]],
    [["true", "false"], "bernoulli", "two labels", ["false", "true"], [1, 0]],
    [["b", "c", "a"], "categorical", "3 labels", ["a", "b", "c"], [1, 2, 0]],
    [[1, 0, 1], "bernoulli", "0 and 1 only", ["0", "1"], [1, 0, 1]],
    [[2, 1, 2], "bernoulli", "1 and 2 only", ["1", "2"], [1, 0, 1]],
    [[-1, 1], "bernoulli", "-1 and 1 only", ["-1", "1"], [0, 1]],
    [[0.5, 1.5], "gaussian", "numbers", undefined, [0.5, 1.5]],
    [[3, 8, 3], "gaussian", "integers above 0; poisson if they are counts", undefined, [3, 8, 3]],
    [[-2, 0, 5], "gaussian", "numbers", undefined, [-2, 0, 5]],
    [
      [0, 4, 7],
      "poisson",
      "integers from 0 up; gaussian if they are measurements",
      undefined,
      [0, 4, 7],
    ],
    [
      [0, 1, 2, 1],
      "poisson",
      "integers from 0 up; categorical if they are labels, gaussian if they are measurements",
      undefined,
      [0, 1, 2, 1],
    ],
  ] as const)("%j is %s", async (values, family, guess, classes, y) => {
    await using table = await withTarget(values);
    expect(table).toMatchObject({ family, guess });
    expect(table.classes).toEqual(classes);
    expect((await rowsOf(table)).y).toEqual(y);
    // a second pass codes it in the same way
    expect((await rowsOf(table)).y).toEqual(y);
  });

  it("from what was seen alone", () => {
    const seen = { kind: "number", integers: true, minimum: 0, maximum: 40, distinct: 30 } as const;
    expect(guessFamily(seen).family).toBe("poisson");
    expect(guessFamily({ ...seen, minimum: 18 }).family).toBe("gaussian");
  });
});

describe("the family is given", () => {
  it("and nothing is guessed", async () => {
    await using table = await withTarget([0, 1, 2, 1], { family: "categorical" });
    expect(table).toMatchObject({
      family: "categorical",
      classes: ["0", "1", "2"],
      classRows: [1, 2, 1],
    });
    expect(table.guess).toBeUndefined();
    expect((await rowsOf(table)).y).toEqual([0, 1, 2, 1]);
  });

  it("numbers are labels in the order of their size, whatever they are", async () => {
    await using table = await withTarget([10, 9, 100, 10], { family: "categorical" });
    expect(table.classes).toEqual(["9", "10", "100"]);
    expect((await rowsOf(table)).y).toEqual([1, 0, 2, 1]);
    await using two = await withTarget([7, 3, 7], { family: "bernoulli" });
    expect(two.classes).toEqual(["3", "7"]);
    expect((await rowsOf(two)).y).toEqual([1, 0, 1]);
  });

  it("the base is the first class, unless it is chosen", async () => {
    await using table = await withTarget(["a", "b", "c"], { base: { y: "b" } });
    expect(table.classes).toEqual(["b", "a", "c"]);
    expect((await rowsOf(table)).y).toEqual([1, 0, 2]);
    await using two = await withTarget([1, 2, 1], { base: { y: "2" } });
    expect(two.classes).toEqual(["2", "1"]);
    expect((await rowsOf(two)).y).toEqual([1, 0, 1]);
    expect(await failure(withTarget(["a", "b"], { base: { y: "z" } }))).toMatch(
      /^SelectionError: "z" is no level of the target "y"/,
    );
    expect(await failure(withTarget([1.5, 2], { base: { y: "2" } }))).toBe(
      'SelectionError: the target "y" has numbers, not levels',
    );
  });

  it("as known levels: one that is missing keeps no code, another is refused", async () => {
    await using table = await withTarget(["b", "a"], { levels: { y: ["c", "b", "a"] } });
    expect(table.classes).toEqual(["a", "b"]);
    expect(await failure(withTarget(["b", "q"], { levels: { y: ["a", "b"] } }))).toBe(
      'DomainError: row 2 of column "y" is "q", which is not among its levels: "a", "b"',
    );
  });
});

describe("targets that a family does not have", () => {
  it.each([
    [
      [1, 2, 3],
      "bernoulli",
      /^DomainError: row 3 of the target "y" is "3", a third level besides "1" and "2"/,
    ],
    [["a", "b", "c"], "bernoulli", /^DomainError: row 3 of the target "y" is "c", a third level/],
    [
      [1, 0, -1],
      "poisson",
      /^DomainError: row 3 of the target "y" is -1, but the family poisson needs counts/,
    ],
    [[1, 0.5], "poisson", /^DomainError: row 2 of the target "y" is 0.5, but/],
    [
      ["a", "b"],
      "poisson",
      /^SelectionError: the target "y" is text, but the family poisson needs numbers/,
    ],
    [["a", "b"], "gaussian", /^SelectionError: the target "y" is text/],
  ] as const)("%j as %s", async (values, family, message) => {
    expect(await failure(withTarget(values, { family }))).toMatch(message);
  });

  it.each([
    [[3, 3, 3], "it is 3 in every row"],
    [["a", "a"], 'it is "a" in every row'],
    [[0, 0], "it is 0 in every row"],
  ])("a constant one: %j", async (values, message) => {
    expect(await failure(withTarget(values))).toBe(
      `DomainError: the target "y" is constant: ${message}`,
    );
  });

  it("one with 10,000 levels, with the memory that it would take", async () => {
    const levels = Array.from({ length: 20_000 }, (_, i) => `city${i % 10_000}`);
    expect(await failure(withTarget(levels))).toBe(
      'DomainError: the target "y" has 10,000 levels, and with 2 design columns that is 19,998 parameters: ' +
        "every matrix of them takes 3.20 GB, and 4 are held at once (limit 1 GiB). Take fewer columns, or group rare levels",
    );
  });

  it("one that names every row", async () => {
    const few = Array.from({ length: 6 }, (_, i) => `row${i}`);
    expect(await failure(withTarget(few))).toBe(
      'DomainError: column "y" has another label in every row ("row0", "row1" and 4 more), so it names rows ' +
        "rather than groups: " +
        "it is no target for classes",
    );
    const levels = Array.from({ length: 100_001 }, (_, i) => `row${i}`);
    expect(await failure(withTarget(levels))).toBe(
      'DomainError: column "y" has more than 100,000 levels: it names rows rather than groups',
    );
  });
});
