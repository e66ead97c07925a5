import { describe, expect, it } from "vitest";
import { gather } from "../../src/continual/samples.ts";
import { ownTasks, permutedPixels, splitByClass, type Task } from "../../src/continual/tasks.ts";
import { stream } from "../../src/random/streams.ts";

/** Every pixel has a value of its own: image n, pixel j is 100 n + j. */
function images(count: number, P = 16, first = 0) {
  const data = Float32Array.from({ length: count * P }, (_, i) => {
    return 100 * (first + Math.floor(i / P)) + (i % P);
  });
  return { X: { rows: count, cols: P, data }, y: Array.from({ length: count }, (_, n) => n % 4) };
}
const data = { train: images(40), test: images(12, 16, 1000), classes: 4 };
const random = () => stream(3, "tasks");

/** which images of `data` a part shows, by their values */
const shown = ({ images: { cols, data: x }, rows }: Task["train"]): number[] =>
  Array.from(rows, (row) => Math.floor(x[row * cols] / 100));

describe("permuted pixels", () => {
  const { tasks, inputs, outputs } = permutedPixels(data, { tasks: 5, random: random() });

  it("has the same inputs and outputs in all tasks", () => {
    expect([inputs, outputs]).toEqual([16, 4]);
    expect(tasks.map(({ name }) => name)).toEqual(["A", "B", "C", "D", "E"]);
    for (const task of tasks) expect(task.outputs).toEqual([0, 4]);
  });

  it("has orders that differ, each of them a permutation, the same in all parts", () => {
    const orders = tasks.map(({ train }) => Array.from(train.order ?? []));
    for (const order of orders) {
      expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, j) => j));
    }
    expect(new Set(orders.map(String)).size).toBe(5);
    for (const { train, validation, test } of tasks) {
      expect(validation.order).toEqual(train.order);
      expect(test.order).toEqual(train.order);
    }
  });

  it("comes from its seed", () => {
    const again = permutedPixels(data, { tasks: 5, random: random() });
    expect(again.tasks).toEqual(tasks);
    const other = permutedPixels(data, { tasks: 5, random: stream(4, "tasks") });
    expect(other.tasks[0].train.order).not.toEqual(tasks[0].train.order);
  });

  it("never trains, validates and tests on the same image", () => {
    for (const { train, validation, test } of tasks) {
      const parts = [shown(train), shown(validation), shown(test)];
      expect(parts.map(({ length }) => length)).toEqual([36, 4, 12]);
      expect(new Set(parts.flat()).size).toBe(52);
    }
  });

  it("gathers the pixels in the task's order, with their labels", () => {
    const { train } = tasks[2];
    const { X, targets } = gather(train, [5, 0]);
    const order = train.order ?? new Uint32Array();
    for (const [b, n] of [5, 0].entries()) {
      const image = train.rows[n];
      expect(targets.data[b]).toBe(image % 4);
      for (let j = 0; j < 16; j++) expect(X.data[b * 16 + j]).toBe(100 * image + order[j]);
    }
  });

  it("moves the centre square only, if asked, and leaves the first task as it is", () => {
    const stream2 = permutedPixels(data, {
      tasks: 2,
      square: 2,
      firstAsIs: true,
      random: random(),
    });
    const [first, second] = stream2.tasks.map(({ train }) => Array.from(train.order ?? []));
    const identity = Array.from({ length: 16 }, (_, j) => j);
    expect(first).toEqual(identity);
    const moved = identity.filter((j) => second[j] !== j);
    expect(moved.length).toBeGreaterThan(0);
    for (const j of moved) expect([5, 6, 9, 10]).toContain(j);
  });

  it("refuses what there is not", () => {
    const make = (options: object) => () =>
      permutedPixels(data, { tasks: 2, random: random(), ...options });
    expect(make({ tasks: 0 })).toThrow(/tasks is 0/);
    expect(make({ square: 5 })).toThrow(/square is 5, expected a whole number from 2 to 4/);
    expect(make({ validation: 1 })).toThrow(/validation is 1/);
    const pair = { train: images(8, 2), test: images(4, 2), classes: 4 };
    expect(() => permutedPixels(pair, { tasks: 3, random: random() })).toThrow(/fewer orders/);
    const odd = { train: images(8, 15), test: images(4, 15), classes: 4 };
    expect(() => permutedPixels(odd, { tasks: 2, square: 3, random: random() })).toThrow(
      /15 pixels are no square/,
    );
  });
});

describe("the parts of a task", () => {
  const makers = {
    permuted: (d: typeof data) => permutedPixels(d, { tasks: 2, random: random() }),
    split: (d: typeof data) =>
      splitByClass(d, {
        groups: [
          [0, 1],
          [2, 3],
        ],
        validation: 0.4,
        random: random(),
      }),
    own: (d: typeof data) => ownTasks([{ name: "mine", ...d }], { random: random() }),
  };
  const withLabels = (y: number[]) => ({ ...data, train: { ...data.train, y } });

  describe.each(Object.entries(makers))("of %s tasks", (_, make) => {
    it("have each class in the training part, after the validation part is drawn", () => {
      expect(() => make(withLabels(data.train.y.map((c) => (c === 3 ? 2 : c))))).toThrow(
        /class 3 is missing from the training part of task (A|2\/3|mine)/,
      );
      // one image of class 1, which the draw sets aside
      const aside = [...make(data).tasks[0].validation.rows][0];
      const rare = data.train.y.map((c, n) => (n === aside ? 1 : c === 1 ? 0 : c));
      expect(() => make(withLabels(rare))).toThrow(
        /class 1 is missing from the training part of task (A|0\/1|mine)/,
      );
    });

    it("are not empty", () => {
      const none = { X: { rows: 0, cols: 16, data: new Float32Array() }, y: [] };
      expect(() => make({ ...data, test: none })).toThrow(/the test part of task .* has no sample/);
    });

    it.each([Number.NaN, Infinity, -Infinity])("have no pixel that is %s", (bad) => {
      for (const part of ["train", "test"] as const) {
        const pixels = data[part].X.data.slice();
        pixels[5 * 16 + 3] = bad;
        const X = { ...data[part].X, data: pixels };
        expect(() => make({ ...data, [part]: { ...data[part], X } })).toThrow(
          `pixel 3 of sample 5 is ${bad}`,
        );
      }
    });

    it("have all values that their shape says", () => {
      const X = { ...data.train.X, data: data.train.X.data.slice(1) };
      expect(() => make({ ...data, train: { ...data.train, X } })).toThrow(
        "40 images of 16 pixels have 639 values, expected 640",
      );
    });
  });

  it("of a split are refused where one task has no validation or no test samples", () => {
    const groups = [
      [0, 1],
      [2, 3],
    ];
    const make = (d: typeof data) => () =>
      splitByClass(d, { groups, validation: 0.03, random: random() });
    // one image of 40 is set aside: one of the tasks has none
    expect(make(data)).toThrow(/the validation part of task .* has no sample/);
    const onlyFirst = { ...data.test, y: data.test.y.map((c) => c % 2) };
    expect(() =>
      splitByClass({ ...data, test: onlyFirst }, { groups, validation: 0.4, random: random() }),
    ).toThrow("the test part of task 2/3 has no sample");
  });
});

describe("classes split among tasks", () => {
  const groups = [
    [0, 2],
    [1, 3],
  ];

  it("have outputs of their own (task), the same (domain), or all of them (class)", () => {
    const places = (scenario: "task" | "domain" | "class") =>
      splitByClass(data, { groups, scenario, random: random() });
    expect(places("task").tasks.map(({ outputs }) => outputs)).toEqual([
      [0, 2],
      [2, 4],
    ]);
    expect(places("domain").outputs).toBe(2);
    expect(places("class").tasks[1].outputs).toEqual([0, 4]);
  });

  it("label a sample by its place in the task, or among all", () => {
    for (const [scenario, first] of [
      ["task", 0],
      ["domain", 0],
      ["class", 2],
    ] as const) {
      const { train } = splitByClass(data, { groups, scenario, random: random() }).tasks[1];
      Array.from(train.rows).forEach((row, n) => {
        expect(train.labels[n]).toBe(first + [1, 3].indexOf(row % 4));
      });
      expect(train.rows.length).toBeGreaterThan(10);
    }
  });

  it("refuses classes that are missing, twice, or alone", () => {
    const make =
      (bad: number[][], scenario: "task" | "domain" = "task") =>
      () =>
        splitByClass(data, { groups: bad, scenario, random: random() });
    expect(make([[0, 9]])).toThrow(/class 9 is missing/);
    expect(
      make([
        [0, 1],
        [1, 2],
      ]),
    ).toThrow(/class 1 is in more than one/);
    expect(make([[0]])).toThrow(/at least two/);
    expect(make([], "domain")).toThrow(/without tasks/);
    expect(
      make(
        [
          [0, 1],
          [2, 3, 1],
        ],
        "domain",
      ),
    ).toThrow(/more than one|same number/);
  });
});

describe("tasks of one's own", () => {
  it("must agree in inputs and classes, and have every class", () => {
    const wide = { train: images(8, 9), test: images(4, 9), classes: 4 };
    const options = { random: random() };
    const own = { name: "own", ...data };
    expect(() => ownTasks([own, { name: "wide", ...wide }], options)).toThrow(
      /task wide has 9 inputs and 4 classes, task own has 16 and 4/,
    );
    expect(() => ownTasks([own, { name: "more", ...data, classes: 5 }], options)).toThrow(
      /5 classes/,
    );
    expect(() => ownTasks([{ name: "gap", ...data, classes: 5 }], options)).toThrow(
      /class 4 is missing from the training part of task gap/,
    );
    expect(() => ownTasks([], options)).toThrow(/without tasks/);
    const bad = { ...data, train: { ...data.train, y: data.train.y.map(() => 7) } };
    expect(() => ownTasks([{ name: "bad", ...bad }], options)).toThrow(/missing|expected a class/);
    expect(ownTasks([own], options).tasks[0].train.rows.length).toBe(36);
  });
});
