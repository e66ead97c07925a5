import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readTable } from "../../src/tables/index.ts";
import { csv, failure, fileOf, folder, rowsOf } from "./tables.ts";

const small = "x,y,group\n1,2.5,b\n2,3.5,a\n3,7,b\n";

describe("the design", () => {
  it("has numbers as they are, an indicator for each level but the first, and the intercept last", async () => {
    await using table = await csv(small, { target: "y" });
    expect(table.columns).toEqual(["x", "group=b", "(intercept)"]);
    expect(table).toMatchObject({
      rows: 3,
      rowsRead: 3,
      target: "y",
      family: "gaussian",
      guess: "numbers",
      origin: "CSV, delimiter ,",
      factors: [
        {
          column: "group",
          base: "a",
          levels: [
            { name: "a", rows: 1 },
            { name: "b", rows: 2 },
          ],
        },
      ],
    });
    const once = await rowsOf(table);
    expect(once).toEqual({
      X: [
        [1, 1, 1],
        [2, 0, 1],
        [3, 1, 1],
      ],
      y: [2.5, 3.5, 7],
      weights: undefined,
      offset: undefined,
    });
    expect(await rowsOf(table)).toEqual(once);
  });

  it("takes the features asked for, in their order; numbers may be labels", async () => {
    const text = "a,b,c,y\n1,10,2,0.5\n2,9,3,1.5\n3,10,4,2\n";
    await using table = await csv(text, { target: "y", features: ["c", "b"], categorical: ["b"] });
    expect(table.columns).toEqual(["c", "b=10", "(intercept)"]);
    expect((await rowsOf(table)).X).toEqual([
      [2, 1, 1],
      [3, 0, 1],
      [4, 1, 1],
    ]);
  });

  it("has weights and offsets of their own, across blocks", async () => {
    const rows = Array.from({ length: 2500 }, (_, i) => [i / 7, (i * i) % 11, 1 + (i % 3), 1 - i]);
    const text = `x,y,w,o\n${rows.map((row) => row.join(",")).join("\n")}\n`;
    const wide = Array.from({ length: 400 }, (_, j) => `z${j}`);
    // 400 more columns make the blocks short: 1300 rows
    const lines = text.trimEnd().split("\n");
    const whole = [
      `${lines[0]},${wide}`,
      ...lines.slice(1).map((l, i) => `${l},${wide.map((_, j) => (i * j) % 5)}`),
    ];
    const options = { target: "y", weights: "w", offset: "o" };
    await using table = await csv(whole.join("\n"), options);
    const found = await rowsOf(table);
    await using onDisk = await csv(whole.join("\n"), { ...options, memory: 0 });
    expect(await rowsOf(onDisk)).toEqual(found);
    expect(table.columns).toHaveLength(402);
    expect(found.y).toEqual(rows.map(([, y]) => y));
    expect(found.weights).toEqual(rows.map(([, , w]) => w));
    expect(found.offset).toEqual(rows.map(([, , , o]) => o));
    expect(found.X.map(([x]) => x)).toEqual(rows.map(([x]) => x));
    expect(found.X[2499][1 + 399]).toBe((2499 * 399) % 5);
    expect(found.X.every((row) => row.at(-1) === 1)).toBe(true);
  });

  it("has blocks of few rows where a column of labels makes the design wide", async () => {
    const rows = Array.from({ length: 3000 }, (_, i) => `g${i % 250},${i},${i}`);
    await using table = await csv(`g,y,w\n${rows.join("\n")}\n`, { target: "y", weights: "w" });
    let next = 0;
    for await (const { X, y, weights } of table.blocks()) {
      expect(X.rows * X.cols).toBeLessThanOrEqual(2 ** 17);
      for (let i = 0; i < X.rows; i++, next++) {
        expect([y.data[i], weights![i]]).toEqual([next, next]);
        const row = [...X.data.subarray(i * X.cols, (i + 1) * X.cols)];
        const ones = row.flatMap((value, j) => (value === 1 ? [table.columns[j]] : []));
        const level = `g=g${next % 250}`;
        expect(ones).toEqual(
          table.columns.includes(level) ? [level, "(intercept)"] : ["(intercept)"],
        );
      }
    }
    expect(next).toBe(3000);
  });

  it("keeps all levels of the first column of labels where there is no intercept", async () => {
    const text = "g,h,y\na,p,1.5\nb,q,2\na,q,3\n";
    await using table = await csv(text, { target: "y", intercept: false });
    expect(table.columns).toEqual(["g=a", "g=b", "h=q"]);
    expect(table.factors.map(({ base }) => base)).toEqual([undefined, "p"]);
    expect((await rowsOf(table)).X).toEqual([
      [1, 0, 0],
      [0, 1, 1],
      [1, 0, 1],
    ]);
  });

  it("standardizes numbers and leaves indicators alone", async () => {
    await using table = await csv("x,g,y\n1,a,1.5\n2,b,2\n6,a,3\n", {
      target: "y",
      standardize: true,
    });
    const deviation = Math.sqrt((4 + 1 + 9) / 3);
    expect(table.standardized).toEqual([{ column: "x", mean: 3, deviation }]);
    const { X } = await rowsOf(table);
    expect(X.map(([x]) => x)).toEqual(
      [-2 / deviation, -1 / deviation, 3 / deviation].map((v) => expect.closeTo(v, 14)),
    );
    expect(X.map(([, g]) => g)).toEqual([0, 1, 0]);
    expect(await failure(csv("x,y\n5,1\n5,2\n", { target: "y", standardize: true }))).toBe(
      'DomainError: column "x" has the mean 5 and no deviation from it that a double could show, so it cannot be ' +
        "standardized: leave it out",
    );
  });

  it("takes another base level, and refuses one that is no level", async () => {
    await using table = await csv(small, { target: "y", base: { group: "b" } });
    expect(table.columns).toEqual(["x", "group=a", "(intercept)"]);
    expect(await failure(csv(small, { target: "y", base: { group: "z" } }))).toBe(
      'SelectionError: "z" is no level of column "group", so it cannot be its base (levels: "a", "b")',
    );
    expect(await failure(csv(small, { target: "y", base: { x: "1" } }))).toBe(
      'SelectionError: "x" (base) is no column of labels',
    );
  });

  it("takes columns and levels that have the names of every object's members", async () => {
    const text = "constructor,__proto__,y\ntoString,b,1.5\nvalueOf,a,2\ntoString,b,3\n";
    await using table = await csv(text, { target: "y" });
    expect(table.columns).toEqual(["constructor=valueOf", "__proto__=b", "(intercept)"]);
    await using other = await csv(text, {
      target: "y",
      base: Object.fromEntries([["__proto__", "b"]]),
    });
    expect(other.columns).toEqual(["constructor=valueOf", "__proto__=a", "(intercept)"]);
  });

  it("holds a column to levels that are known beforehand", async () => {
    await using table = await csv(small, { target: "y", levels: { group: ["c", "b", "a"] } });
    // a level that no row has gets no column
    expect(table.columns).toEqual(["x", "group=b", "(intercept)"]);
    expect(await failure(csv(small, { target: "y", levels: { group: ["a"] } }))).toBe(
      'DomainError: row 1 of column "group" is "b", which is not among its levels: "a"',
    );
  });

  it("leaves out a column without a name, and says so", async () => {
    await using table = await csv(",x,y\n1,2,3.5\n2,5,4\n", { target: "y" });
    expect(table.columns).toEqual(["x", "(intercept)"]);
    expect(table.leftOut).toEqual(["column 1"]);
  });

  it("has an intercept alone where nothing else is left, and is refused without", async () => {
    await using table = await csv("y\n1\n2.5\n", { target: "y" });
    expect(table.columns).toEqual(["(intercept)"]);
    expect((await rowsOf(table)).X).toEqual([[1], [1]]);
    expect(await failure(csv("y\n1\n2.5\n", { target: "y", intercept: false }))).toMatch(
      /neither a feature nor an intercept/,
    );
  });
});

describe("missing values", () => {
  const holes = "x,g,y\n1,a,1.5\n,b,2\n3,NA,2.5\nNaN,,4\n5,b,5\n";

  it("are counted by column and refused, with the first", async () => {
    expect(await failure(csv(holes, { target: "y" }))).toBe(
      'FormatError: values are missing (x 2, g 2; first in row 2, column "x"); to leave such rows out, say --missing drop',
    );
  });

  it("are dropped with their rows when asked, levels that only they had too", async () => {
    await using table = await csv(holes, { target: "y", missing: "drop" });
    expect(table).toMatchObject({ rows: 2, rowsRead: 5 });
    expect(table.missing).toEqual([
      { column: "x", count: 2 },
      { column: "g", count: 2 },
    ]);
    expect(await rowsOf(table)).toMatchObject({
      X: [
        [1, 0, 1],
        [5, 1, 1],
      ],
      y: [1.5, 5],
    });
  });

  it("do not count in columns that are not used", async () => {
    await using table = await csv(holes, { target: "y", features: [] });
    expect(table.rows).toBe(5);
  });

  it("of a whole column are answered with what to do", async () => {
    for (const missing of ["refuse", "drop"] as const) {
      expect(await failure(csv("x,z,y\n1,,1\n2,,2.5\n", { target: "y", missing }))).toBe(
        'FormatError: values are missing (z 2; first in row 1, column "z"): no row has a value there, ' +
          'leave it out with --exclude "z"',
      );
    }
  });

  it("leave nothing", async () => {
    expect(await failure(csv("x,y\n,1\n2,\n", { target: "y", missing: "drop" }))).toMatch(
      /first in row 1, column "x"\): none of the 2 rows is complete/,
    );
  });
});

describe("values that no fit takes", () => {
  it.each([
    ["inf", "infinite \\(Infinity\\)"],
    ["-1e400", "infinite \\(-Infinity\\)"],
    ["1e308", "1e\\+308"],
  ])("%s is refused with its row", async (value, shown) => {
    expect(await failure(csv(`x,y\n1,2.5\n${value},3\n4,4\n`, { target: "y" }))).toMatch(
      new RegExp(`^DomainError: row 2 of column "x" is ${shown}, expected a number between`),
    );
  });

  it("a negative weight", async () => {
    const text = "x,w,y\n1,1,2.5\n2,-0.5,3\n";
    expect(await failure(csv(text, { target: "y", weights: "w" }))).toBe(
      'DomainError: row 2 of the weights "w" is -0.5, expected 0 or more',
    );
  });

  it("too many levels; a single one; a column of row names", async () => {
    const ids = Array.from({ length: 300 }, (_, i) => `id${i},${i / 2}`).join("\n");
    expect(await failure(csv(`id,y\n${ids}\n`, { target: "y" }))).toBe(
      'DomainError: column "id" has another label in every row ("id0", "id1" and 298 more), so it names rows ' +
        "rather than groups: " +
        'leave it out with --exclude "id"',
    );
    expect(await failure(csv(`id,y\n${ids}\n${ids}\n`, { target: "y" }))).toBe(
      'DomainError: column "id" has 300 levels ("id0", "id1", "id10" and 297 more), at most 256 are taken as ' +
        'indicators: leave it out with --exclude "id", or allow more with --max-levels',
    );
    await using table = await csv(`id,y\n${ids}\n`, {
      target: "y",
      maxLevels: 300,
      categorical: ["id"],
    });
    expect(table.columns).toHaveLength(300);
    expect(await failure(csv("g,y\na,1\na,2.5\n", { target: "y" }))).toBe(
      'DomainError: column "g" has a single level, "a": leave it out with --exclude "g"',
    );
  });

  it("one row", async () => {
    expect(await failure(csv("x,y\n1,2\n", { target: "y" }))).toBe(
      "DomainError: the table has one row, and a fit needs two or more",
    );
    expect(await failure(csv("x,y\n1,2\n,3\n", { target: "y", missing: "drop" }))).toBe(
      "DomainError: the table has one complete row, and a fit needs two or more",
    );
  });

  it("text that is numbers for the most part, whatever the format", async () => {
    const rows = Array.from({ length: 9 }, (_, i) =>
      JSON.stringify({ x: i, z: `0${i % 3}`, y: i * i }),
    );
    const mixed = fileOf([...rows, '{"x":"oops","z":"01","y":1}'].join("\n"), "jsonl");
    expect(await failure(readTable({ file: mixed }, { target: "y" }))).toBe(
      'FormatError: column "x" is text: 9 of its 10 values are numbers, but not "oops"; make it a number or ' +
        'missing, or say --categorical "x" if the numbers are names',
    );
    // all of them: whoever wrote them as text meant it
    await using table = await readTable({ file: mixed }, { target: "y", exclude: ["x"] });
    expect(table.factors[0].levels.map(({ name }) => name)).toEqual(["00", "01", "02"]);
  });

  it("two design columns of one name", async () => {
    const text = "g,g=b,y\na,1,2.5\nb,2,3\n";
    expect(await failure(csv(text, { target: "y" }))).toMatch(
      /column "g=b" has the name of an indicator/,
    );
  });
});

describe("sources", () => {
  const expected = {
    X: [
      [1, 1],
      [2, 1],
      [3, 1],
    ],
    y: [2.5, 3.5, 7],
  };

  it("TSV, by the name or by an option", async () => {
    const text = small.replaceAll(",", "\t");
    for (const source of [
      { file: fileOf(text, "tsv") },
      { file: fileOf(text, "txt"), format: "tsv" as const },
      { file: fileOf(text, "dat") },
    ]) {
      await using table = await readTable(source, { target: "y", features: ["x"] });
      expect(table.origin).toBe("CSV, delimiter tab");
      expect(await rowsOf(table)).toMatchObject(expected);
    }
  });

  it("malformed JSON, with the line of the file", async () => {
    const first = '{"x":1,"y":2}';
    const cases = [
      [
        `${first}\n\n{"x":2,"y":3.5}\n{"x":3,"y":\n${first}\n`,
        'line 4 is malformed JSON: {"x":3,"y":',
      ],
      [`${first}\nhello\n${first}\n`, "line 2 is malformed JSON: hello"],
      [`hello\n${first}\n`, "line 1 is malformed JSON: hello"],
      [`${first}\n{"x":"${"a".repeat(99)}\n`, `line 2 is malformed JSON: {"x":"${"a".repeat(54)}…`],
      [`[${first},\n${first},\n${first} x,\n${first}]`, `line 3 is malformed JSON: ${first} x,`],
      [`[${first},\n${first},\n`, 'the JSON array is cut short: there is no "]" at its end'],
      [`${first}\n[1,2]\n`, "the JSON is not all objects, expected one in each line"],
    ];
    for (const [text, message] of cases) {
      const found = await failure(readTable({ file: fileOf(text, "jsonl") }, { target: "y" }));
      expect(found.slice(0, `FormatError: ${message}`.length)).toBe(`FormatError: ${message}`);
    }
  });

  it("JSON lines, whatever members come first, and arrays", async () => {
    const lines = '{"y":2.5,"x":1}\n{"x":2,"y":3.5,"note":"late"}\n{"y":7,"x":3.0}\n';
    const array = `[${lines.trimEnd().split("\n").join(",")}]`;
    for (const [text, extension] of [
      [lines, "jsonl"],
      [array, "json"],
      [lines, "txt"],
    ] as const) {
      await using table = await readTable(
        { file: fileOf(text, extension) },
        { target: "y", features: ["x"] },
      );
      expect(table.origin).toBe("JSON");
      expect(await rowsOf(table)).toMatchObject(expected);
    }
    expect(await failure(readTable({ file: fileOf(lines, "jsonl") }, { target: "y" }))).toMatch(
      /values are missing \(note 2; first in row 1/,
    );
  });

  it("Parquet, with its types: decimals, big integers, booleans, doubles as labels", async () => {
    const path = `${folder}/types.parquet`;
    const values =
      "(1.25::DECIMAL(9,2), 1::BIGINT, true, 1.0::DOUBLE, 0.5), (2.5, 2, false, 2.0, 1.5), (3.75, 3, true, 1.0, 2)";
    await copyTo(path, `SELECT * FROM (VALUES ${values}) AS t(d, i, b, k, y)`);
    await using table = await readTable({ file: path }, { target: "y", categorical: ["k"] });
    expect(table.origin).toBe("Parquet");
    expect(table.columns).toEqual(["d", "i", "b=true", "k=2", "(intercept)"]);
    expect((await rowsOf(table)).X).toEqual([
      [1.25, 1, 1, 0, 1],
      [2.5, 2, 0, 1, 1],
      [3.75, 3, 1, 0, 1],
    ]);
  });

  it("SQL, with a comment or semicolons at its end", async () => {
    const path = fileOf(small);
    for (const end of ["", ";", " -- done", ";; -- done"]) {
      const sql = `select x, y from '${path}' where x < 4${end}`;
      await using table = await readTable({ sql }, { target: "y" });
      expect(table.origin).toBe("query");
      expect(await rowsOf(table)).toMatchObject(expected);
    }
  });

  it("standard input: CSV, gzip, JSON, told apart by what they hold", async () => {
    const json = '{"x":1,"y":2.5}\n{"x":2,"y":3.5}\n{"x":3,"y":7}\n';
    for (const contents of [Buffer.from(small), gzipSync(small), Buffer.from(json)]) {
      const input = Readable.from([contents.subarray(0, 5), contents.subarray(5)]);
      await using table = await readTable({ file: "-", input }, { target: "y", features: ["x"] });
      expect(await rowsOf(table)).toMatchObject(expected);
    }
  });

  it("files whose names are patterns or have quotes", async () => {
    const { copyFileSync } = await import("node:fs");
    for (const name of ["a[1]*?.csv", "it's.csv"]) {
      copyFileSync(fileOf(small), `${folder}/${name}`);
      await using table = await readTable(
        { file: `${folder}/${name}` },
        { target: "y", features: ["x"] },
      );
      expect(table.rows).toBe(3);
    }
  });

  it("what is not there, is a folder, or is empty", async () => {
    const target = { target: "y" };
    expect(await failure(readTable({ file: `${folder}/none.csv` }, target))).toMatch(
      /^MissingError: cannot read .*none.csv: there is no such file$/,
    );
    expect(await failure(readTable({ file: folder }, target))).toMatch(/it is a folder$/);
    expect(await failure(csv("", target))).toMatch(/^FormatError: .* is empty, expected a header/);
    expect(await failure(readTable({ file: "-", input: Readable.from([]) }, target))).toBe(
      "FormatError: standard input is empty, expected a header line and rows",
    );
    expect(await failure(csv("x,y\n", target))).toBe("FormatError: the table has no rows");
    expect(await failure(csv("\n\nx,y\n1,2\n", target))).toMatch(/the first line is empty/);
    expect(await failure(readTable({ file: "https://a.b/c.csv" }, target))).toBe(
      "MissingError: cannot read https://a.b/c.csv: only local files are read; download it first",
    );
  });

  it("a pipe, which can be read only once", async () => {
    const pipe = `${folder}/pipe`;
    execFileSync("mkfifo", [pipe]);
    const written = writeFile(pipe, small);
    await using table = await readTable({ file: pipe }, { target: "y" });
    await written;
    expect(table.rows).toBe(3);
  });

  it("what is no table of text is called by its name", async () => {
    const starts: [string, RegExp][] = [
      ["PK\x03\x04", /is a zip archive or an Excel workbook, expected CSV, .*: unpack it, or save/],
      ["PAR1", /is a Parquet file; say --format parquet/],
      ["SQLite format 3\0", /is an SQLite database/],
      ["\x28\xb5\x2f\xfd", /is compressed by zstd/],
    ];
    for (const [start, message] of starts) {
      const bytes = Buffer.from(`${start}\0\0rest`, "latin1");
      expect(await failure(csv(bytes, { target: "y" }))).toMatch(message);
    }
  });

  it("an archive that was cut short, or lost a bit, is not read in part", async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => `${(i * 7919) % 1000},${i % 17}`);
    const packed = gzipSync(["x,y", ...rows, ""].join("\n"));
    const target = { target: "y", family: "gaussian" } as const;
    await using table = await readTable({ file: fileOf(packed, "csv.gz") }, target);
    expect(table.rows).toBe(5000);
    const short = fileOf(packed.subarray(0, -200), "csv.gz");
    const checksum = Buffer.from(packed);
    checksum[checksum.length - 8] ^= 1;
    for (const file of [short, fileOf(checksum, "csv.gz")]) {
      expect(await failure(readTable({ file }, target))).toMatch(
        /^FormatError: the compressed file is damaged or cut short: /,
      );
    }
  });

  it("options of CSV are refused where the file is none", async () => {
    const file = fileOf('{"x":1,"y":2}\n{"x":2,"y":2.5}\n', "jsonl");
    expect(await failure(readTable({ file, decimal: "," }, { target: "y" }))).toBe(
      `SelectionError: --decimal is for CSV, but ${file} is read as json`,
    );
  });

  it("leave no file behind, whatever happens", async () => {
    const before = readdirSync(folder).length;
    const options = { target: "y", folder, memory: 0 };
    const path = fileOf(small);
    await using table = await readTable({ file: path }, options);
    expect(readdirSync(folder)).toHaveLength(before + 1);
    expect((await rowsOf(table)).y).toHaveLength(3);
    await failure(readTable({ file: path }, { ...options, target: "z" }));
    await failure(readTable({ file: path }, { ...options, base: { group: "z" } }));
    await failure(
      readTable({ file: "-", input: Readable.from([small]) }, { ...options, target: "z" }),
    );
    expect(readdirSync(folder)).toHaveLength(before + 1);
  });
});

/** Writes a Parquet file with the engine itself. */
async function copyTo(path: string, sql: string): Promise<void> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`COPY (${sql}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}
