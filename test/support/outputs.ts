/** Stand-ins for the outputs of a process. */
import { Writable } from "node:stream";
import type { Context, Output } from "../../src/cli/context.ts";

/** Keeps what is written. */
export class MemoryOutput extends Writable {
  readonly isTTY: boolean;
  readonly columns: number;
  text = "";
  constructor({ isTTY = false, columns = 100 }: { isTTY?: boolean; columns?: number } = {}) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
    this.columns = columns;
  }
  /** as a terminal without colours says it */
  getColorDepth(): number {
    return 1;
  }
  override _write(chunk: string | Buffer, _: BufferEncoding, done: () => void): void {
    this.text += chunk;
    done();
  }
}

/** A context in memory. */
export function memoryContext(signal: AbortSignal = new AbortController().signal): Context & {
  stdout: Output & MemoryOutput;
  stderr: Output & MemoryOutput;
} {
  return { stdout: new MemoryOutput(), stderr: new MemoryOutput(), signal };
}

/** What is left of stderr without the lines of progress, which a slow machine has. */
export function withoutProgress(text: string): string {
  return text.replaceAll(/^[a-z ]+: +\d+ %.*\n/gm, "");
}
