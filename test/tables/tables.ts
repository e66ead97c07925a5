/** Tables for tests: text in, rows out. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { RowSource } from "../../src/statistics/rows.ts";
import { readTable, type Table, type TableOptions } from "../../src/tables/index.ts";

/** A folder that is removed after the tests of the file. */
export const folder: string = mkdtempSync(join(tmpdir(), "natgrad-tables-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;

/** Writes a file and gives its path. */
export function fileOf(contents: string | Uint8Array, extension = "csv"): string {
  const path = join(folder, `table-${files++}.${extension}`);
  writeFileSync(path, contents);
  return path;
}

/** Reads CSV text. */
export async function csv(text: string | Uint8Array, options: TableOptions): Promise<Table> {
  return readTable({ file: fileOf(text) }, options);
}

export interface Rows {
  readonly X: number[][];
  readonly y: number[];
  readonly weights: number[] | undefined;
  readonly offset: number[] | undefined;
}

/** All rows of a source. */
export async function rowsOf(source: RowSource): Promise<Rows> {
  const X: number[][] = [];
  const y: number[] = [];
  const weights: number[] = [];
  const offset: number[] = [];
  for await (const block of source.blocks()) {
    for (let i = 0; i < block.X.rows; i++) {
      X.push([...block.X.data.subarray(i * block.X.cols, (i + 1) * block.X.cols)]);
    }
    y.push(...block.y.data);
    if (block.weights) weights.push(...block.weights);
    if (block.offset) offset.push(...block.offset.data);
  }
  return {
    X,
    y,
    weights: weights.length > 0 ? weights : undefined,
    offset: offset.length > 0 ? offset : undefined,
  };
}

/** The message with which a promise fails. */
export async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  throw new Error("expected a failure");
}
