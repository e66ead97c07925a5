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
