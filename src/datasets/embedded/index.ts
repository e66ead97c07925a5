/**
 * The files that the package carries: four UCI sets (CC BY 4.0; sources and citations in the registry), each in a
 * module of its own that `npm run embed` generates and that is loaded when it is asked for.
 */
import type { SourceFile } from "../dataset.ts";
import { gunzip } from "../gzip.ts";

/** What a generated module exports: one file, packed with gzip, as base64. */
interface Embedded {
  readonly path: string;
  readonly gzip: string;
}

const modules: Readonly<Record<string, () => Promise<Embedded>>> = {
  "sklearn/breast_cancer.csv": () => import("./breastCancer.generated.ts"),
  "sklearn/digits.csv.gz": () => import("./digits.generated.ts"),
  "sklearn/iris.csv": () => import("./iris.generated.ts"),
  "sklearn/wine_data.csv": () => import("./wine.generated.ts"),
};

/** Whether the package carries the file. */
export function isEmbedded(path: string): boolean {
  return Object.hasOwn(modules, path);
}

/** The embedded file with the bytes of the published one, `undefined` where the package does not carry it. */
export async function embeddedFile(path: string): Promise<SourceFile | undefined> {
  if (!isEmbedded(path)) return undefined;
  const { gzip } = await modules[path]();
  const packed = Uint8Array.from(atob(gzip), (letter) => letter.charCodeAt(0));
  const file = { path: `embedded ${path}`, bytes: packed };
  return path.endsWith(".gz") ? file : { path: file.path, bytes: await gunzip(file) };
}
