/** At most `count` multiples of 1, 2 or 5 times a power of ten within an interval. */
export function roundTicks(low: number, high: number, count: number): number[] {
  const span = high - low;
  if (!(span > 0 && span < Number.POSITIVE_INFINITY)) return [];
  const scale = 10 ** Math.floor(Math.log10(span / count));
  for (const factor of [1, 2, 5, 10, 20, 50]) {
    const step = factor * scale;
    const first = Math.ceil(low / step - 1e-9);
    const last = Math.floor(high / step + 1e-9);
    if (last - first + 1 > count) continue;
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
      Number(((first + i) * step).toPrecision(12)),
    );
  }
  return [];
}
