/** Finished pieces of long work in a file: one JSON line each, appended as they come, read back by the next call. */
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import type { Journal } from "../experiments/race/index.ts";
import { writeFailure } from "../files/atomic.ts";

/** A journal in a file. */
export interface FileJournal extends Journal {
  readonly path: string;
  /** pieces of earlier calls that {@link Journal.read} found */
  readonly reused: number;
  /** pieces that this call added */
  readonly added: number;
  close(): void;
}

/**
 * Opens the journal at `path`, or starts it; `fresh` forgets what it held. A kill in the middle of a line costs that
 * line: it is cut off, and what cannot be read elsewhere is passed over.
 *
 * @example
 * const journal = openJournal("out/paper/journal.jsonl");
 * await runRace(problem, paperGrid(), { executor, journal });
 * journal.close();
 *
 * Throws `MissingError` where the file cannot be read or written.
 */
export function openJournal(path: string, { fresh = false } = {}): FileJournal {
  const known = new Map<string, unknown>();
  const file = guarded(path, () => {
    if (fresh) rmSync(path, { force: true });
    mkdirSync(dirname(path), { recursive: true });
    const opened = openSync(path, "a");
    load(path, known);
    return opened;
  });
  let reused = 0;
  let added = 0;
  return {
    path,
    get reused() {
      return reused;
    },
    get added() {
      return added;
    },
    read(key) {
      const value = known.get(key);
      if (value !== undefined) reused++;
      return value;
    },
    append(key, value) {
      const line = Buffer.from(`${JSON.stringify({ key, value })}\n`);
      guarded(path, () => {
        for (let at = 0; at < line.length; ) at += writeSync(file, line, at);
      });
      added++;
    },
    close: () => closeSync(file),
  };
}

/** Reads all whole lines into `known` and cuts off a last one without its end. */
function load(path: string, known: Map<string, unknown>): void {
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf("\n") + 1;
  if (end < bytes.length) truncateSync(path, end);
  for (const line of bytes.toString("utf8", 0, end).split("\n")) {
    const entry = parsed(line);
    if (entry) known.set(entry.key, entry.value);
  }
}

function parsed(line: string): { key: string; value: unknown } | undefined {
  try {
    const entry = JSON.parse(line) as { key?: unknown; value?: unknown } | null;
    if (typeof entry?.key !== "string" || entry.value === undefined) return undefined;
    return { key: entry.key, value: entry.value };
  } catch {
    return undefined;
  }
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw writeFailure(path, cause);
  }
}
