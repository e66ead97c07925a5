/** Long loops in short calls. */

/** entries of a block */
const BLOCK = 1024;

/**
 * Calls `visit` with consecutive ranges of 0 … length. V8 optimizes best what is called often; a loop over a whole
 * array in a single call stays five times slower.
 */
export function inBlocks(length: number, visit: (start: number, end: number) => void): void {
  for (let start = 0; start < length; start += BLOCK) {
    visit(start, Math.min(start + BLOCK, length));
  }
}
