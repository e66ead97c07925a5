/** Which modules an ES module pulls in, read from the syntax and not from a run. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseAstAsync } from "vite";

/** Conditions in the order of preference, as a bundler or Node would use them. */
export type Conditions = readonly string[];

export interface ImportGraph {
  /** files of the package, paths relative to it */
  readonly files: ReadonlySet<string>;
  /** bare names of what lies outside ("zod", "node:fs"), each with a file that imports it */
  readonly outside: ReadonlyMap<string, string>;
}

type Targets = string | { readonly [condition: string]: Targets };

/** Follows static and dynamic imports from `entry` (relative to `folder`), and the package's own "#names". */
export async function importGraph(
  folder: string,
  entry: string,
  conditions: Conditions,
): Promise<ImportGraph> {
  const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as {
    imports: Readonly<Record<string, Targets>>;
  };
  const files = new Set<string>();
  const outside = new Map<string, string>();
  const open = [entry];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    for (const name of await importedNames(join(folder, file))) {
      if (name.startsWith(".")) open.push(inside(folder, resolve(folder, dirname(file), name)));
      else if (name.startsWith("#")) {
        const target = choose(manifest.imports[name], conditions);
        if (!target) throw new Error(`${file} imports ${name}, which package.json does not define`);
        open.push(inside(folder, resolve(folder, target)));
      } else outside.set(name, file);
    }
  }
  return { files, outside };
}

function inside(folder: string, path: string): string {
  if (!existsSync(path)) throw new Error(`${path} is imported and does not exist`);
  return path.slice(folder.length + 1);
}

function choose(targets: Targets | undefined, conditions: Conditions): string | undefined {
  if (targets === undefined || typeof targets === "string") return targets;
  for (const [condition, target] of Object.entries(targets)) {
    if (condition === "default" || conditions.includes(condition)) {
      const chosen = choose(target, conditions);
      if (chosen) return chosen;
    }
  }
  return undefined;
}

async function importedNames(path: string): Promise<string[]> {
  const names: string[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const child of node) visit(child);
    if (node === null || typeof node !== "object" || !("type" in node)) return;
    if (IMPORTS.has(node.type as string) && "source" in node) {
      const source = node.source as { readonly value?: unknown } | null;
      if (typeof source?.value === "string") names.push(source.value);
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit((await parseAstAsync(await readFile(path, "utf8"))).body);
  return names;
}

const IMPORTS: ReadonlySet<string> = new Set([
  "ImportDeclaration",
  "ExportAllDeclaration",
  "ExportNamedDeclaration",
  "ImportExpression",
]);
