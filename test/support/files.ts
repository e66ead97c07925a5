/** Small files for tests. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { SourceFile } from "../../src/datasets/dataset.ts";

/** A file of text, as the parsers take it. */
export function textFile(text: string, path = "some.txt"): SourceFile {
  return { path, bytes: new TextEncoder().encode(text) };
}

/** A folder that is removed when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "natgrad-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
