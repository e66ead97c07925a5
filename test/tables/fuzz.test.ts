/** Whatever a file holds, reading it ends with its rows or with one of natgrad's errors, and never with half of it. */
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DomainError, FormatError, MissingError } from "../../src/errors.ts";
import { readTable, SelectionError, type TableOptions } from "../../src/tables/index.ts";
import { fileOf, folder, rowsOf } from "./tables.ts";

/** NATGRAD_FUZZ=20 looks twenty times as long. */
const effort = Number(process.env.NATGRAD_FUZZ ?? 1);
const timeout = 30_000 * effort;

const known = [DomainError, FormatError, MissingError, SelectionError];

/** A value as CSV writes it. */
function quoted(text: string): string {
  return /[",\r\n]|^\s|\s$|^$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const label = fc
  .string({ minLength: 1, maxLength: 6, unit: "grapheme" })
  .filter((s) => !s.includes("\0") && s.trim() !== "");

describe("well-formed tables", { timeout }, () => {
  it("come back as they were, with any names and labels", async () => {
    const table = fc.record({
      names: fc.uniqueArray(
        fc.oneof(label, fc.constantFrom("a\nb", "a\r\nb", "\ta", "select", ";--", "'", "a,b")),
        { minLength: 3, maxLength: 3, selector: (name) => name.trim() },
      ),
      end: fc.constantFrom("\n", "\r\n", "\r"),
      encoding: fc.constantFrom("utf-8", "utf-16"),
      mark: fc.boolean(),
      last: fc.boolean(),
      rows: fc.array(
        fc.tuple(
          fc.double({ noNaN: true, min: -1e100, max: 1e100 }),
          fc.constantFrom("u", 'v "w"', "x, y", "line\nbreak"),
          fc.double({ noNaN: true, min: -1e100, max: 1e100 }),
        ),
        { minLength: 2, maxLength: 20 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(table, async ({ names, rows, end, encoding, mark, last }) => {
        fc.pre(
          new Set(rows.map(([, g]) => g)).size > 1 && new Set(rows.map(([, , y]) => y)).size > 1,
        );
        const header = names.map((name) => `"${name.trim().replaceAll('"', '""')}"`);
        const lines = rows.map(([x, g, y]) => [x, quoted(g), y].join(","));
        const options = { target: names[2].trim(), family: "gaussian" } as const;
        const text = [header.join(","), ...lines, ...(last ? [""] : [])].join(end);
        const contents = Buffer.from(
          mark ? `\uFEFF${text}` : text,
          encoding === "utf-8" ? "utf8" : "utf16le",
        );
        await using found = await readTable(
          { file: fileOf(contents), delimiter: ",", ...(!mark && { encoding }) },
          options,
        );
        const levels = [...new Set(rows.map(([, g]) => g))].sort();
        expect(found.columns).toEqual([
          names[0].trim(),
          ...levels.slice(1).map((level) => `${names[1].trim()}=${level}`),
          "(intercept)",
        ]);
        const { X, y } = await rowsOf(found);
        expect(y.map((v) => v + 0)).toEqual(rows.map(([, , v]) => v + 0));
        expect(X).toEqual(
          rows.map(([x, g]) => [
            x + 0,
            ...levels.slice(1).map((level) => (level === g ? 1 : 0)),
            1,
          ]),
        );
      }),
      { numRuns: 20 * effort },
    );
  });
});

describe("anything else", { timeout }, () => {
  const place = join(folder, "fuzz");

  async function attempt(contents: string | Uint8Array, extension: string, options: TableOptions) {
    mkdirSync(place, { recursive: true });
    const file = fileOf(contents, extension);
    try {
      await using table = await readTable({ file }, { ...options, folder: place });
      const { X, y } = await rowsOf(table);
      expect(X).toHaveLength(table.rows);
      expect(X.flat().every(Number.isFinite)).toBe(true);
      expect(y.every(Number.isFinite)).toBe(true);
    } catch (error) {
      if (!known.some((kind) => error instanceof kind)) throw error;
      // one line, without the engine's own options
      expect((error as Error).message).not.toMatch(/ignore_errors|strict_mode|LINE 1/);
    } finally {
      rmSync(file);
    }
    expect(readdirSync(place)).toEqual([]);
  }

  const cell = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: -3, max: 3 }).map(String) },
    { weight: 2, arbitrary: fc.double().map(String) },
    fc.constantFrom(
      "",
      "NA",
      "a",
      "b",
      "true",
      "inf",
      "1e309",
      '"1,234"',
      "2020-01-01",
      '"',
      '"x',
      "'",
      "\\",
      "1;2",
    ),
    fc.string({ maxLength: 4, unit: "binary" }),
  );
  const options = fc.record(
    {
      target: fc.constantFrom("a", "b", "c"),
      family: fc.constantFrom("gaussian", "bernoulli", "categorical", "poisson"),
      missing: fc.constantFrom("drop", "refuse"),
      standardize: fc.boolean(),
      intercept: fc.boolean(),
      categorical: fc.constantFrom([], ["a"], ["b"]),
      weights: fc.constantFrom("b", "c"),
      exclude: fc.constantFrom([], ["b"]),
    },
    { requiredKeys: ["target"] },
  ) as fc.Arbitrary<TableOptions>;

  it("CSV of strange cells", async () => {
    const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(rows, options, async (cells, chosen) => {
        const text = ["a,b,c", ...cells.map((row) => row.join(","))].join("\n");
        await attempt(text, "csv", chosen);
      }),
      { numRuns: 40 * effort },
    );
  });

  it("bytes", async () => {
    const extension = fc.constantFrom("csv", "tsv", "parquet", "jsonl", "json", "dat", "csv.gz");
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), extension, options, attempt),
      { numRuns: 25 * effort },
    );
  });

  it("JSON lines", async () => {
    const line = fc.record(
      { a: fc.jsonValue({ maxDepth: 1 }), b: fc.integer(), c: fc.constantFrom("u", "v", 1, null) },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 6 }), options, async (lines, chosen) => {
        await attempt(lines.map((value) => JSON.stringify(value)).join("\n"), "jsonl", chosen);
      }),
      { numRuns: 15 * effort },
    );
  });
});
