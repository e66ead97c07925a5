/** The page's reader of tables against the command line's, which is another program's engine. */
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CsvFileOptions, openCsv } from "../../lab/src/compute/tables/csvFile.ts";
import { type FileTableOptions, readFileTable } from "../../lab/src/compute/tables/fileTable.ts";
import { readTable, type Table, type TableOptions } from "../../src/tables/index.ts";
import { failure, fileOf, rowsOf } from "../tables/tables.ts";

type Contents = string | Uint8Array<ArrayBuffer>;

async function inPage(
  contents: Contents,
  options: TableOptions,
  format: CsvFileOptions & { name?: string } = {},
  held?: number,
): Promise<Table> {
  const { name = "t.csv", ...rest } = format;
  const file = await openCsv(new File([contents], name), rest);
  const limits: Partial<FileTableOptions> = held === undefined ? {} : { held };
  const { folder: _1, memory: _2, openFile: _3, onProgress: _4, ...roles } = options;
  return readFileTable(file, { ...roles, name, ...limits });
}

const inCommand = (contents: Contents, options: TableOptions, format: CsvFileOptions = {}) =>
  readTable({ file: fileOf(contents), ...format }, options);

/** All that is known of a table, and its rows. */
async function everything(reading: Promise<Table>): Promise<object> {
  await using table = await reading;
  const { blocks: _, [Symbol.asyncDispose]: _dispose, ...facts } = table;
  return { ...facts, ...(await rowsOf(table)) };
}

const y = { target: "y" } as const;
const wide = Buffer.from("\uFEFFname,y\ncafé,2\nthé,5\n", "utf16le");
const latin = new Uint8Array(Buffer.from("name,y\ncaf\xe9,2\nth\xe9,5\n", "latin1"));

const good: readonly [string, Contents, TableOptions, CsvFileOptions?][] = [
  ["numbers", "a,y\n1,2\n-2.5e3,.5\n+4.,1E-2\n 5 ,6\n", y],
  ["labels, a base, no last line end", "g,y\nu,1\nv,2.5\nw,1", { ...y, base: { g: "w" } }],
  [
    "quotes, BOM and DOS line ends",
    '\uFEFFg,"a ""b""",y\r\n"x, ""y""",1,2\r\n"p\r\nq",3,4.5\r\n',
    y,
  ],
  ["semicolons and blank lines", "a;b;y\n1;2;3\n\n4;5;7\n\n", y],
  ["one column with gaps", "y\n1\n\n2.5\n", { ...y, missing: "drop" }],
  ["tabs", "a\ty\n1\t2\n3\t5.5\n", y],
  ["old Mac line ends", 'a,y\r1,2\r"3",4.5\r', y],
  [
    "gaps that are dropped",
    "a,b,y\n1,,2\n2,NA,3\n3,1,4\n4,5,null\n5,0,1.5\n",
    { ...y, missing: "drop" },
  ],
  ["quoted gaps", 'a,y\n"",1\n2,3\n"NA",4\n5,6.5\n', { ...y, missing: "drop" }],
  ["standardized", "a,g,y\n1,u,2\n2,v,3\n4,u,9.5\n", { ...y, standardize: true }],
  ["no intercept", "a,g,y\n1,u,2\n2,v,3\n4,u,9.5\n", { ...y, intercept: false }],
  ["numbers as labels", "zip,y\n01,2.5\n1,5\n10,1\n01,4\n", { ...y, categorical: ["zip"] }],
  [
    "weights and offset",
    "a,w,o,y\n1,2,0,1\n2,1,1,0\n3,1,0,1\n",
    { ...y, weights: "w", offset: "o" },
  ],
  ["counts", "a,y\n1,0\n2,3\n3,1\n4,7\n", y],
  ["classes", "a,y\n1,no\n2,yes\n3,no\n", { ...y, base: { y: "yes" } }],
  ["three classes", "a,y\n1,c\n2,a\n3,b\n4,a\n", y],
  ["columns without names", ",a,y\n1,2,3\n2,3,5.5\n", y],
  ["decimal commas", "a;y\n1,5;2\n1.234,25;5\n7;9\n", y, { decimal: ",", thousands: "." }],
  ["thousands", 'a,y\n"1,234",2.5\n"5,678,901.5",5\n12,1\n', y, { thousands: "," }],
  ["underscores", "a,y\n1_234,2.5\n5_678_901.5,5\n12,1\n", y, { thousands: "_" }],
  ["codes with underscores", "a,y\n1_2,2.5\nb_4,5\n1_2,1\n", y],
  ["another null", "a,y\n1,2.5\n2,5\n?,1\n4,4\n", { ...y, missing: "drop" }, { nulls: ["?"] }],
  ["UTF-16", new Uint8Array(wide), y],
  ["UTF-16, big-endian", new Uint8Array(Buffer.from(wide).swap16()), y],
  ["Latin-1", latin, y, { encoding: "latin-1" }],
  ["formulas and scripts", "<script>alert(1)</script>,y\n=cmd|' /C calc'!A0,1\n@SUM(1),2.5\n", y],
];

const bad: readonly [string, Contents, TableOptions, CsvFileOptions?][] = [
  ["a name twice", "a,b,a,y\n1,2,3,4\n", y],
  ["no header", "1,2.5\n3,4\n", y],
  ["an unknown target", "mpg,hp\n1,2\n", { target: "mp" }],
  ["ragged rows", "a,y\n1,2\n3\n", y],
  ["rows that are too long", "a,y\n1,2\n3,4,5\n", y],
  ["an open quote in the header", 'a,"y\n1,2\n', y],
  ["doubled line ends", "a,y\r\r\n1,2\r\r\n", y],
  ["gaps", "a,b,y\n1,,2\n2,1,3\n,4,1.5\n", y],
  ["a column without values", "a,b,y\n1,,2\n2,,3\n", y],
  ["thousands", 'a,y\n"1,234",2.5\n"5,678,901.5",5\n12,1\n', y],
  ["decimal commas", "a;y\n1,5;2\n2,25;5\n7;9\n", y],
  ["underscores", "a,y\n1_234,2.5\n5_6_8901.5,5\n12,1\n", y],
  ["money", "a\ty\n$1,200\t1\n$5\t2\n", y],
  ["percent", "a\ty\n12 %\t1\n5.5%\t2\n", y],
  ["decimal points", "a;y\n1.5;1\n2.5;2\n", y, { decimal: "," }],
  ["separators that are the same", "a;y\n1,5;2\n", y, { decimal: ",", thousands: "," }],
  ["numbers with an exception", "a,y\n1,2.5\n2,5\n?,1\n4,4\n", y],
  ["dates", "d,y\n2020-01-31,1\n2020-02-01 12:00:00,2.5\n", y],
  ["dates as people write them", "d,y\n31.01.2020,1\n1/2/2021,2.5\n", y],
  ["an empty file", "", y],
  ["an empty header", "\n1,2\n", y],
  ["no rows", "a,y\n", y],
  ["one row", "a,y\n1,2\n", y],
  ["a constant target", "a,y\n1,2\n2,2\n", y],
  ["names of rows", `n,y\n${[..."abcdefg"].map((c, i) => `${c},${i}.5`).join("\n")}\n`, y],
  ["a single level", "g,y\nu,1\nu,2.5\n", y],
  ["an unknown base", "g,y\nu,1\nv,2.5\n", { ...y, base: { g: "w" } }],
  ["numbers that overflow", "a,y\n1e200,1\n2,2.5\n", y],
  ["infinity", "a,y\n-inf,1\n2,2.5\n", y],
  ["no counts", "a,y\n1,-1\n2,2\n", { ...y, family: "poisson" }],
  ["a third level", "a,y\n1,u\n2,v\n3,w\n", { ...y, family: "bernoulli" }],
  ["text for the Gaussian", "a,y\n1,u\n2,v\n", { ...y, family: "gaussian" }],
  ["Latin-1 unsaid", latin, y],
  ["Latin-1 in the names", new Uint8Array(Buffer.from("gr\xf6\xdfe,y\n1,2\n", "latin1")), y],
  ["UTF-16 without its mark", new Uint8Array(wide.subarray(2)), y],
  ["a workbook", "PK\x03\x04rest", y],
  [
    "a column that stops being numbers",
    `a,y\n${Array.from({ length: 50_500 }, (_, i) => `${i},${i % 7}`).join("\n")}\n"oh, ""no""",3\n`,
    { ...y, family: "poisson" },
  ],
];

describe("a table in the page", () => {
  it.each(good)("is what the command line reads: %s", async (_, contents, options, format) => {
    const expected = await everything(inCommand(contents, options, format));
    expect(await everything(inPage(contents, options, format))).toEqual(expected);
  });

  it.each(bad)("is refused in the same words: %s", async (_, contents, options, format) => {
    const path = /\S+table-\d+\.csv/;
    const expected = (await failure(inCommand(contents, options, format))).replace(path, "t.csv");
    expect(await failure(inPage(contents, options, format))).toBe(expected);
  });

  it.each([
    ['a,y\n1,2\n"3,4\n5,6\n', /^FormatError: line 3: quotes are out of order/],
    ['a,y\n1,2\n"3"x,4\n', /^FormatError: line 3: quotes are out of order/],
    ["a,y\n1,2\r\n2,3\n3,5\r\n", /^FormatError: some lines do not end in "\\n" as the first/],
    ["a,y\r\n1,2\n2,3\r\n", /^FormatError: some lines do not end in "\\r\\n" as the first/],
    ['a,y\r\n"1",2\n2,3\r\n', /^FormatError: some lines do not end in "\\r\\n" as the first/],
  ])("has its quotes and line ends in order: %j", async (text, message) => {
    expect(await failure(inPage(text, y))).toMatch(message);
  });

  it("may be compressed", async () => {
    const packed = new Uint8Array(gzipSync("a,y\n1,2\n2,3.5\n"));
    await using table = await inPage(packed, y, { name: "t.csv.gz" });
    expect((await rowsOf(table)).y).toEqual([2, 3.5]);
    const cut = packed.slice(0, packed.length - 9);
    expect(await failure(inPage(cut, y))).toMatch(/^FormatError: the compressed file is damaged/);
  });

  it("is cut into pieces anywhere, and read the same", async () => {
    const cell = fc.oneof(
      fc.constantFrom("", "1", "-2.5", "NA", "a\nb", 'q"r', "x,y", "é", " "),
      fc.string({ maxLength: 4, unit: fc.constantFrom("a", "1", ",", '"', "\n", "ü") }),
    );
    const quoted = (text: string): string =>
      /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 6 }),
        fc.constantFrom("\n", "\r\n", "\r"),
        fc.integer({ min: 1, max: 7 }),
        async (cells, end, size) => {
          // a number in each row keeps it from being a blank line
          const lines = cells.map((row, i) => [`${i}.5`, ...row].map(quoted).join(","));
          const text = ["y,a,b", ...lines].join(end);
          const bytes = new TextEncoder().encode(text);
          const file = Object.assign(new Blob([bytes]), { name: "t.csv" });
          file.stream = () =>
            new ReadableStream({
              start(controller) {
                for (let at = 0; at < bytes.length; at += size) {
                  controller.enqueue(bytes.slice(at, at + size));
                }
                controller.close();
              },
            });
          const opened = await openCsv(file, { nulls: ["<none>"] });
          const roles = opened.columns.map((column) => ({ column, labels: true }));
          const found: (string | null)[][] = [];
          for await (const chunk of opened.chunks(roles)) {
            for (let i = 0; i < chunk.rows; i++)
              found.push([0, 1, 2].map((j) => chunk.texts(j)[i]));
          }
          expect(found).toEqual(cells.map((row, i) => [`${i}.5`, ...row]));
        },
      ),
      { numRuns: 200, seed: 6 },
    );
  });

  it("has a limit that names what to do instead", async () => {
    const text = `a,y\n${Array.from({ length: 5000 }, (_, i) => `${i},${i % 7}`).join("\n")}`;
    expect(await failure(inPage(text, y, {}, 50_000))).toMatch(
      /^DomainError: the chosen columns of the first 5,000 rows take more than the .* MiB that this page holds: choose fewer columns, or run natgrad diagnose t\.csv/,
    );
    expect(await failure(inPage("PAR1", y, { name: "t.parquet" }))).toMatch(
      /is a table in Parquet, and this page reads CSV and TSV: run natgrad diagnose t\.parquet/,
    );
  });

  it("of one endless line, or an endless value, is refused before it is held", async () => {
    const endless = "x".repeat(2 ** 24);
    expect(await failure(inPage(`a,y\n1,2\n${endless}${endless}`, y))).toBe(
      "FormatError: line 3 has more than 16,777,216 characters: is this a table?",
    );
    expect(await failure(inPage(`a,y\n1,2\n"${endless}${endless}`, y))).toMatch(
      /^FormatError: line 3: quotes are out of order/,
    );
    expect(await failure(inPage("x".repeat(2 ** 21), y))).toBe(
      "FormatError: the first line is longer than 1 MiB, expected names",
    );
  });

  it("with 10,000 levels, or 5,000 columns, is read or refused in time", async () => {
    const labels = Array.from({ length: 20_000 }, (_, i) => `l${i % 10_000},${i % 7}.5`).join("\n");
    expect(await failure(inPage(`g,y\n${labels}`, y))).toMatch(
      /^DomainError: column "g" has 10,000 levels \("l0", "l1", "l10" and 9997 more\), at most 256/,
    );
    const names = Array.from({ length: 5000 }, (_, j) => `c${j}`);
    const row = (i: number): string => names.map((_, j) => (i * j) % 11).join(",");
    const text = [names.join(","), row(1), row(2), row(3)].join("\n");
    await using table = await inPage(text, { target: "c1", features: ["c2", "c4999"] });
    expect(table.columns).toEqual(["c2", "c4999", "(intercept)"]);
  });
});
