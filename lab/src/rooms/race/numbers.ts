/** Settings in words. */
import type { Setting } from "../../../../src/experiments/race/grid.ts";
import type { Method } from "../../../../src/experiments/results.ts";

/** An exponent with a true minus sign, and no more digits than the grids have. */
export function exponent(power: number): string {
  return `${Number(power.toFixed(3))}`.replace("-", "−");
}

export function settingInWords(method: Method, { stepSize, damping }: Setting): string {
  const power = (value: number): string => `10 to the ${exponent(Math.log10(value))}`;
  const step = `step size ${power(stepSize)}`;
  return method === "GD" ? step : `${step}, damping ${power(damping)}`;
}
