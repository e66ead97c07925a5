/** Where ticks and contour levels lie, and how a tick is written. */

/** A tick: its value, and its text if it carries one. */
export interface Tick {
  readonly value: number;
  readonly text?: string;
}

const superscripts = new Map([..."-0123456789"].map((c, i) => [c, [..."⁻⁰¹²³⁴⁵⁶⁷⁸⁹"][i]!]));

/** A number with a true minus sign. */
export function plain(value: number): string {
  return `${value}`.replace("-", "−");
}

/** `10ᵏ`, for example `10⁻³`. */
export function power(exponent: number): string {
  return `10${[...`${exponent}`].map((c) => superscripts.get(c)).join("")}`;
}

/** Ticks written as plain numbers. */
export function linearTicks(values: readonly number[]): Tick[] {
  return values.map((value) => ({ value, text: plain(value) }));
}

/** Ticks from 0 to `last`: quarters where they are whole, else halves, else only the ends. */
export function iterationTicks(last: number): number[] {
  const parts = [4, 2].find((n) => last % n === 0) ?? 1;
  return Array.from({ length: parts + 1 }, (_, i) => (i * last) / parts);
}

/**
 * Ticks of a logarithmic axis: powers of ten with their text, and between them the multiples 2 … 9
 * without. More than `most` powers are thinned to every second, third … one; where fewer than two
 * powers are in sight, some multiples carry a text too (`3×10⁻¹`).
 */
export function logTicks([low, high]: readonly [number, number], most = 6): Tick[] {
  const first = Math.floor(Math.log10(low) - 1e-9);
  const last = Math.ceil(Math.log10(high) + 1e-9);
  const within = (value: number): boolean =>
    value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9);
  const exponents = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const powers = exponents.filter((k) => within(10 ** k));
  const every = Math.max(1, Math.ceil(powers.length / most));
  const decades = Math.log10(high / low);
  const spoken = powers.length >= 2 ? [] : decades < 0.5 ? [2, 3, 4, 5, 6, 7, 8] : [2, 4, 6];
  const ticks: Tick[] = [];
  for (const k of exponents) {
    const value = 10 ** k;
    if (within(value)) ticks.push(k % every === 0 ? { value, text: power(k) } : { value });
    if (every > 1) continue;
    for (let m = 2; m < 10; m++) {
      const minor = m * 10 ** k;
      if (!within(minor)) continue;
      ticks.push(
        spoken.includes(m) ? { value: minor, text: `${m}×${power(k)}` } : { value: minor },
      );
    }
  }
  return ticks;
}

/** Widens a range of positive numbers by a fraction of its length in decades, as plots do. */
export function logMargin([low, high]: readonly [number, number], margin = 0.06): [number, number] {
  const decades = Math.max(Math.log10(high / low), 0.05);
  const factor = 10 ** (margin * decades);
  return [low / factor, high * factor];
}

/**
 * Round contour levels strictly between `low` and `high`: multiples of the first step among 1, 1.5,
 * 2, 2.5, 3, 4, 5, 6, 8, 10 (times a power of ten) that is at least the range divided by `count + 1`,
 * the rule of the plots in the paper.
 */
export function contourLevels(low: number, high: number, count: number): number[] {
  if (!(high > low)) return [];
  const raw = (high - low) / (count + 1);
  const scale = 10 ** Math.floor(Math.log10(raw));
  const step =
    scale * [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((s) => s * scale >= raw * (1 - 1e-12))!;
  const levels: number[] = [];
  for (let i = Math.floor(low / step); i * step < high; i++) {
    if (i * step > low) levels.push(Number((i * step).toPrecision(12)));
  }
  return levels;
}
