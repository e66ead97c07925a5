/**
 * Compiles the lab's WebAssembly kernel and writes its bytes into a module of its own:
 *
 *     npm run assembly --workspace lab
 */
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";

const lab = dirname(import.meta.dirname);
const folder = join(lab, "assembly");
const output = join(lab, "src", "compute", "logisticKernel.generated.ts");

/** The text of the generated module. No relaxed SIMD: its results differ between machines. */
export async function compile(): Promise<string> {
  let binary: Uint8Array | undefined;
  const name = "kernel.wasm";
  const options = ["-O3", "--noAssert", "--enable", "simd", "--runtime", "stub", "--importMemory"];
  const { error, stderr } = await main(
    ["logistic.ts", "--baseDir", folder, "--outFile", name, ...options],
    {
      writeFile: (file, contents) => {
        if (file === name && typeof contents !== "string") binary = contents;
      },
    },
  );
  if (error || !binary) throw new Error(`${error?.message}\n${stderr.toString()}`);
  const base64 = Buffer.from(binary).toString("base64");
  return `// Written by lab/tools/assembly.ts; do not edit.\nexport const bytes: string =\n  "${base64}";\n`;
}

/** Whether the committed module is what its source compiles to. */
export async function upToDate(): Promise<boolean> {
  return (await readFile(output, "utf8")) === (await compile());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(output, await compile());
