/** Numbers as the lab writes them: with a true minus sign, and no more digits than are read. */

/** `digits` significant digits; powers of ten where there would be many zeros. */
export function written(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "–" : value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e5) {
    const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
    return signed(value.toFixed(Math.min(decimals, 12)));
  }
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  return `${signed(mantissa)}×10${raised(Number(exponent))}`;
}

/** A setting: shortest form, powers of ten as such (`10⁻⁸`). */
export function setting(value: number): string {
  const exponent = Math.round(Math.log10(value));
  if (
    value > 0 &&
    Math.abs(Math.log10(value) - exponent) < 1e-9 &&
    (exponent < -3 || exponent > 4)
  ) {
    return `10${raised(exponent)}`;
  }
  return Math.abs(value) >= 1e-3 || value === 0
    ? signed(`${Number(value.toPrecision(4))}`)
    : written(value, 2);
}

export function fixed(value: number, decimals: number): string {
  return Number.isFinite(value) ? signed(value.toFixed(decimals)) : "–";
}

export function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

function signed(text: string): string {
  return text.replace("-", "−");
}

function raised(exponent: number): string {
  return [...`${exponent}`].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("");
}
