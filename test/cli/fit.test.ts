import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { run } from "../../src/cli/program.ts";
import { displayWidth } from "../../src/cli/reportLayout.ts";
import { fitResult } from "../../src/cli/reportSchema.ts";
import { startCli } from "../support/cli.ts";
import { memoryContext, withoutProgress } from "../support/outputs.ts";

const folder = mkdtempSync(join(tmpdir(), "natgrad-fit-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function natgrad(...args: string[]) {
  const context = memoryContext();
  const code = await run(args, context);
  return { code, out: context.stdout.text, err: withoutProgress(context.stderr.text) };
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Counts that vary more than a Poisson model allows; no randomness, no rounding. */
const counts = file(
  "counts.csv",
  `dose,group,y\n${Array.from({ length: 60 }, (_, i) => {
    const dose = ((i * 7) % 20) / 10;
    return [dose, ["b", "a", "c"][i % 3], Math.floor(Math.exp(dose) * ((i * i * 11) % 7))].join(
      ",",
    );
  }).join("\n")}\n`,
);
/** five rows whose line is known: slope 2.2, intercept −0.6 */
const line = file("line.csv", "x,y\n1,2\n2,3\n3,6\n4,7\n5,11\n");

describe("natgrad fit", () => {
  it("prints a line's coefficients with their standard errors", async () => {
    const { code, out, err } = await natgrad(
      "fit",
      line,
      "--target",
      "y",
      "--covariance",
      "fisher",
    );
    expect([code, err]).toEqual([0, ""]);
    // by hand: Sxx 10, Sxy 22, RSS 2.4, s² 0.8; 97.5 % quantile of t(3) 3.1824
    expect(out).toMatch(/^x +2\.2000 +0\.2828 +7\.78 +0\.0044 +1\.300 +3\.100$/m);
    expect(out).toMatch(/^\(intercept\) +-0\.8000 +0\.9381 +-0\.853 +0\.46 +-3\.785 +2\.185$/m);
    expect(out).toMatch(
      /^model +linear regression \(Gaussian, identity link\); the family is guessed:$/m,
    );
    expect(out).toMatch(
      /^variance +estimated: s² = RSS \/ \(N − P\) = 0\.800000, t tests on 3 degrees of$/m,
    );
  });

  it("says what was guessed, read, dropped, taken as base, and which sandwich it is", async () => {
    const { out } = await natgrad("fit", counts, "--target", "y");
    expect(out).toContain("Poisson regression (log link); the family is guessed: integers from 0");
    expect(out.replaceAll(/\s+/g, " ")).toContain("60 rows read; none dropped");
    expect(out).toMatch(/^levels +group: base a, against it b, c$/m);
    expect(out).toMatch(/Sandwich = H⁻¹ F̃ H⁻¹, HC0, without a factor/);
    expect(out).toContain("Intervals are Wald's.");
    expect(out).toMatch(/standard error +by sandwich +95 % interval/);
    const given = await natgrad(
      "fit",
      counts,
      "--target",
      "y",
      "--family",
      "poisson",
      "--correction",
      "hc1",
    );
    expect(given.out).toContain("the family is given");
    expect(given.out).toContain("times N / (N − D): HC1.");
    const holes = file("holes.csv", "x,y\n1,2\n,3\n3,6\n4,NA\n5,11\n6,9.5\n");
    const refused = await natgrad("fit", holes, "--target", "y");
    expect([refused.code, refused.out]).toEqual([1, ""]);
    expect(refused.err).toMatch(
      /values are missing \(x 1, y 1; first in row 2, column "x"\); to leave such rows out, say --missing drop\n$/,
    );
    const dropped = await natgrad("fit", holes, "--target", "y", "--missing", "drop");
    expect(dropped.out.replaceAll(/\s+/g, " ")).toContain(
      "6 rows read; 2 dropped for missing values (x 1, y 1)",
    );
  });

  it("names the decisions that depend on the covariance, and the known variance", async () => {
    const { out } = await natgrad("fit", counts, "--target", "y");
    expect(out).toMatch(/^decisions at 5 % that depend on the covariance$/m);
    const known = await natgrad("fit", line, "--target", "y", "--variance", "known");
    expect(known.out).toMatch(/^variance +fixed at 1\.00000, not estimated/m);
    expect(known.out).toMatch(/^ +estimate.* z /m);
  });

  it("stays within 80 columns, whatever the names are", async () => {
    const names = ["価格の対数", "a".repeat(100), "b c\nd", 'q"q'];
    const rows = Array.from({ length: 12 }, (_, i) =>
      [i * 1e-7, (i * i) % 7, (i * 31) % 11, 1e9 * ((i * 5) % 7), ((i * 17) % 13) / 3].join(","),
    );
    const header = [...names, "y"].map((name) => `"${name.replaceAll('"', '""')}"`).join(",");
    const wide = file("wide.csv", [header, ...rows, ""].join("\n"));
    for (const more of [[], ["--covariance", "sandwich"], ["--standardize"]]) {
      const { code, out, err } = await natgrad("fit", wide, "--target", "y", ...more);
      expect([code, err]).toEqual([0, ""]);
      for (const text of out.split("\n")) expect(displayWidth(text), text).toBeLessThanOrEqual(80);
    }
  });

  it("prints JSON of the documented schema, with everything to make it again", async () => {
    const { code, out } = await natgrad("fit", counts, "--target", "y", "--json", "--level", "0.9");
    expect(code).toBe(0);
    const found = fitResult.parse(JSON.parse(out));
    expect(found).toMatchObject({
      command: "fit",
      configuration: { source: counts, target: "y", level: "0.9" },
      data: { rows: 60, family: "poisson", factors: [{ column: "group", base: "a" }] },
      fit: { names: ["dose", "group=b", "group=c", "(intercept)"], converged: true },
    });
    expect(found.covariances.map(({ kind, level }) => [kind, level])).toEqual([
      ["fisher", 0.9],
      ["empirical", 0.9],
      ["sandwich", 0.9],
    ]);
    // standard errors are the roots of the diagonal
    for (const { matrix, coefficients } of found.covariances) {
      coefficients.forEach(({ standardError }, t) => {
        expect(standardError! ** 2).toBeCloseTo(matrix![t][t]!, 12);
      });
    }
  });

  it("writes a folder: text, JSON, and a page that asks for nothing", async () => {
    const out = join(folder, "deep", "report");
    const { code, err } = await natgrad(
      "fit",
      counts,
      "--target",
      "y",
      "--out",
      out,
      "--pair",
      "dose,(intercept)",
    );
    expect(code).toBe(0);
    expect(err).toMatch(/^written: .*report\.txt, .*result\.json, .*report\.html\n$/);
    expect(readdirSync(out).sort()).toEqual(["report.html", "report.txt", "result.json"]);
    const page = readFileSync(join(out, "report.html"), "utf8");
    // a failed comparison would print the fonts
    expect(page.includes('<h2 id="coefficients">')).toBe(true);
    expect(page.match(/<svg /g)).toHaveLength(4);
    const outside = /https?:|src="|@import|<script/.exec(
      page.replaceAll("http://www.w3.org/2000/svg", ""),
    );
    expect(outside).toBeNull();
    expect(page.match(/data-panel="pair \d"/g)).toEqual([
      'data-panel="pair 1"',
      'data-panel="pair 1"',
    ]);
    fitResult.parse(JSON.parse(readFileSync(join(out, "result.json"), "utf8")));
    expect(readFileSync(join(out, "report.txt"), "utf8")).toMatch(/^model /);
  });

  it("answers a folder that cannot be made before any work", async () => {
    const { code, err } = await natgrad(
      "fit",
      "none.csv",
      "--target",
      "y",
      "--out",
      join(line, "out"),
    );
    expect(code).toBe(1);
    expect(err).toMatch(/^error: cannot write .*a part of the path is a file/);
  });

  it("reads SQL and standard input", async () => {
    const sql = `select x, y from '${line}' where x < 5`;
    const { out } = await natgrad("fit", "--sql", sql, "--target", "y", "--json");
    expect(JSON.parse(out)).toMatchObject({ data: { source: sql, origin: "query", rows: 4 } });
    const { child, result } = startCli(["fit", "-", "--target", "y", "--json"]);
    child.stdin!.end(readFileSync(line));
    const piped = await result;
    expect([piped.code, withoutProgress(piped.err)]).toEqual([0, ""]);
    expect(JSON.parse(piped.out)).toMatchObject({ data: { source: "standard input", rows: 5 } });
  });
});

describe("wrong usage", () => {
  it.each([
    [[], "no table is named"],
    [[line], "--target is missing"],
    [[line, "--target", "z"], 'no column is named "z"'],
    [
      [line, "--target", "y", "--family", "gausian"],
      "expected one of gaussian, bernoulli, categorical, poisson; did you mean gaussian?",
    ],
    [[line, "--target", "y", "--level", "95"], "did you mean 0.95?"],
    [[line, "--target", "y", "--level", "x"], "expected a number"],
    [[line, "--target", "y", "--ridge", "-1"], "expected 0 or more"],
    [
      [line, "--target", "y", "--variance", "0"],
      'expected "estimated", "known" or a positive number',
    ],
    [
      [counts, "--target", "y", "--variance", "known"],
      "--variance is for the family gaussian, but the target suggests poisson",
    ],
    [
      [counts, "--target", "y", "--family", "poisson", "--variance", "known"],
      "--variance is for the family gaussian, not for poisson",
    ],
    [[line, "--sql", "select 1", "--target", "y"], "a file and --sql were given"],
    [["--sql", "drop table x", "--target", "y"], "no SELECT statement"],
    [["--sql", "select 1", "--target", "y", "--delimiter", ";"], "--delimiter is for files"],
    [[line, "--target", "y", "--base", "x"], "expected column=level"],
    [[counts, "--target", "y", "--base", "group=q"], '"q" is no level of column "group"'],
    [
      [counts, "--target", "y", "--base", "group=a", "--base", "group=b"],
      '--base names "group" twice',
    ],
    [[line, "--target", "y", "--pair", "x"], "expected two names of coefficients"],
    [
      [line, "--target", "y", "--pair", "x,q", "--out", join(folder, "pairs")],
      '--pair: no coefficient is named "q"',
    ],
    [
      [line, "--target", "y", "--pair", "x,y"],
      "--pair is for the page: name its folder with --out",
    ],
    [[line, "--target", "y", "--weighting", "frequency"], "name their column with --weights"],
    [[line, "--target", "y", "--out", ""], "--out is empty"],
    [[line, "--target", "y", "--family", "binomial"], "did you mean bernoulli?"],
    [[line, "--target", "y", "--encoding", "ebcdic"], "expected one of utf-8, latin-1, utf-16"],
    [[line, "--target", "y", "--decimal", ",", "--thousands", ","], 'are both ","'],
    [[line, "--target", "y", "--format", "json", "--delimiter", ";"], "--delimiter is for CSV"],
    [[line, "--target", "y", "--delimiter", "ab"], "expected one character"],
    [[line, "--target", "y", "--features", "a,,b"], "expected names between commas"],
    [[line, "--target", "y", "--max-iterations", "1.5"], "expected a whole number from 1 to"],
    [[line, "--target", "y", "--format", "xls"], "expected one of csv, tsv, parquet, json"],
    [[line, "--target", "y", "--correction", "HC3"], "expected one of HC0, HC1"],
  ])("%j", async (args, message) => {
    const { code, out, err } = await natgrad("fit", ...args);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(/^error: .*\n$/);
    expect(err).toContain(message);
  });

  it("is said in one line, whatever is typed", { timeout: 60_000 }, async () => {
    const flags = [
      "--target",
      "--family",
      "--features",
      "--exclude",
      "--categorical",
      "--base",
      "--weights",
      "--offset",
      "--ridge",
      "--variance",
      "--missing",
      "--null",
      "--format",
      "--delimiter",
      "--decimal",
      "--thousands",
      "--encoding",
      "--covariance",
      "--correction",
      "--level",
      "--max-iterations",
      "--max-levels",
      "--weighting",
      "--pair",
      "--no-intercept",
      "--standardize",
      "--json",
    ];
    const value = fc.oneof(
      fc.constantFrom(
        "x",
        "y",
        "1",
        "0",
        "-1",
        "0.5",
        "1e999",
        "NaN",
        ",",
        '"',
        "x,y",
        "x=1",
        "=",
        "gaussian",
        "drop",
        "all",
        "--",
        "-",
        "",
      ),
      fc
        .string({ maxLength: 8, unit: "binary" })
        .filter((text) => !/^(-h|--help|--out|--sql)/.test(text)),
    );
    const call = fc.array(fc.tuple(fc.constantFrom(...flags), value), { maxLength: 5 });
    const runs = 60 * Number(process.env.NATGRAD_FUZZ ?? 1);
    await fc.assert(
      fc.asyncProperty(call, fc.boolean(), async (options, known) => {
        const args = options.flat();
        const target = known ? ["--target", "y"] : [];
        const { code, out, err } = await natgrad("fit", line, ...target, ...args);
        expect([0, 1, 2]).toContain(code);
        if (code === 0) expect(out).not.toBe("");
        else {
          expect(out).toBe("");
          expect(err).toMatch(/^error: [^\n]+\n$/);
          expect(err).not.toMatch(/undefined|\[object|TypeError|is not a function/);
        }
      }),
      { numRuns: runs },
    );
  });
});

describe("a family that was guessed", () => {
  const rows = [1, 2, 3, 4, 5, 6].map((x) => `${x},${x > 3 ? 8 : 7}`);
  const two = file("two.csv", ["x,y", ...rows, ""].join("\n"));

  it("is named where it may be what goes wrong", async () => {
    for (const command of ["fit", "diagnose"]) {
      const guessed = await natgrad(command, two, "--target", "y");
      expect([guessed.code, guessed.out]).toEqual([1, ""]);
      expect(guessed.err).toContain('complete separation: "x" > 3.5 exactly where "y" is 8.');
      expect(guessed.err).toMatch(
        /Note that the family bernoulli was guessed \(7 and 8 only\); --family names another\n$/,
      );
      const given = await natgrad(command, two, "--target", "y", "--family", "bernoulli");
      expect(given.err).not.toContain("guessed");
    }
  });
});

describe("a ridge", () => {
  it("stands in the formulas, and warns of its bias, in the text and in the JSON", async () => {
    const told = "a ridge shrinks: standard errors, p-values and intervals leave out its bias; AIC";
    const call = ["fit", counts, "--target", "y", "--family", "poisson"];
    const { out } = await natgrad(...call, "--ridge", "2");
    const text = out.replaceAll(/\s+/g, " ");
    expect(text).toContain("Fisher = inverse Fisher information, (F + λ)⁻¹.");
    expect(text).toContain("OPG = inverse empirical Fisher, (Σ g gᵀ + λ)⁻¹");
    expect(text).toContain("Sandwich = H⁻¹ F̃ H⁻¹ with H = F + λ, HC0");
    expect(text).toContain(`note ${told}`);
    const { fit } = JSON.parse((await natgrad(...call, "--ridge", "2", "--json")).out);
    expect(fit.warnings).toContainEqual({ code: "ridge", message: expect.stringContaining(told) });
    const estimated = await natgrad("fit", line, "--target", "y", "--ridge", "1");
    expect(estimated.out.replaceAll(/\s+/g, " ")).toContain("(Σ g gᵀ + λ/σ²)⁻¹");
    expect((await natgrad(...call)).out).not.toMatch(/λ|ridge/);
    const page = join(folder, "ridge");
    await natgrad(...call, "--ridge", "2", "--out", page);
    const html = readFileSync(join(page, "report.html"), "utf8");
    expect(html).toContain("OPG: (F̃ + λ)⁻¹ with the empirical Fisher F̃");
    expect(html).toContain(told);
  });
});

describe("few rows", () => {
  it("of a level or of a class are named", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => {
      const level = i < 3 ? "a" : i % 2 ? "b" : "c";
      return `${level},${(i * 7) % 11},${i % 13 === 1 ? "yes" : "no"}`;
    });
    const levels = file("levels.csv", `g,x,y\n${rows.join("\n")}\n`);
    const { out } = await natgrad("fit", levels, "--target", "y", "--ridge", "1");
    expect(out.replaceAll(/\s+/g, " ")).toContain(
      'note class "yes" of "y" has 3 rows, "g=a" has 3',
    );
  });
});

describe("where results go", { timeout: 60_000 }, () => {
  it("a folder that was made is removed again where there is no result, and no other", async () => {
    const made = join(folder, "made");
    const { code } = await natgrad("fit", line, "--target", "z", "--out", join(made, "inner"));
    expect([code, existsSync(made)]).toEqual([2, false]);
    const own = mkdtempSync(join(folder, "own-"));
    await natgrad("diagnose", line, "--target", "z", "--out", own);
    expect(existsSync(own)).toBe(true);
    const plain = file("plain.txt", "");
    const { err } = await natgrad("fit", line, "--target", "y", "--out", plain);
    expect(err).toBe(
      `error: cannot write ${plain}: a part of the path is a file; name another folder (EEXIST)\n`,
    );
  });

  it.skipIf(!existsSync("/dev/full"))("a full output is said in one line", async () => {
    const { result } = startCli(["fit", line, "--target", "y"], {}, "exec > /dev/full");
    const { code, err } = await result;
    expect([code, err]).toEqual([
      1,
      "error: cannot write to standard output: no space left on device (ENOSPC)\n",
    ]);
  });
});

describe("columns of the wrong kind", () => {
  it("are wrong usage, whatever part they were to play", async () => {
    const texts = file("texts.csv", "x,g,y\n1,a,2\n2,b,3\n3,a,6\n4,b,7\n5,a,11\n");
    for (const args of [
      ["--target", "g", "--family", "gaussian"],
      ["--target", "y", "--weights", "g"],
      ["--target", "y", "--offset", "g"],
    ]) {
      expect((await natgrad("fit", texts, ...args)).code).toBe(2);
    }
  });
});

describe("Ctrl-C", { timeout: 60_000 }, () => {
  it("ends with 130, leaving no temporary file", async () => {
    const place = mkdtempSync(join(folder, "tmp-"));
    const sql = "select i % 97 as y, random() as x from range(500000000) t(i)";
    const { child, result } = startCli(["fit", "--sql", sql, "--target", "y"], { TMPDIR: place });
    const started = Date.now();
    while (readdirSync(place).length === 0 && Date.now() - started < 30_000) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(readdirSync(place)).toHaveLength(1);
    child.kill("SIGINT");
    const { code, out, err } = await result;
    expect([code, out]).toEqual([130, ""]);
    expect(err).toContain("stopped");
    expect(readdirSync(place)).toEqual([]);
    expect(existsSync(place)).toBe(true);
  });

  it("and its relatives leave nothing of standard input, either", async () => {
    for (const [signal, expected] of [
      ["SIGINT", 130],
      ["SIGTERM", 143],
      ["SIGHUP", 129],
    ] as const) {
      const place = mkdtempSync(join(folder, "tmp-"));
      const { child, result } = startCli(["fit", "-", "--target", "y"], { TMPDIR: place });
      child.stdin!.write("x,y\n1,2\n");
      const started = Date.now();
      while (readdirSync(place, { recursive: true }).length < 2 && Date.now() - started < 30_000) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect(readdirSync(place, { recursive: true })).toHaveLength(2);
      child.kill(signal);
      expect((await result).code).toBe(expected);
      expect(readdirSync(place)).toEqual([]);
    }
  });
});
