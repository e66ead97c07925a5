/** The package as it is published, for tests of the program and of the package: built once for a state of the sources. */
import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const root = dirname(dirname(import.meta.dirname));
const cache = join(root, "node_modules", ".cache", "natgrad");

/** What goes into the package besides `dist`. */
const extras = ["package.json", "README.md", "LICENSE", "CHANGELOG.md", "conformance"];

/**
 * A folder with `package.json` and `dist`, whose imports find the repository's `node_modules`.
 *
 *     const folder = await builtPackage();
 *     await run(process.execPath, [join(folder, "dist/cli/main.js"), "--help"]);
 *
 * Test files that ask at the same time share it: each builds beside, the first to finish puts it in its place.
 */
export async function builtPackage(): Promise<string> {
  const folder = join(cache, await fingerprint());
  if (existsSync(folder)) return folder;
  const draft = join(cache, `draft-${randomUUID()}`);
  await mkdir(draft, { recursive: true });
  const present = extras.filter((name) => existsSync(join(root, name)));
  await Promise.all(
    present.map((name) => cp(join(root, name), join(draft, name), { recursive: true })),
  );
  try {
    const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
    const project = join(root, "tsconfig.build.json");
    const options = ["-p", project, "--outDir", join(draft, "dist")];
    await promisify(execFile)(process.execPath, [compiler, ...options]);
    await rename(draft, folder);
    await removeOlder(folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw withOutput(error);
  }
  return folder;
}

/** Removes the builds of other states, unless a test that runs now may still be using them. */
async function removeOlder(newest: string): Promise<void> {
  const hourAgo = Date.now() - 3_600_000;
  for (const name of await readdir(cache)) {
    const folder = join(cache, name);
    if (folder === newest || (await stat(folder)).mtimeMs > hourAgo) continue;
    await rm(folder, { recursive: true, force: true });
  }
}

/** Names the state of everything that the build reads. */
async function fingerprint(): Promise<string> {
  const read = ["src", "tsconfig.json", "tsconfig.build.json", ...extras].map((name) =>
    join(root, name),
  );
  const files = (await Promise.all(read.filter(existsSync).map(filesUnder))).flat().sort();
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(await readFile(file));
  return hash.digest("hex").slice(0, 16);
}

/** A file itself, or all files of a folder. */
async function filesUnder(path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The compiler writes its complaints to stdout, which the error of a failed process leaves out. */
function withOutput(error: unknown): unknown {
  if (!(error instanceof Error && "stdout" in error)) return error;
  return new Error(`the package could not be built:\n${error.stdout}`, { cause: error });
}
