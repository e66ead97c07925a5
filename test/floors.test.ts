/** The house: an import runs downwards only, and what should run in a browser imports nothing of Node. */
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const src = join(import.meta.dirname, "..", "src");

/** From the top; a folder may import from its own floor and from those below. */
const floors: readonly (readonly string[])[] = [
  ["cli"],
  ["figures"],
  ["experiments"],
  ["statistics", "continual", "tables"],
  ["statistics"],
  ["optimizers"],
  ["curvature"],
  ["models", "likelihoods", "objective.ts"],
  ["linalg", "random", "datasets", "files", "errors.ts", "version.ts"],
];

/** Modules that only Node runs; everything else is isomorphic. */
const forNode = [
  /^cli\//,
  /^experiments\/(race|ewc)\/(pool|worker)\.ts$/,
  /^figures\/raster\.ts$/,
  /^files\/(atomic|node)\.ts$/,
  /^linalg\/native(Library)?\.ts$/,
  /^tables\//,
];

interface Import {
  readonly from: string;
  readonly name: string;
}

const modules = (await readdir(src, { recursive: true }))
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.endsWith(".ts") && !path.startsWith("linalg/assembly/"));
const imports = (await Promise.all(modules.map(importsOf))).flat();

async function importsOf(from: string): Promise<Import[]> {
  const text = await readFile(join(src, from), "utf8");
  const statements = text.matchAll(
    /^(?:import|export)\b[^;]*?\bfrom "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm,
  );
  return [...statements].map(([, a, b, c]) => ({ from, name: a ?? b ?? c }));
}

function floorOf(path: string): number {
  return floors.findIndex((names) => names.includes(path.split("/")[0]));
}

describe("the floors", () => {
  const inside = imports
    .filter(({ name }) => name.startsWith("."))
    .map(({ from, name }) => ({
      from,
      to: resolve("/", dirname(from), name).slice(1).replaceAll("\\", "/"),
    }));

  it("have a place for every module but the face of the library", () => {
    expect(modules.filter((path) => floorOf(path) < 0)).toEqual(["index.ts"]);
  });

  it("are imported from above only", () => {
    expect(inside.length).toBeGreaterThan(100);
    const upward = inside.filter(
      ({ from, to }) => from !== "index.ts" && floorOf(to) < floorOf(from),
    );
    expect(upward).toEqual([]);
  });

  it("are shown by index.ts up to those below the experiments", () => {
    const shown = inside.filter(({ from }) => from === "index.ts").map(({ to }) => floorOf(to));
    expect(shown.length).toBeGreaterThan(10);
    expect(Math.min(...shown)).toBeGreaterThan(floorOf("experiments"));
  });
});

describe("the browser", () => {
  const isNode = (path: string): boolean => forNode.some((pattern) => pattern.test(path));

  it("gets no module that imports from Node", () => {
    const used = imports.filter(({ from, name }) => name.startsWith("node:") && !isNode(from));
    expect(used).toEqual([]);
  });

  it("gets no module that imports one for Node, unless by a condition of package.json", () => {
    const used = imports
      .filter(({ from, name }) => name.startsWith(".") && !isNode(from))
      .map(({ from, name }) => ({ from, to: resolve("/", dirname(from), name).slice(1) }))
      .filter(({ to }) => isNode(to));
    expect(used).toEqual([]);
  });
});
