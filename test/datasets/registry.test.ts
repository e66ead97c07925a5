import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance, nearest } from "../../src/datasets/nearest.ts";
import { datasets, findDataset } from "../../src/datasets/registry.ts";
import { DomainError } from "../../src/errors.ts";

const word = fc.string({ maxLength: 8 });

describe("editDistance", () => {
  it.each([
    ["", "", 0],
    ["", "abc", 3],
    ["kitten", "sitting", 3],
    ["flaw", "lawn", 2],
  ])("from %j to %j is %i", (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  it("is a metric", () => {
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      }),
    );
  });

  it("counts single insertions, deletions and substitutions", () => {
    fc.assert(
      fc.property(word, fc.nat(8), (text, position) => {
        const at = Math.min(position, text.length);
        expect(editDistance(text, `${text.slice(0, at)}é${text.slice(at)}`)).toBe(1);
      }),
    );
  });
});

describe("nearest", () => {
  it("finds the known name of a mistyped one, whatever its case", () => {
    expect(nearest("bostn", ["Wine", "Boston"])).toBe("Boston");
    expect(nearest("WINES", ["Wine", "Boston"])).toBe("Wine");
  });

  it("finds none where too much would have to change", () => {
    expect(nearest("imagenet", ["Wine", "Iris"])).toBeUndefined();
    expect(nearest("", ["Wine"])).toBeUndefined();
  });
});

describe("registry", () => {
  it("finds a set by name and alias, without case, blanks, dashes and underscores", () => {
    for (const entry of datasets) {
      for (const name of [entry.name, ...entry.aliases]) {
        expect(findDataset(name)).toBe(entry);
        expect(findDataset(name.toUpperCase().replaceAll("_", " "))).toBe(entry);
      }
    }
  });

  it("answers an unknown name with the nearest and all known ones", () => {
    expect(() => findDataset("brestcancer")).toThrow(DomainError);
    expect(() => findDataset("brestcancer")).toThrow(
      'unknown data set "brestcancer"; did you mean BreastCancer? (known: BreastCancer, a1a, ',
    );
    expect(() => findDataset("imagenet-21k-winter")).toThrow(
      'unknown data set "imagenet-21k-winter" (known: ',
    );
  });

  it("has no name twice, and all facts of each set", () => {
    const names = datasets.flatMap((entry) =>
      [entry.name, ...entry.aliases].map((n) => n.toLowerCase()),
    );
    expect(new Set(names).size).toBe(names.length);
    for (const entry of datasets) {
      expect(entry.title && entry.source && entry.licence && entry.citation).toBeTruthy();
      expect(entry.task === "regression").toBe(entry.classes === undefined);
      expect(entry.likelihood === "bernoulli").toBe(entry.classes?.length === 2);
      for (const file of entry.files) {
        expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(file.urls.length).toBeGreaterThan(0);
        for (const url of file.urls) expect(new URL(url).protocol).toBe("https:");
      }
    }
  });
});
