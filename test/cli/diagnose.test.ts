import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { run } from "../../src/cli/program.ts";
import { displayWidth } from "../../src/cli/reportLayout.ts";
import { diagnoseResult } from "../../src/cli/reportSchema.ts";
import { LegacyRandom } from "../../src/random/legacy.ts";
import { startCli } from "../support/cli.ts";
import { memoryContext, withoutProgress } from "../support/outputs.ts";

const folder = mkdtempSync(join(tmpdir(), "natgrad-diagnose-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function natgrad(...args: string[]) {
  const context = memoryContext();
  const code = await run(args, context);
  return { code, out: context.stdout.text, err: withoutProgress(context.stderr.text) };
}

function file(
  name: string,
  header: string,
  rows: readonly (readonly (number | string)[])[],
): string {
  const path = join(folder, name);
  writeFileSync(path, [header, ...rows.map((row) => row.join(",")), ""].join("\n"));
  return path;
}

const random = new LegacyRandom(5);
const normals = (count: number): number[] => Array.from({ length: count }, () => random.normal());

/** A right model: y = 1 + 2 x + noise. */
const right = file(
  "right.csv",
  "x,y",
  normals(200).map((x) => [x, 1 + 2 * x + random.normal()]),
);
/** The noise grows with x: OPG and Fisher are wrong, the sandwich is right. */
const wrong = file(
  "wrong.csv",
  "x,z,y",
  normals(300).map((x) => [x, random.normal(), 1 + 2 * x + Math.exp(x) * random.normal()]),
);

describe("natgrad diagnose", () => {
  it("does not reject what is right", async () => {
    const { code, out, err } = await natgrad(
      "diagnose",
      right,
      "--target",
      "y",
      "--bootstrap",
      "39",
      "--fail-on",
      "misspecified,empirical-fisher,standard-errors",
    );
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^Verdict\n1 {2}Can the empirical Fisher/m);
    for (const line of out.split("\n")) expect(displayWidth(line), line).toBeLessThanOrEqual(80);
  });

  it("rejects what is not, and ends with 1 where it was told to, after the report", async () => {
    const args = ["diagnose", wrong, "--target", "y", "--bootstrap", "39"];
    const { code, out } = await natgrad(...args);
    expect(code).toBe(0);
    expect(out).toMatch(/^White's information matrix test\nefficient form, full indicators/m);
    for (const [condition, name] of [
      ["misspecified", "misspecified"],
      ["empirical-fisher", "empirical-fisher"],
      ["standard-errors", "standard-errors"],
    ]) {
      const failed = await natgrad(...args, "--fail-on", condition);
      expect([failed.code, failed.out]).toEqual([1, out]);
      expect(failed.err).toMatch(new RegExp(`^error: --fail-on ${name}: [^\\n]+\\n$`));
    }
    const both = await natgrad(...args, "--fail-on", "misspecified,empirical-fisher");
    expect(both.err).toMatch(/[^.]; empirical-fisher: [^\n]+[^.]\n$/);
  });

  it("prints JSON of the documented schema; the same seed gives the same numbers", async () => {
    const args = [
      "diagnose",
      wrong,
      "--target",
      "y",
      "--bootstrap",
      "19",
      "--json",
      "--draws",
      "2",
    ];
    const results = await Promise.all(
      ["1", "1", "2"].map(async (seed) => {
        const { code, out } = await natgrad(...args, "--seed", seed);
        expect(code).toBe(0);
        return diagnoseResult.parse(JSON.parse(out));
      }),
    );
    const [{ diagnosis }, again, other] = results;
    expect(diagnosis).toEqual(again.diagnosis);
    expect(diagnosis.bootstrap!.smallest).not.toEqual(other.diagnosis.bootstrap!.smallest);
    expect(diagnosis.eigenvalues).toEqual(other.diagnosis.eigenvalues);
    expect(diagnosis).toMatchObject({ seed: 1, draws: 2, bootstrap: { replications: 19 } });
    expect(results[0]).toMatchObject({
      command: "diagnose",
      configuration: { bootstrap: "19", seed: "1" },
      fit: { names: ["x", "z", "(intercept)"] },
    });
    expect(diagnosis.points.map(({ label }) => label).at(-1)).toBe("optimum");
    expect(diagnosis.verdict.model.answer).toBe("rejected");
  });

  it("takes the form of the test, its indicators, and the covariances to be shown", async () => {
    const { out } = await natgrad(
      "diagnose",
      wrong,
      "--target",
      "y",
      "--bootstrap",
      "0",
      "--form",
      "chesher-lancaster",
      "--indicators",
      "diagonal",
      "--covariance",
      "sandwich",
    );
    expect(out).toContain(
      "Chesher-Lancaster's n R² form, which rejects true models too often, diagonal",
    );
    expect(out.replaceAll(/\s+/g, " ")).toContain("no fits were simulated, so there is no band");
    expect(out).toMatch(/^ +estimate +sandwich +t +p +lower +upper$/m);
  });

  it("says that the test is void with a ridge", async () => {
    const { code, out } = await natgrad("diagnose", wrong, "--target", "y", "--ridge", "5");
    expect(code).toBe(0);
    expect(out).toMatch(/White's information matrix test\nnone: it is void with a ridge/);
    expect(out.replaceAll(/\s+/g, " ")).not.toContain("the information matrix test is void");
  });

  it("has no numbers of nothing for a perfect fit", async () => {
    const exact = join(folder, "exact.csv");
    writeFileSync(exact, "x,z,y\n1,3,2\n2,1,4\n3,4,6\n4,1,8\n5,9,10\n6,2,12\n");
    const { code, out } = await natgrad("diagnose", exact, "--target", "y");
    expect(code).toBe(0);
    const text = out.replaceAll(/\s+/g, " ");
    expect(text).toContain("because the link is canonical.");
    expect(text).not.toMatch(/at most|hold –|matrix A/);
  });

  it("writes the page with the verdict and its figures", async () => {
    const out = join(folder, "report");
    const { code } = await natgrad(
      "diagnose",
      wrong,
      "--target",
      "y",
      "--bootstrap",
      "19",
      "--out",
      out,
    );
    expect(code).toBe(0);
    expect(readdirSync(out).sort()).toEqual(["report.html", "report.txt", "result.json"]);
    const page = readFileSync(join(out, "report.html"), "utf8");
    const ids = [...page.matchAll(/<h2 id="(\w+)">/g)].map(([, id]) => id);
    expect(ids).toEqual(["verdict", "model", "coefficients", "curvature", "gradients", "test"]);
    expect(page.match(/<svg /g)!.length).toBeGreaterThanOrEqual(12);
    diagnoseResult.parse(JSON.parse(readFileSync(join(out, "result.json"), "utf8")));
  });

  it.each([
    [["--bootstrap", "-1"], "--bootstrap is -1, expected a whole number from 0"],
    [["--draws", "0"], "--draws is 0, expected a whole number from 1"],
    [["--seed", "1.5"], "--seed is 1.5, expected a whole number from 0"],
    [["--form", "white"], "expected one of efficient, chesher-lancaster, white-1982"],
    [["--indicators", "none"], "expected one of full, diagonal"],
    [["--fail-on", "mispecified"], "did you mean misspecified?"],
  ])("%j is wrong usage", async (args, message) => {
    const { code, out, err } = await natgrad("diagnose", right, "--target", "y", ...args);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(message);
  });

  it("shows how far it is, and ends with 130 on Ctrl-C", { timeout: 60_000 }, async () => {
    const { child, result } = startCli([
      "diagnose",
      wrong,
      "--target",
      "y",
      "--bootstrap",
      "1000000",
    ]);
    const shown = new Promise<void>((resolve) => {
      child.stderr!.on("data", (text) => {
        if (`${text}`.includes("simulating")) resolve();
      });
    });
    await shown;
    child.kill("SIGINT");
    const { code, out, err } = await result;
    expect([code, out]).toEqual([130, ""]);
    expect(err).toMatch(/simulating: +0 %.*\n[\s\S]*stopped\n$/);
  });
});

describe("options", () => {
  const words: Readonly<Record<string, readonly string[]>> = {
    "--target": ["x", "y"],
    "--family": ["gaussian", "Poisson", "normal"],
    "--features": ["a,b", '"a,b",c', ","],
    "--exclude": ["a", ""],
    "--categorical": ["a"],
    "--base": ["a=b", '"a=b"=c', "=b", "a"],
    "--max-levels": ["2", "1e9"],
    "--weights": ["w"],
    "--weighting": ["frequency", "precision"],
    "--offset": ["o"],
    "--ridge": ["0", "1e-300", "1e308"],
    "--variance": ["known", "estimated", "2"],
    "--missing": ["drop", "refuse"],
    "--null": ["?", ""],
    "--format": ["csv", "ndjson", "parquet"],
    "--delimiter": ["tab", "\\t", ";"],
    "--decimal": [",", "."],
    "--thousands": [".", "'"],
    "--encoding": ["UTF-8", "latin1"],
    "--covariance": ["all", "sandwich"],
    "--correction": ["hc1", "HC3"],
    "--level": ["0.9", "95"],
    "--max-iterations": ["1", "0x10"],
    "--pair": ["a,b", "a,a"],
    "--form": ["efficient", "white-1982"],
    "--indicators": ["full", "diagonal"],
    "--bootstrap": ["0", "1e3"],
    "--seed": ["0", "4294967296"],
    "--draws": ["1", "-1"],
    "--fail-on": ["misspecified", "misspecified,standard-errors"],
  };
  const flags = ["--no-intercept", "--standardize", "--json"];

  it("are all tried here", async () => {
    const { out } = await natgrad("diagnose", "--help");
    const declared = [...out.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, name]) => name);
    expect(declared.filter((name) => name !== "--sql" && name !== "--out").sort()).toEqual(
      [...Object.keys(words), ...flags].sort(),
    );
  });

  it("are right, or wrong usage said in a line that names one, before any file is opened", async () => {
    const odd = fc.oneof(
      fc.constantFrom(
        "",
        " ",
        "-1",
        "--",
        "NaN",
        "1e999",
        "Infinity",
        '"',
        "=",
        "__proto__",
        "a\nb",
      ),
      fc.string({ maxLength: 6, unit: "binary" }),
    );
    const option = fc.oneof(
      fc.constantFrom(...flags).map((flag) => [flag]),
      fc
        .constantFrom(...Object.keys(words))
        .chain((name) =>
          fc
            .oneof({ weight: 2, arbitrary: fc.constantFrom(...words[name]) }, odd)
            .map((value) => [`${name}=${value}`]),
        ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(option, { maxLength: 5 }), async (options) => {
        const { code, out, err } = await natgrad("diagnose", "none.csv", ...options.flat());
        expect([out, err.split("\n").length]).toEqual(["", 2]);
        if (code === 1) {
          expect(err).toBe("error: cannot read none.csv: there is no such file\n");
          return;
        }
        expect(code).toBe(2);
        expect(err).toMatch(/^error: .*--[a-z]/);
        expect(err).not.toMatch(/undefined|\[object|is not a function/);
      }),
      { numRuns: 150 * Number(process.env.NATGRAD_FUZZ ?? 1) },
    );
  });
});
