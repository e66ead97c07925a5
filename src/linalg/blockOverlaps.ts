/** tr(A B) of block-diagonal matrices whose blocks differ, or have their coordinates in another order. */
import type { DiagonalBlock } from "./diagonalBlock.ts";

/** Only coordinates that share a block in both matter. One block of each is dense at a time. */
export function overlappingInnerProduct(
  first: readonly DiagonalBlock[],
  second: readonly DiagonalBlock[],
  dimension: number,
): number {
  /** the block of `second` that a coordinate is in, and its place there */
  const owner = new Int32Array(dimension);
  const place = new Int32Array(dimension);
  second.forEach(({ indices }, b) => {
    for (let i = 0; i < indices.length; i++) {
      owner[indices[i]] = b;
      place[indices[i]] = i;
    }
  });
  let sum = 0;
  for (const { indices, operator } of first) {
    const shared = new Map<number, number[]>();
    for (let i = 0; i < indices.length; i++) {
      const b = owner[indices[i]];
      const places = shared.get(b);
      if (places) places.push(i);
      else shared.set(b, [i]);
    }
    const A = operator.dense();
    for (const [b, places] of shared) {
      const B = second[b].operator.dense();
      const others = places.map((i) => place[indices[i]]);
      for (let s = 0; s < places.length; s++) {
        const [a, c] = [places[s] * A.cols, others[s] * B.cols];
        for (let t = 0; t < places.length; t++)
          sum += A.data[a + places[t]] * B.data[c + others[t]];
      }
    }
  }
  return sum;
}
