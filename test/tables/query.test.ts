import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadDuckDB } from "../../src/tables/duckdb.ts";
import { briefly, type Engine, engineError, openEngine } from "../../src/tables/engine.ts";
import { readTable } from "../../src/tables/index.ts";
import { requireReading } from "../../src/tables/query.ts";
import { failure, fileOf, folder } from "./tables.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine(folder);
});
afterAll(() => engine[Symbol.dispose]());

const target = join(folder, "written");

describe("a query that writes", () => {
  it.each([
    `copy (select 1) to '${target}'`,
    "create table t (a int)",
    "insert into t values (1)",
    "insert into t values (1) returning a",
    "update t set a = 1",
    "delete from t",
    "drop table t",
    `attach '${target}'`,
    `export database '${target}'`,
    "pragma version",
    "call enable_logging()",
    "install httpfs",
    "load httpfs",
    "set threads = 1",
    "explain analyze select 1",
    "vacuum",
    "checkpoint",
    "prepare p as select 1",
  ])("is no SELECT: %s", async (sql) => {
    expect(await failure(readTable({ sql }, { target: "y" }))).toBe(
      "SelectionError: the query is no SELECT statement: natgrad reads tables, it never writes",
    );
    expect(existsSync(target)).toBe(false);
  });

  it.each([
    [`select 1; copy (select 1) to '${target}'`, /no SELECT statement|not SQL|statements/],
    ["select 1 as y; select 2 as y", /has 2 statements, expected one SELECT/],
    ["", /has 0 statements/],
    [";", /has 0 statements/],
    ["-- nothing", /has 0 statements/],
    ["selec 1", /the query is not SQL: syntax error at or near "selec"/],
    ["with x as (insert into t values (1) returning *) from x", /not SQL/],
  ])("or more than one, or none: %s", async (sql, message) => {
    expect(await failure(readTable({ sql }, { target: "y" }))).toMatch(message);
    expect(existsSync(target)).toBe(false);
  });

  it.each([
    `select * from enable_logging(storage = 'file', storage_path = '${target}')`,
    `select * from enable_profiling(save_location = '${target}')`,
    `select (select count(*) from enable_logging(storage = 'file', storage_path = '${target}')) as y`,
    `with a as (from enable_logging(storage = 'file', storage_path = '${target}')) select 1 as y`,
    `select * from ENABLE_LOGGING(storage = 'file', storage_path = '${target}')`,
    `select * from "enable_logging"(storage = 'file', storage_path = '${target}')`,
    `select * from main.enable_logging(storage = 'file', storage_path = '${target}')`,
    `select * from range(1), lateral (select * from enable_logging(storage = 'file', storage_path = '${target}'))`,
    "from query('select 1 as y')",
    "from json_execute_serialized_sql('{}')",
    "from arrow_scan(1, 2, 3)",
  ])("hides in a table function: %s", async (sql) => {
    expect(await failure(readTable({ sql }, { target: "y" }))).toMatch(
      /^SelectionError: the query uses the table function \w+, which natgrad does not run/,
    );
    expect(existsSync(target)).toBe(false);
  });

  it("cannot change a setting, nor load an extension or read from the net", async () => {
    expect(await failure(engine.run("SET threads = 1"))).toMatch(/configuration has been locked/);
    const [settings] = await engine.all(
      "SELECT current_setting('autoload_known_extensions') AS a, current_setting('autoinstall_known_extensions') AS b",
    );
    expect(settings).toEqual({ a: false, b: false });
    expect(
      await failure(readTable({ sql: "from 'https://localhost/x.csv'" }, { target: "y" })),
    ).toBe("MissingError: cannot read https://localhost/x.csv: only local files are read");
  });
});

describe("a query that reads", () => {
  it.each([
    "select 1",
    "values (1)",
    "from range(3)",
    "with a as (select * from glob('*')) select (select count(*) from read_text('q')) from a, lateral (select 1)",
    "select list_transform([1, 2], x -> x + 1), unnest([1, 2])",
    "from 'a.csv' where enable_logging > 3",
    "select * from read_csv('x') t join read_parquet('y') u on t.a = u.a",
    "select 1 union all select 2 order by 1 limit 1",
  ])("is taken: %s", async (sql) => {
    await requireReading(engine, sql);
  });

  it("may give a column twice only if one is renamed", async () => {
    expect(
      await failure(readTable({ sql: "select 1 as a, 2 as a, 3 as y" }, { target: "y" })),
    ).toBe('FormatError: columns 1 and 2 are both named "a": rename one of them');
  });

  it("gives its own errors in a line", async () => {
    const path = fileOf("a,y\n1,2\n");
    expect(await failure(readTable({ sql: `select b from '${path}'` }, { target: "y" }))).toMatch(
      /^FormatError: Referenced column "b" not found in FROM clause!; Candidate bindings: "a"$/,
    );
    expect(await failure(readTable({ sql: "select [1] as a, 2 as y" }, { target: "y" }))).toMatch(
      /column "a" is of type INTEGER\[\], expected numbers or text/,
    );
    expect(await failure(readTable({ sql: "select 1 as y where false" }, { target: "y" }))).toMatch(
      /the table has no rows/,
    );
  });

  it("that fails in its middle is an error, and no shorter table", async () => {
    const sql =
      "select i as y, case when i = 250000 then error('no more') else 1.5 end::double as x from range(300000) t(i)";
    expect(await failure(readTable({ sql }, { target: "y", family: "poisson" }))).toBe(
      "FormatError: no more",
    );
    const whole = sql.replace("i = 250000", "i = -1").replace("1.5", "i / 2");
    await using table = await readTable({ sql: whole }, { target: "y", family: "gaussian" });
    expect(table.rows).toBe(300_000);
    let next = 0;
    for await (const { y, X } of table.blocks()) {
      for (let i = 0; i < y.rows; i++, next++) {
        if (y.data[i] !== next || X.data[2 * i] !== next / 2) throw new Error(`row ${next}`);
      }
    }
    expect(next).toBe(300_000);
  });

  it("stops when it is told to", async () => {
    const stop = new AbortController();
    const sql = "select i as y, random() as x from range(100000000) t(i)";
    const reading = readTable(
      { sql },
      { target: "y", signal: stop.signal, onProgress: () => stop.abort(new Error("enough")) },
    );
    expect(await failure(reading)).toBe("Error: enough");
  });
});

describe("the engine", () => {
  it("says how to get it where it is missing", async () => {
    const absent = Promise.reject(
      new Error("Cannot find package '@duckdb/node-api'\nRequire stack"),
    );
    const message = await failure(loadDuckDB(() => absent));
    expect(message).toBe(
      "MissingError: tables are read by DuckDB, which is not installed: run: npm install @duckdb/node-api " +
        "(natgrad then reads CSV, Parquet, JSON and SQL) (Cannot find package '@duckdb/node-api')",
    );
    const manifest = JSON.parse(readFileSync("package.json", "utf8"));
    expect(manifest.optionalDependencies["@duckdb/node-api"]).toMatch(/^\d+\.\d+\.\d+-r\.\d+$/);
  });

  it("gives its messages without other programs' advice", () => {
    expect(briefly("Catalog Error: No x!\nDid you mean y?\n\nLINE 1: x\n        ^")).toBe(
      "No x!; Did you mean y?",
    );
    expect(briefly("Not Supported Error: Duplicate x, try ignore_errors=true")).toBe("Duplicate x");
    expect(briefly("Failed to extract statements: Parser Error: at x")).toBe("at x");
  });

  it("are those of the disk where it is full", () => {
    const full =
      "Out of Memory Error: failed to offload data block of size 256.0 KiB (53.9 MiB/54.0 MiB used).\n" +
      "This limit was set by the 'max_temp_directory_size' setting.";
    expect(engineError(new Error(full)).name).toBe("MissingError");
    expect(engineError(new Error(full)).message).toMatch(/no space is left on the disk/);
    const text = 'Conversion Error: Could not convert string "No space left on device" to DOUBLE';
    expect(engineError(new Error(text)).name).toBe("FormatError");
  });
});
