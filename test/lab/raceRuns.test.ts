/** The runs of the room Race: their colours, where they start, and the tables they are on. */
import { describe, expect, it } from "vitest";
import { fateOf, shade } from "../../lab/src/rooms/race/colors.ts";
import { problemOf, tableOf } from "../../lab/src/rooms/race/data.ts";
import { runFrom, startPlane } from "../../lab/src/rooms/race/starts.ts";
import { paperStarts } from "../../lab/src/rooms/race/state.ts";
import { readOpened } from "../../lab/src/shell/opened.ts";
import { figure5 } from "../../src/experiments/startingPoints.ts";
import { useKernels, wasmKernels } from "../../src/index.ts";
import { contest, iris } from "./raceProblem.ts";

// the kernels of the page
useKernels(wasmKernels());

describe("the colour of a cell", () => {
  const depths = { start: 2, lowest: 1, highest: 200 };

  it.each([
    [2, 0],
    [1.01, 0.5],
    [1.0001, 1],
    [1, 1],
    [1 + 1e-12, 1],
    [2.1, "worse"],
    [200, "worse"],
    [201, "diverged"],
    [Number.POSITIVE_INFINITY, "diverged"],
    [Number.NaN, "unknown"],
  ] as const)("of a run that ended at %d is that of %s", (loss, fate) => {
    const found = fateOf(loss, depths);
    if (typeof fate === "number") expect(found).toBeCloseTo(fate, 9);
    else expect(found).toBe(fate);
  });

  it.each(["light", "dark"] as const)("goes one way in lightness in the %s", (shades) => {
    const tones = Array.from({ length: 21 }, (_, k) => {
      const [r, g, b] = shade(shades, k / 20);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    });
    const steps = tones.slice(1).map((tone, k) => tone - tones[k]);
    expect(steps.every((step) => (shades === "light" ? step < 0 : step > 0))).toBe(true);
  });
});

describe("runs from other starts", () => {
  it("are those of Figure 5 where it has them", async () => {
    const wine = await contest("Wine", "gaussian");
    const settings = {
      NGD: { stepSize: 0.5, damping: 1e-8 },
      EFGD: { stepSize: 0.04, damping: 1e-6 },
    };
    const plane = startPlane(wine);
    const expected = figure5(wine, settings).dataset;
    for (const method of ["NGD", "EFGD"] as const) {
      for (const start of paperStarts) {
        const { losses, path } = runFrom(plane, method, settings[method], start);
        const curve = expected.find((c) => c.method === method && c.start === start[0])?.curve;
        expect(losses).toHaveLength(curve?.length ?? 0);
        losses.forEach((loss, k) => {
          expect(loss / (curve?.[k] ?? 0)).toBeCloseTo(1, 9);
        });
        expect(path[0][0]).toBeCloseTo(start[0], 9);
        expect(path[0][1]).toBeCloseTo(0, 9);
      }
    }
  });

  it("are in a plane that the first step of the empirical Fisher lies in", async () => {
    const plane = startPlane(iris);
    const { path } = runFrom(plane, "EFGD", { stepSize: 0.1, damping: 1e-8 }, [0, 0]);
    const step = path[1];
    const along = plane.goal.map((g, i) => step[0] * g + step[1] * plane.across[i]);
    // the loss at that point of the plane is the run's: the projection has lost nothing
    const { losses } = runFrom(plane, "EFGD", { stepSize: 0.1, damping: 1e-8 }, [0, 0]);
    expect(plane.problem.loss(along) / losses[1]).toBeCloseTo(1, 10);
  });

  it("start where the natural gradient goes when classes can be separated", () => {
    const y = iris.y.map((c) => (c === 0 ? 1 : 0));
    const plane = startPlane({ ...iris, likelihood: "bernoulli", y });
    expect(plane.isMinimum).toBe(false);
    const { losses } = runFrom(plane, "NGD", { stepSize: 1, damping: 1e-8 }, [0, 0]);
    expect(losses[0]).toBeCloseTo(Math.log(2), 12);
    expect(losses[5]).toBeLessThan(0.05);
  });
});

describe("a reader's table", () => {
  const table = async (text: string) => {
    const opened = await readOpened(new File([text], "own.csv"));
    if (opened.kind !== "table") throw new Error("no table");
    return problemOf("own.csv", opened.table);
  };

  it("is a problem of its own, and comes back as it was", async () => {
    const text = tableOf(iris);
    const { problem, note } = await table(text);
    expect(problem).toEqual({ ...iris, dataset: "own.csv" });
    expect(note).toBe("");
    expect(tableOf(problem)).toBe(text);
  });

  it("is a logistic regression where the target is 0 and 1", async () => {
    const rows = Array.from({ length: 12 }, (_, n) => `${n},${n % 5},${n % 2}`);
    const { problem } = await table(["a,b,y", ...rows].join("\n"));
    expect(problem.likelihood).toBe("bernoulli");
    const constant = await table(
      ["a,b,y", ...rows.map((row) => `${row.slice(0, -1)}1`)].join("\n"),
    );
    expect(constant.problem.likelihood).toBe("gaussian");
  });

  it("is thinned where it is long, and says so", async () => {
    const rows = Array.from({ length: 120_000 }, (_, n) => `${n % 7},${n % 5},${(n >> 1) % 2}`);
    const { problem, note } = await table(["a,b,y", ...rows].join("\n"));
    expect(problem.X.rows).toBe(60_000);
    expect(problem.y[1]).toBe(1);
    expect(note).toBe("Of 120000 rows one in 2 is used.");
  });

  it.each([
    ["a,b,y\n1,2,3\n2,3,5\n", "2 complete rows; 2 features and a bias need at least 4"],
    [
      `${Array.from({ length: 32 }, (_, j) => `c${j}`).join(",")}\n${Array(32).fill(1).join(",")}\n`,
      "31 features; a race takes at most 30",
    ],
  ])("is refused where a race makes no sense: %#", async (text, message) => {
    await expect(table(text)).rejects.toThrow(message);
  });
});
