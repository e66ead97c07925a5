/**
 * The largest |found − expected| / |expected| over all entries. Expected values below the normal
 * doubles count as the smallest of these, so that a subnormal result may lose bits. NaN if any is NaN.
 */
export function relativeError(
  found: number | ArrayLike<number>,
  expected: number | ArrayLike<number>,
): number {
  const a = typeof found === "number" ? [found] : found;
  const b = typeof expected === "number" ? [expected] : expected;
  if (a.length !== b.length) throw new Error(`found ${a.length} entries, expected ${b.length}`);
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    if (a[i] === b[i]) continue;
    largest = Math.max(largest, Math.abs(a[i]! - b[i]!) / Math.max(Math.abs(b[i]!), 2 ** -1022));
  }
  return largest;
}

/** The largest |found − expected| over all entries; NaN if any is NaN. */
export function absoluteError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) {
    throw new Error(`found ${found.length} entries, expected ${expected.length}`);
  }
  let largest = 0;
  for (let i = 0; i < found.length; i++) {
    if (found[i] !== expected[i]) largest = Math.max(largest, Math.abs(found[i]! - expected[i]!));
  }
  return largest;
}
