/** A temporary file of float64 blocks: written once, then read as often as wanted in constant memory. */
import { type FileHandle, open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { MissingError } from "../errors.ts";
import { writeFailure } from "../files/atomic.ts";
import { openWorkspace } from "./workspace.ts";

/** What the spool needs of a file; a parameter for tests (a full disk). */
export type SpoolFile = Pick<FileHandle, "read" | "write" | "close">;

export interface SpoolOptions {
  /** doubles of one row */
  readonly width: number;
  /** rows of a block; only the last has fewer */
  readonly blockRows: number;
  /** where the file is made; default the system's folder of temporary files */
  readonly folder?: string;
  readonly openFile?: (path: string) => Promise<SpoolFile>;
}

export interface Spool extends AsyncDisposable {
  readonly rows: number;
  /** the buffer of the block that is being filled, `[blockRows · width]` */
  readonly buffer: Float64Array;
  /** Writes the first `rows` rows of the buffer as the next block. Throws `MissingError` on a full disk. */
  append(rows: number): Promise<void>;
  /** Walks all blocks; one is overwritten as soon as the next but one is asked for. */
  blocks(
    signal?: AbortSignal,
  ): AsyncGenerator<{ readonly rows: number; readonly data: Float64Array }>;
}

/**
 * Makes a spool. The file loses its name as soon as it is open, so that nothing of it is left whatever happens to the
 * process; disposal closes it.
 */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { width, blockRows } = options;
  const { file, name } = await openNameless(options);
  const buffer = new Float64Array(blockRows * width);
  let rows = 0;
  let partial = false;
  let closed = false;
  // making buffers anew for every pass costs more than reading a small spool
  const idle: Float64Array[][] = [];

  const readBlock = async (index: number, target: Float64Array): Promise<number> => {
    const count = Math.min(blockRows, rows - index * blockRows);
    const bytes = new Uint8Array(target.buffer, 0, count * width * 8);
    const position = index * blockRows * width * 8;
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, done, bytes.length - done, position + done);
      if (bytesRead === 0) throw writeFailure(name, new Error("the temporary file was cut short"));
      done += bytesRead;
    }
    return count;
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
      const bytes = new Uint8Array(buffer.buffer, 0, count * width * 8);
      const position = rows * width * 8;
      try {
        for (let done = 0; done < bytes.length; ) {
          const { bytesWritten } = await file.write(
            bytes,
            done,
            bytes.length - done,
            position + done,
          );
          done += bytesWritten;
        }
      } catch (cause) {
        const { message } = writeFailure(name, cause);
        throw new MissingError(`${message}; TMPDIR names the folder`, { cause });
      }
      rows += count;
    },
    async *blocks(signal) {
      const count = Math.ceil(rows / blockRows);
      const length = Math.min(rows, blockRows) * width;
      const targets = idle.pop() ?? [
        new Float64Array(length),
        new Float64Array(count > 1 ? length : 0),
      ];
      // the next block is read while this one is worked on
      let next = count > 0 ? readBlock(0, targets[0]) : undefined;
      try {
        for (let index = 0; next; index++) {
          const found: number = await next;
          signal?.throwIfAborted();
          next = index + 1 < count ? readBlock(index + 1, targets[(index + 1) % 2]) : undefined;
          // whoever leaves early does not wait for a failure of what comes next
          next?.catch(() => {});
          yield { rows: found, data: targets[index % 2].subarray(0, found * width) };
        }
      } finally {
        await next?.catch(() => {});
        idle.push(targets);
      }
    },
    async [Symbol.asyncDispose]() {
      if (closed) return;
      closed = true;
      await file.close();
    },
  };
}

async function openNameless(options: SpoolOptions): Promise<{ file: SpoolFile; name: string }> {
  const { folder, openFile = (path) => open(path, "wx+", 0o600) } = options;
  const place = folder === undefined ? await openWorkspace() : undefined;
  const name = join(folder ?? place!.folder, "rows");
  try {
    const file = await openFile(name).catch((cause) => {
      throw writeFailure(name, cause);
    });
    await unlink(name).catch(() => {});
    return { file, name };
  } finally {
    await place?.[Symbol.asyncDispose]();
  }
}
