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

/** A number to at most `digits` significant digits, without zeros at its end. */
export function asShort(value: number, digits = 3): Html {
  if (!Number.isFinite(value)) return asNumber(null);
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e") as [string, string];
  const power = Number(exponent);
  if (value === 0 || (power >= -4 && power < 6)) {
    const short = Number(value.toPrecision(digits));
    return html`${short.toLocaleString("en-US", { maximumSignificantDigits: digits }).replace("-", "−")}`;
  }
  return html`${plain(Number(mantissa))} × 10<sup>${plain(power)}</sup>`;
}

/**
 * A column of numbers to the digits that their standard errors tell, three of each error: the same number of decimals
 * for all where the errors are within a factor of a hundred, so that the numbers align.
 */
export function asMeasured(values: readonly number[], errors: readonly number[]): Html[] {
  const known = errors.filter((error) => error > 0 && Number.isFinite(error));
  const smallest = Math.min(...known);
  const alike = known.length === errors.length && Math.max(...known) < 100 * smallest;
  return values.map((value, t) => {
    const error = alike ? smallest : errors[t];
    const decimals = 2 - Math.floor(Math.log10(error));
    const size = Math.abs(value);
    if (!Number.isFinite(value) || !(decimals >= 0 && decimals <= 6) || size >= 1e9) {
      return asNumber(value, 5);
    }
    return html`${value.toFixed(decimals).replace("-", "−")}`;
  });
}

/** A p-value as R prints it: two digits, and none below what a double can tell from 0 beside 1. */
export function asProbability(p: number): Html {
  return p < 2.2e-16 ? html`&lt;\u00a0${asShort(2.2e-16, 2)}` : asShort(p, 2);
}
