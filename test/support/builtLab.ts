/** The lab as it is shipped, built once for a state of its sources. */
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { build } from "vite";

const root = dirname(dirname(import.meta.dirname));
const cache = join(root, "node_modules", ".cache", "natgrad-lab");

/**
 * The folder of the built lab, as `dist/lab` is. Test files that ask at the same time share it: each builds beside, the
 * first to finish puts it in its place.
 */
export async function builtLab(): Promise<string> {
  const folder = join(cache, await fingerprint());
  if (existsSync(folder)) {
    // in use: another state's build is not to remove it
    const now = new Date();
    await utimes(folder, now, now);
    return folder;
  }
  const draft = join(cache, `draft-${randomUUID()}`);
  await mkdir(cache, { recursive: true });
  try {
    await build({
      configFile: join(root, "lab", "vite.config.ts"),
      logLevel: "error",
      build: { outDir: draft },
    });
    await rename(draft, folder);
    await removeOlder(folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
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
  const hash = createHash("sha256");
  for (const folder of ["src", "lab"]) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    for (const file of files) hash.update(file).update(await readFile(file));
  }
  hash.update(await readFile(join(root, "package-lock.json")));
  return hash.digest("hex").slice(0, 16);
}
