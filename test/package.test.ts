/** The package itself: what is promised in package.json, and that what is packed works elsewhere. */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { VERSION } from "../src/version.ts";
import { type Consumer, installConsumer } from "./support/consumer.ts";
import { importGraph } from "./support/importGraph.ts";

const root = join(import.meta.dirname, "..");
const entries = Object.entries(manifest.exports).flatMap(([name, target]) =>
  typeof target === "string" ? [] : [{ name: join("natgrad", name), ...target }],
);

describe("package.json", () => {
  it("pins every dependency to one version", () => {
    const { dependencies, optionalDependencies, devDependencies } = manifest;
    const all = Object.entries({ ...dependencies, ...optionalDependencies, ...devDependencies });
    expect(all.length).toBeGreaterThan(10);
    for (const [name, version] of all) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
    }
  });

  it("has the version that the library prints, and the changelog knows it", async () => {
    expect(manifest.version).toBe(VERSION);
    expect(await readFile(join(root, "CHANGELOG.md"), "utf8")).toContain(`## ${VERSION}`);
  });

  it("is MIT-licensed, with the text of the licence", async () => {
    expect(manifest.license).toBe("MIT");
    expect(await readFile(join(root, "LICENSE"), "utf8")).toMatch(/^MIT License\n/);
  });

  it("has a lock file of the same versions that names no server", async () => {
    const text = await readFile(join(root, "package-lock.json"), "utf8");
    const { packages } = JSON.parse(text);
    const places = Object.values<{ resolved?: string }>(packages).flatMap((p) => p.resolved ?? []);
    expect(places).toEqual(manifest.workspaces);
    for (const group of ["dependencies", "optionalDependencies", "devDependencies"] as const) {
      expect(packages[""][group]).toEqual(manifest[group]);
    }
  });
});

describe("the packed package in an empty folder", { timeout: 60_000 }, () => {
  let consumer: Consumer;
  let installed: string;
  beforeAll(async () => {
    consumer = await installConsumer();
    installed = join(consumer.folder, "node_modules", "natgrad");
  }, 60_000);
  afterAll(() => rm(consumer.folder, { recursive: true, force: true }));

  it("holds the compiled library, its types, the conformance set and the texts, and nothing else", () => {
    const { packed } = consumer;
    for (const { types, default: file } of entries) {
      expect(packed).toContain(types.slice(2));
      expect(packed).toContain(file.slice(2));
    }
    const texts = ["CHANGELOG.md", "LICENSE", "README.md", "package.json"];
    const set = packed.filter((path) => path.startsWith("conformance/"));
    expect(set).toContain("conformance/README.md");
    expect(set).toContain("conformance/generate.py");
    expect(set.filter((path) => path.endsWith(".json"))).toHaveLength(10);
    const others = packed.filter((path) => !path.startsWith("dist/") && !set.includes(path));
    expect(others.sort()).toEqual(texts);
  });

  it("is clean for publint", async () => {
    const { messages } = await publint({ pkgDir: installed, pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, manifest))).toEqual([]);
  });

  it.each(entries)("$name can be imported, without the optional dependencies", async ({ name }) => {
    const program = `console.log(Object.keys(await import("${name}")).length)`;
    const args = ["--input-type=module", "--eval", program];
    expect(Number(await consumer.run(process.execPath, args))).toBeGreaterThan(0);
  });

  const isomorphic = entries.filter(({ name }) => !name.endsWith("/node"));
  it.each(isomorphic)("$name needs nothing of Node in a browser", async ({ default: file }) => {
    const { outside, files } = await importGraph(installed, file.slice(2), ["browser", "import"]);
    expect(files.size).toBeGreaterThan(1);
    const browserPackages = ["zod", "@observablehq/plot"];
    for (const [name, from] of outside) expect(browserPackages, from).toContain(name);
  });

  it("has a program that runs", async () => {
    const program = join(consumer.folder, "node_modules", ".bin", "natgrad");
    expect(await consumer.run(program, ["--version"])).toBe(`${VERSION}\n`);
    expect(await consumer.run(program, ["--help"])).toContain("Usage: natgrad");
  });

  it("draws a figure where no PNG can be drawn", async () => {
    const program = join(consumer.folder, "node_modules", ".bin", "natgrad");
    await consumer.run(program, ["paper", "--figure", "1", "--out", "drawn"]);
    const files = await readdir(join(consumer.folder, "drawn"));
    expect(files).toEqual(expect.arrayContaining(["figure-1.json", "figure-1.svg", "index.html"]));
    expect(files).not.toContain("figure-1.png");
  });

  it("races in its own worker threads", async () => {
    await writeFile(join(consumer.folder, "race.js"), RACE);
    expect(await consumer.run(process.execPath, ["race.js"])).toBe("GD 2, NGD 4, EFGD 4\n");
  });

  it("has types for a strict consumer", async () => {
    await writeFile(join(consumer.folder, "use.ts"), CONSUMER);
    const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
    const options = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--types", ""];
    const target = ["--target", "es2024", "--module", "nodenext", "use.ts"];
    await consumer.run(process.execPath, [compiler, ...options, ...target]);
  });
});

const RACE = `
import { fromRows } from "natgrad";
import { runRace } from "natgrad/experiments";
import { poolExecutor } from "natgrad/experiments/node";

const executor = poolExecutor(2);
const X = fromRows([[1], [2], [4]]);
const problem = { dataset: "small", likelihood: "gaussian", X, y: Float64Array.of(1, 3, 4) };
const grid = { stepSizes: [0.01, 0.1], dampings: [1e-8, 1], iterations: 5, divergence: 100 };
const { grids } = await runRace(problem, grid, { executor });
await executor.close();
console.log(grids.map(({ method, runs }) => method + " " + runs).join(", "));
`;

/** Uses the types: the directives fail the check where a type is `any`. */
const CONSUMER = `
import { bernoulli, curvature, fisher, fromRows, glm, ShapeError } from "natgrad";

const X = fromRows([[1], [2], [3]]);
const objective = glm({ X, y: Float64Array.of(0, 1, 0), likelihood: bernoulli(), intercept: true });
const theta = new Float64Array(objective.dimension);
const step: Float64Array = curvature(objective, theta, fisher()).solve(objective.gradient(theta), {
  damping: 1e-4,
});
// @ts-expect-error a damping is a number
curvature(objective, theta, fisher()).solve(step, { damping: "much" });
// @ts-expect-error a likelihood is needed
glm({ X, y: step });
export const error: Error = new ShapeError("three rows");
`;
