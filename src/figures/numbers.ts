/** Numbers as a reader wants them: powers of ten as such, no more digits than are known. */
import { type Html, html } from "./html.ts";
import { plain } from "./ticks.ts";

/** 10ᵏ with the exponent that the number has, to three decimals: the grids are logarithmic. */
export function asPower(value: number): Html {
  const exponent = Number(Math.log10(value).toFixed(3));
  return html`10<sup>${plain(exponent)}</sup>`;
}

/** A number to `digits` significant digits, in powers of ten where it is very large or small. */
export function asNumber(value: number | null, digits = 6): Html {
  if (value === null || !Number.isFinite(value)) return html`–`;
  if (Number.isInteger(value) && Math.abs(value) < 1e9) {
    return html`${value.toLocaleString("en-US").replace("-", "−")}`;
  }
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e") as [string, string];
  const power = Number(exponent);
  if (power >= -3 && power < 9) {
    return html`${value.toFixed(Math.max(0, digits - 1 - power)).replace("-", "−")}`;
  }
  return html`${mantissa.replace("-", "−")} × 10<sup>${plain(power)}</sup>`;
}

/** Seconds, or minutes and seconds. */
export function asDuration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(seconds < 1 ? 2 : 1)} s`;
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/**
 * A column of numbers: the same number of decimals for all, so that they align, where their sizes are within three
 * powers of ten; otherwise each with `digits` significant digits.
 */
export function asColumn(values: readonly number[], digits = 4): Html[] {
  const exponents = values
    .filter((value) => Number.isFinite(value) && value !== 0)
    .map((value) => Number(value.toExponential(digits - 1).split("e")[1]));
  const [low, high] = [Math.min(...exponents), Math.max(...exponents)];
  if (exponents.length === 0 || high - low > 3 || low < -4 || high > 6) {
    return values.map((value) => asNumber(value, digits));
  }
  const decimals = Math.max(0, digits - 1 - low);
  return values.map((value) =>
    Number.isFinite(value) ? html`${value.toFixed(decimals).replace("-", "−")}` : asNumber(value),
  );
}

/** A p-value as R prints it: two digits, and none below what a double can tell from 0 beside 1. */
export function asProbability(p: number): Html {
  return p < 2.2e-16 ? html`&lt;\u00a0${asNumber(2.2e-16, 2)}` : asNumber(p, 2);
}
