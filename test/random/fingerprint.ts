/** FNV-1a over the bytes of the values as little-endian doubles: equal for equal draws, as in golden/legacy.py. */
export function fingerprint(values: ArrayLike<number>): number {
  let hash = 2166136261;
  for (const byte of new Uint8Array(Float64Array.from(values).buffer)) {
    hash = Math.imul(hash ^ byte, 16777619);
  }
  return hash >>> 0;
}

/** What golden/legacy.py keeps of draws that must agree bit for bit. */
export function exact(values: ArrayLike<number>): {
  count: number;
  first: number[];
  fingerprint: number;
} {
  return {
    count: values.length,
    first: Array.from(values).slice(0, 5),
    fingerprint: fingerprint(values),
  };
}
