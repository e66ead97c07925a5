/** What the texts promise: every snippet runs, prints what stands beside it, and every link leads somewhere. */
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Consumer, installConsumer } from "./support/consumer.ts";
import { fencesOf, outputPattern, type Snippet, snippets } from "./support/snippets.ts";

const root = join(import.meta.dirname, "..");
const guides = (await readdir(join(root, "docs"))).filter((name) => name.endsWith(".md"));
const texts = ["README.md", "CONTRIBUTING.md", ...guides.map((name) => `docs/${name}`)];
const contents = new Map(
  await Promise.all(
    texts.map(async (name) => [name, await readFile(join(root, name), "utf8")] as const),
  ),
);
const all = [...contents].flatMap(([name, markdown]) => snippets(name, markdown));
const programs = all.filter(({ language }) => language === "ts");
const commands = all.filter(({ language }) => language === "sh");

describe("snippets", { timeout: 120_000 }, () => {
  let consumer: Consumer;
  /** no data but the embedded ones, whatever this machine has */
  let home: string;
  beforeAll(async () => {
    consumer = await installConsumer({ optional: true });
    home = await mkdtemp(join(tmpdir(), "natgrad-home-"));
    await symlink(
      join(root, "node_modules", "@types"),
      join(consumer.folder, "node_modules", "@types"),
    );
    await Promise.all(
      programs.map((snippet) => writeFile(join(consumer.folder, file(snippet)), snippet.code)),
    );
  }, 120_000);
  afterAll(async () => {
    await rm(consumer.folder, { recursive: true, force: true });
    await rm(home, { recursive: true, force: true });
  });

  const file = ({ place }: Snippet): string => `${place.replaceAll(/\W/g, "-")}.ts`;
  const environment = (): NodeJS.ProcessEnv => ({
    HOME: home,
    XDG_CACHE_HOME: home,
    NATGRAD_DATA: undefined,
    NATGRAD_OFFLINE: "1",
    NO_COLOR: "1",
    FORCE_COLOR: undefined,
    PATH: [join(consumer.folder, "node_modules", ".bin"), process.env.PATH].join(delimiter),
  });
  const check = (found: string, { output, place }: Snippet): void => {
    if (output) expect(found, place).toMatch(outputPattern(output));
  };

  it("there are some of both kinds", () => {
    expect(programs.length).toBeGreaterThan(5);
    expect(commands.length).toBeGreaterThan(2);
  });

  it("in TypeScript have the types that they use", async () => {
    const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
    const options = ["--noEmit", "--strict", "--target", "es2024", "--module", "nodenext"];
    const types = ["--types", "node", "--skipLibCheck"];
    const complaints = await consumer
      .run(process.execPath, [compiler, ...options, ...types, ...programs.map(file)])
      .catch((error) => error.stdout);
    expect(complaints).toBe("");
  });

  it.concurrent.each(programs)("$place runs", async (snippet) => {
    check(await consumer.run(process.execPath, [file(snippet)], environment()), snippet);
  });

  it.each(commands)("$place runs", async (snippet) => {
    const args = ["-euo", "pipefail", "-c", snippet.code];
    check(await consumer.run("bash", args, environment()), snippet);
  });
});

describe.each(texts)("%s", (name) => {
  const markdown = contents.get(name)!;

  it("leads to files that exist", () => {
    const links = [...markdown.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, path]) => path);
    const absent = links.filter((path) => !existsSync(join(root, dirname(name), path)));
    expect(absent).toEqual([]);
  });

  it("names npm scripts that exist", async () => {
    const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    const named = [...markdown.matchAll(/npm run ([a-z]+)/g)].map(([, script]) => script);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });

  it("marks few snippets as not to be run", () => {
    const skipped = fencesOf(markdown).filter(({ words }) => words.includes("no-run"));
    expect(skipped.length).toBeLessThanOrEqual(2);
  });
});

it("the repository's files are those that CONTRIBUTING.md names", async () => {
  const named = [...contents.get("CONTRIBUTING.md")!.matchAll(/`((?:src|test|tools)\/[\w./]+)`/g)];
  const absent = named.map(([, path]) => path).filter((path) => !existsSync(join(root, path)));
  expect(absent).toEqual([]);
});
