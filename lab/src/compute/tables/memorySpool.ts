/** Blocks of doubles in memory, in the place of the command line's temporary file. */
import { DomainError } from "../../../../src/errors.ts";
import type { Spool } from "../../../../src/tables/spool.ts";

/** bytes of rows that a page holds */
export const HELD = 2 ** 29;

/** ms of work after which messages are let in: one may be to stop */
const TURN = 40;

/** A spool that throws {@link DomainError} where the rows are more than a page should hold. */
export function memorySpool(
  { width, blockRows }: { readonly width: number; readonly blockRows: number },
  name: string,
  held = HELD,
): Spool {
  const buffer = new Float64Array(blockRows * width);
  const blocks: { readonly rows: number; readonly data: Float64Array }[] = [];
  let rows = 0;
  return {
    get rows() {
      return rows;
    },
    buffer,
    async append(count) {
      if (8 * width * (rows + count) > held) {
        throw new DomainError(
          `the chosen columns of the first ${(rows + count).toLocaleString("en-US")} rows take more than the ` +
            `${held / 2 ** 20} MiB that this page holds: choose fewer columns, or run natgrad diagnose ${name}, ` +
            "which keeps rows on the disk and takes any number",
        );
      }
      blocks.push({ rows: count, data: buffer.slice(0, count * width) });
      rows += count;
    },
    async *blocks(signal) {
      let since = performance.now();
      for (const block of blocks) {
        if (performance.now() - since > TURN) {
          await turn();
          since = performance.now();
        }
        signal?.throwIfAborted();
        yield block;
      }
    },
    async [Symbol.asyncDispose]() {
      blocks.length = 0;
      rows = 0;
    },
  };
}

/** Lets messages in, without the 4 ms that timers wait. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
