/**
 * Compiles the WebAssembly kernels and writes their bytes into modules of their own:
 *
 *     node tools/assembly.ts
 */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";

const linalg = join(dirname(import.meta.dirname), "src", "linalg");

/** AssemblyScript entry ← generated module, both in `src/linalg`. */
const modules = [
  ["assembly/dense.ts", "denseKernels.generated.ts"],
  ["assembly/lanes.ts", "laneKernels.generated.ts"],
  ["assembly/rows.ts", "rowKernels.generated.ts"],
  ["assembly/images.ts", "imageKernels.generated.ts"],
  ["assembly/elements.ts", "elementKernels.generated.ts"],
] as const;

/** The entries that exist, with the module that each is compiled to. */
export const sources: readonly { readonly entry: string; readonly output: string }[] = modules
  .map(([entry, output]) => ({ entry: join(linalg, entry), output: join(linalg, output) }))
  .filter(({ entry }) => existsSync(entry));

/**
 * The text of the generated module for one entry. The memory is imported, so that the caller decides its size,
 * and relaxed SIMD stays off: its results differ between machines.
 */
export async function compile(entry: string): Promise<string> {
  let binary: Uint8Array | undefined;
  const name = "kernels.wasm";
  const options = ["-O3", "--noAssert", "--enable", "simd", "--runtime", "stub", "--importMemory"];
  const { error, stderr } = await main(
    [entry.slice(linalg.length + 1), "--baseDir", linalg, "--outFile", name, ...options],
    {
      writeFile: (file, contents) => {
        if (file === name && typeof contents !== "string") binary = contents;
      },
    },
  );
  if (error || !binary) {
    throw new Error(`${entry} does not compile: ${error?.message}\n${stderr.toString()}`);
  }
  const base64 = Buffer.from(binary).toString("base64");
  return `// Written by tools/assembly.ts; do not edit.\nexport const bytes: string =\n  "${base64}";\n`;
}

/** Whether the committed module is what its source compiles to. */
export async function upToDate(entry: string, output: string): Promise<boolean> {
  return existsSync(output) && (await readFile(output, "utf8")) === (await compile(entry));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { entry, output } of sources) await writeFile(output, await compile(entry));
}
