import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { run } from "../../src/cli/program.ts";
import { compareConfiguration } from "../../src/experiments/compare/configuration.ts";
import { compareFile } from "../../src/experiments/compare/results.ts";
import { dense, saveNetwork, sequential } from "../../src/index.ts";
import { VERSION } from "../../src/version.ts";
import { temporaryFolder } from "../support/files.ts";
import { memoryContext } from "../support/outputs.ts";

const env = { NATGRAD_DATA: "", NATGRAD_OFFLINE: "1", XDG_CACHE_HOME: "/nonexistent" };
beforeEach(() => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const iris = {
  data: { name: "Iris", rows: 30 },
  model: "linear",
  parameters: { from: "training", steps: 20 },
  structures: ["full", "diagonal", "kfac"],
};

/** One call with a configuration that is written to a file. */
async function call(configuration: unknown, ...options: string[]) {
  const folder = temporaryFolder();
  const file = join(folder, "config.json");
  writeFileSync(
    file,
    typeof configuration === "string" ? configuration : JSON.stringify(configuration),
  );
  const context = memoryContext();
  const out = join(folder, "new", "out");
  const code = await run(["compare", file, "--out", out, ...options], context);
  return { code, out: context.stdout.text, err: context.stderr.text, folder, files: out };
}

describe("natgrad compare", { timeout: 30_000 }, () => {
  it("writes a figure, a result and a page, and prints the table", async () => {
    const { code, out, err, files } = await call(iris);
    expect(err).toContain("no Hessian, KFAC: KFAC of the Hessian");
    expect(code).toBe(0);
    expect(readdirSync(files).sort()).toEqual([
      "compare.json",
      "compare.png",
      "compare.svg",
      "index.html",
    ]);
    const { provenance, result } = compareFile.parse(
      JSON.parse(readFileSync(join(files, "compare.json"), "utf8")),
    );
    expect(provenance.natgrad).toBe(VERSION);
    expect(result.problem).toMatchObject({ data: "Iris", samples: 30, parameters: 15 });
    for (const { name, status } of result.matrices) {
      if (status === "measured") expect(out).toContain(`${name} `);
    }
    expect(out).toContain(join(files, "index.html"));
    expect(readFileSync(join(files, "compare.svg"), "utf8")).toMatch(/^<svg .*<\/svg>\n$/s);
  });

  it("prints the result as JSON, without the pictures", async () => {
    const { out } = await call({ ...iris, kinds: ["fisher"] }, "--json");
    const { matrices } = JSON.parse(out);
    expect(matrices).toHaveLength(3);
    expect(matrices[0]).toMatchObject({ name: "Fisher, full", frobenius: { value: 0 } });
    expect(out).not.toContain('"map"');
  });

  it("prints an example that is a valid configuration", async () => {
    const context = memoryContext();
    expect(await run(["compare", "--example"], context)).toBe(0);
    expect(compareConfiguration.parse(JSON.parse(context.stdout.text)).data).toMatchObject({
      name: "Digits",
    });
  });

  it("reads tables and safetensors files beside the configuration", async () => {
    const folder = temporaryFolder();
    const rows = Array.from(
      { length: 20 },
      (_, i) => `${i},${(i * 7) % 5},${i % 3 === 0 ? "a" : "b"}`,
    );
    writeFileSync(join(folder, "rows.csv"), ["u,v,label", ...rows, ""].join("\n"));
    const network = sequential([dense(2, 1)], { precision: "float32" });
    writeFileSync(join(folder, "net.safetensors"), saveNetwork(network, network.initial()));
    writeFileSync(
      join(folder, "config.json"),
      JSON.stringify({
        data: { csv: "rows.csv", target: "label" },
        model: "net.safetensors",
        kinds: ["fisher", "empirical"],
        structures: ["full"],
      }),
    );
    const context = memoryContext();
    const args = ["compare", join(folder, "config.json"), "--out", join(folder, "out"), "--json"];
    expect(await run(args, context), context.stderr.text).toBe(0);
    const { problem } = JSON.parse(context.stdout.text);
    expect(problem).toMatchObject({ likelihood: "bernoulli", samples: 20, parameters: 3 });
  });

  it("refuses tables with missing values with advice that can be followed, or drops their rows", async () => {
    const folder = temporaryFolder();
    const rows = Array.from(
      { length: 20 },
      (_, i) => `${i === 3 ? "" : i},${i % 2 ? "?" : 1},${i % 3 ? 1 : 2}`,
    );
    writeFileSync(join(folder, "rows.csv"), ["u,v,label", ...rows, ""].join("\n"));
    const compared = async (data: object) => {
      const configuration = {
        data: { csv: "rows.csv", target: "label", ...data },
        model: "linear",
        parameters: { from: "initial" },
        kinds: ["fisher"],
        structures: ["full"],
      };
      writeFileSync(join(folder, "config.json"), JSON.stringify(configuration));
      const context = memoryContext();
      const args = ["compare", join(folder, "config.json"), "--out", join(folder, "out"), "--json"];
      const code = await run(args, context);
      return { code, err: context.stderr.text, out: context.stdout.text };
    };
    const some = { exclude: ["v"], categorical: ["label"] };
    const refused = await compared(some);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('to leave such rows out, say "missing": "drop" beside "csv"');
    const dropped = await compared({ ...some, missing: "drop" });
    expect(dropped.code, dropped.err).toBe(0);
    expect(JSON.parse(dropped.out).problem).toMatchObject({ samples: 19, inputs: 1 });
    const unclear = await compared({ categorical: ["label"] });
    expect(unclear.err).toContain('if that means missing, say "null": ["?"]');
    expect(unclear.err).not.toContain("--");
    const half = await compared({ categorical: ["label"], null: ["", "?"], missing: "drop" });
    expect(half.code, half.err).toBe(0);
    expect(JSON.parse(half.out).problem).toMatchObject({ samples: 10, inputs: 2 });
  });

  it("names the folder that was given where it cannot be written to", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "config.json");
    writeFileSync(file, JSON.stringify(iris));
    for (const out of [file, join(file, "deeper")]) {
      const context = memoryContext();
      expect(await run(["compare", file, "--out", out], context)).toBe(1);
      expect(context.stderr.text).toContain(`cannot write ${out}: `);
      expect(context.stderr.text).not.toContain(".room");
    }
  });

  it("leaves no empty folder of its own where there is no result", async () => {
    const { folder } = await call({ ...iris, model: [{ dense: [3, 3] }] });
    expect(readdirSync(folder)).toEqual(["config.json"]);
    const stopped = memoryContext(AbortSignal.abort());
    writeFileSync(join(folder, "right.json"), JSON.stringify(iris));
    const again = ["compare", join(folder, "right.json"), "--out", join(folder, "new", "out")];
    expect(await run(again, stopped)).toBe(130);
    expect(readdirSync(folder).sort()).toEqual(["config.json", "right.json"]);
    // nor takes away what was there
    mkdirSync(join(folder, "new"));
    const context = memoryContext();
    const args = ["compare", join(folder, "config.json"), "--out", join(folder, "new", "out")];
    expect(await run(args, context)).toBe(1);
    expect(readdirSync(folder).sort()).toEqual(["config.json", "new", "right.json"]);
    expect(readdirSync(join(folder, "new"))).toEqual([]);
  });

  const wrong: readonly (readonly [string, unknown, number, RegExp])[] = [
    ["no JSON", "{", 2, /is no JSON/],
    ["an unknown member", { ...iris, matrix: 1 }, 2, /config\.json: there is no member "matrix"\n/],
    [
      "a member that is missing",
      { data: "Iris" },
      2,
      /config\.json: model: missing, expected "linear", a list/,
    ],
    ["an unknown layer", { ...iris, model: ["sofplus"] }, 2, /did you mean softplus\?/],
    ["an unknown data set", { ...iris, data: "Irises" }, 1, /did you mean Iris\?/],
    [
      "a model of another size",
      { ...iris, model: [{ dense: [3, 3] }] },
      1,
      /layer 0 \(dense\)|takes 3 inputs/,
    ],
    ["a file that is not there", { ...iris, model: "gone.safetensors" }, 1, /no such file/],
  ];
  it.each(wrong)("%s: says so, exit code %#", async (_what, configuration, expected, message) => {
    const { code, err, files } = await call(configuration);
    expect(err).toMatch(message);
    expect(code).toBe(expected);
    expect(existsSync(join(files, "compare.json"))).toBe(false);
  });

  it("needs a configuration that can be read", async () => {
    for (const [args, code, message] of [
      [["compare"], 2, /--example prints one/],
      [["compare", "/nonexistent/config.json"], 1, /there is no such file/],
      [["compare", "x.json", "--example"], 2, /--example prints a configuration/],
    ] as const) {
      const context = memoryContext();
      expect(await run(args, context)).toBe(code);
      expect(context.stderr.text).toMatch(message);
    }
  });
});
