/** Blocks of doubles, written once and read as often as wanted: in memory while they are few, then in a nameless file. */
import { type FileHandle, open, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { MissingError } from "../errors.ts";
import { openWorkspace, temporaryFailure } from "./workspace.ts";

/** What the spool needs of a file; a parameter for tests (a full disk). */
export type SpoolFile = Pick<FileHandle, "read" | "write" | "close">;

export interface SpoolOptions {
  /** doubles of one row */
  readonly width: number;
  /** rows of a block; only the last has fewer */
  readonly blockRows: number;
  /** bytes that are kept in memory; default 64 MiB */
  readonly memory?: number;
  /** where the file is made; default the system's folder of temporary files */
  readonly folder?: string;
  readonly openFile?: (path: string) => Promise<SpoolFile>;
}

export interface SpoolBlock {
  readonly rows: number;
  /** not to be changed: it may be read again */
  readonly data: Float64Array;
}

export interface Spool extends AsyncDisposable {
  readonly rows: number;
  /** the buffer of the block that is being filled, `[blockRows · width]` */
  readonly buffer: Float64Array;
  /** Writes the first `rows` rows of the buffer as the next block. Throws `MissingError` on a full disk. */
  append(rows: number): Promise<void>;
  /** Walks all blocks; one may be overwritten as soon as the next but one is asked for. */
  blocks(signal?: AbortSignal): AsyncGenerator<SpoolBlock>;
}

const MEMORY = 2 ** 26;

/**
 * Makes a spool. Its file is made when it is needed, and loses its name as soon as it is open, so that nothing of it
 * is left whatever happens to the process; disposal closes it.
 */
export function openSpool(options: SpoolOptions): Spool {
  const { width, blockRows, memory = MEMORY } = options;
  const blockBytes = blockRows * width * 8;
  const buffer = new Float64Array(blockRows * width);
  const held: Float64Array[] = [];
  let disk: NamelessFile | undefined;
  let rows = 0;
  let partial = false;
  // making buffers anew for every pass costs more than reading a small file
  const idle: Float64Array[][] = [];

  const rowsOf = (index: number): number => Math.min(blockRows, rows - index * blockRows);
  const fetch = async (index: number, targets: readonly Float64Array[]): Promise<Float64Array> => {
    if (index < held.length) return held[index];
    const target = targets[index % 2].subarray(0, rowsOf(index) * width);
    await disk!.read(target, (index - held.length) * blockBytes);
    return target;
  };

  return {
    get rows() {
      return rows;
    },
    buffer,
    async append(count) {
      if (count < 1 || count > blockRows || partial) {
        throw new RangeError(`a block of ${count} rows cannot follow`);
      }
      partial = count < blockRows;
      idle.length = 0;
      const block = buffer.subarray(0, count * width);
      if (!disk && (held.length + 1) * blockBytes <= memory) held.push(block.slice());
      else {
        disk ??= await openNameless(options);
        await disk.write(block, (Math.ceil(rows / blockRows) - held.length) * blockBytes);
      }
      rows += count;
    },
    async *blocks(signal) {
      const count = Math.ceil(rows / blockRows);
      const targets =
        idle.pop() ?? (disk ? [0, 1].map(() => new Float64Array(blockRows * width)) : []);
      // the next block is read while this one is worked on
      let next = count > 0 ? fetch(0, targets) : undefined;
      try {
        for (let index = 0; next; index++) {
          const data: Float64Array = await next;
          signal?.throwIfAborted();
          next = index + 1 < count ? fetch(index + 1, targets) : undefined;
          // whoever leaves early does not wait for a failure of what comes next
          next?.catch(() => {});
          yield { rows: rowsOf(index), data };
        }
      } finally {
        await next?.catch(() => {});
        idle.push(targets);
      }
    },
    async [Symbol.asyncDispose]() {
      held.length = 0;
      rows = 0;
      const open = disk;
      disk = undefined;
      await open?.close();
    },
  };
}

interface NamelessFile {
  read(target: Float64Array, position: number): Promise<void>;
  write(block: Float64Array, position: number): Promise<void>;
  close(): Promise<void>;
}

async function openNameless(options: SpoolOptions): Promise<NamelessFile> {
  const { folder, openFile = (path) => open(path, "wx+", 0o600) } = options;
  const place = folder === undefined ? await openWorkspace() : undefined;
  const name = join(folder ?? place!.folder, "rows");
  const failed = (cause: unknown): MissingError => temporaryFailure(name, cause);
  try {
    const file = await openFile(name).catch((cause) => {
      throw failed(cause);
    });
    await unlink(name).catch(() => {});
    return {
      async read(target, position) {
        const bytes = bytesOf(target);
        for (let done = 0; done < bytes.length; ) {
          const { bytesRead } = await file.read(bytes, done, bytes.length - done, position + done);
          if (bytesRead === 0) throw failed(new Error("the temporary file was cut short"));
          done += bytesRead;
        }
      },
      async write(block, position) {
        const bytes = bytesOf(block);
        try {
          for (let done = 0; done < bytes.length; ) {
            const rest = bytes.length - done;
            const { bytesWritten } = await file.write(bytes, done, rest, position + done);
            done += bytesWritten;
          }
        } catch (cause) {
          throw failed(cause);
        }
      },
      close: () => file.close(),
    };
  } finally {
    await place?.[Symbol.asyncDispose]();
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
