import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { embeddedFile, isEmbedded } from "../../src/datasets/embedded/index.ts";
import { loadDataset } from "../../src/datasets/load.ts";
import { datasets } from "../../src/datasets/registry.ts";
import type { Matrix } from "../../src/linalg/matrix.ts";

const nowhere = { dataFolder: "", cacheFolder: false, offline: true } as const;

/** From SHA256SUMS of the published files. */
const published = {
  "sklearn/breast_cancer.csv": "fed3eb72d0575ef6192293f5093c6e801b1476b577d0386bf4455504522172ed",
  "sklearn/digits.csv.gz": "46abec6b12486ad9e51943373abcf22bbea1b5a51a1619b361570d8893f1464a",
  "sklearn/iris.csv": "f13ffa8fdd56fd8e6c8d16d4081a3fbd3114bcd0aae4256c43205169cd9d1449",
  "sklearn/wine_data.csv": "10e8a802908b34f86e5da8ce962f3c806694bc98450a18f61851af59f324bede",
};

describe("embedded files", () => {
  it.each(Object.entries(published))("%s has its published SHA-256", async (path, sum) => {
    const file = await embeddedFile(path);
    expect(
      createHash("sha256")
        .update(file?.bytes ?? "")
        .digest("hex"),
    ).toBe(sum);
  });

  it("are those of the registry, no others", async () => {
    for (const entry of datasets) {
      for (const { path } of entry.files) expect(isEmbedded(path)).toBe(entry.embedded);
    }
    expect(isEmbedded("toString")).toBe(false);
    expect(await embeddedFile("libsvm/a1a")).toBeUndefined();
  });
});

describe("embedded sets without folders and network", () => {
  const load = async (name: string) => {
    const set = await loadDataset(name, nowhere);
    expect(set.origin).toBe("embedded");
    return { X: set.X as Matrix, y: set.y };
  };
  const counts = (y: Float64Array) =>
    [...new Set(y)]
      .sort((a, b) => a - b)
      .map((label) => y.filter((other) => other === label).length);
  const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);

  it("BreastCancer", async () => {
    const { X, y } = await load("BreastCancer");
    expect([X.rows, X.cols]).toEqual([569, 30]);
    expect(counts(y)).toEqual([212, 357]);
    expect([...X.data.subarray(0, 3)]).toEqual([17.99, 10.38, 122.8]);
    expect(X.data[569 * 30 - 1]).toBe(0.07039);
  });

  it("Wine, with class indices that serve as regression targets", async () => {
    const { X, y } = await load("wine");
    expect([X.rows, X.cols]).toEqual([178, 13]);
    expect(counts(y)).toEqual([59, 71, 48]);
    expect([...new Set(y)]).toEqual([0, 1, 2]);
    expect(X.data[0]).toBe(14.23);
  });

  it("Iris", async () => {
    const { X, y } = await load("Iris");
    expect([X.rows, X.cols]).toEqual([150, 4]);
    expect(counts(y)).toEqual([50, 50, 50]);
    // mean sepal length 5.8433…
    const lengths = Float64Array.from({ length: 150 }, (_, i) => X.data[4 * i]);
    expect(sum(lengths)).toBeCloseTo(876.5, 9);
  });

  it("Digits", async () => {
    const { X, y } = await load("digits");
    expect([X.rows, X.cols]).toEqual([1797, 64]);
    expect(counts(y)).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
    expect(X.data.every((pixel) => Number.isInteger(pixel) && pixel >= 0 && pixel <= 16)).toBe(
      true,
    );
  });
});
