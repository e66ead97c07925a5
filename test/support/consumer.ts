/** An empty folder that has installed the packed package, as a user would, but with no network. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { builtPackage } from "./build.ts";

const execute = promisify(execFile);
const repository = dirname(dirname(import.meta.dirname));

export interface Consumer {
  /** the folder, with a `package.json` and `node_modules/natgrad` */
  readonly folder: string;
  /** paths inside the packed package */
  readonly packed: readonly string[];
  /** Runs a program in the folder and returns its stdout; rejects where it fails. */
  run(program: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<string>;
}

/**
 * Packs the package and unpacks it into `node_modules` of a new folder, beside links to its dependencies; the
 * optional ones only where `optional` is set. The caller removes the folder.
 */
export async function installConsumer({ optional = false } = {}): Promise<Consumer> {
  const folder = await mkdtemp(join(tmpdir(), "natgrad-consumer-"));
  const npm = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const { stdout } = await execute("npm", npm, { cwd: await builtPackage() });
  const [{ filename, files }] = JSON.parse(stdout) as [PackReport];
  const installed = join(folder, "node_modules", "natgrad");
  await mkdir(installed, { recursive: true });
  await execute("tar", ["-xzf", join(folder, filename), "-C", installed, "--strip-components=1"]);

  const manifest = JSON.parse(await readFile(join(installed, "package.json"), "utf8")) as Manifest;
  const wanted = { ...manifest.dependencies, ...(optional ? manifest.optionalDependencies : {}) };
  for (const name of Object.keys(wanted)) await link(name, folder);
  await linkPrograms(manifest.bin, folder);
  await writeFile(join(folder, "package.json"), '{ "type": "module", "private": true }\n');
  return {
    folder,
    packed: files.map(({ path }) => path),
    async run(program, args, env = {}) {
      const settings = { cwd: folder, env: { ...process.env, ...env } };
      return (await execute(program, args, settings)).stdout;
    },
  };
}

interface PackReport {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

interface Manifest {
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

async function link(name: string, folder: string): Promise<void> {
  const target = join(repository, "node_modules", name);
  const place = join(folder, "node_modules", name);
  if (!existsSync(target)) return;
  await mkdir(dirname(place), { recursive: true });
  await symlink(target, place, "junction");
}

/** What `npm install` does with `bin`. */
async function linkPrograms(bin: Manifest["bin"], folder: string): Promise<void> {
  const programs = join(folder, "node_modules", ".bin");
  await mkdir(programs);
  for (const [name, path] of Object.entries(bin)) {
    const target = join(folder, "node_modules", "natgrad", path);
    await chmod(target, 0o755);
    await symlink(target, join(programs, name));
  }
}
