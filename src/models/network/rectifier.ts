/** Two half-lines that meet at 0: what relu and leakyRelu are. */
import { gateRows, rectify } from "../../linalg/elements.ts";
import { type Reals, reals } from "../../linalg/matrix.ts";
import { arraywise, type Differential } from "./elementwise.ts";
import type { Layer } from "./layer.ts";

/** x for x > 0, else `slope` · x, entry by entry. */
export function rectifier(kind: string, slope: number, options: Layer["options"]): Layer {
  const activation = {
    values<T extends Reals>(x: T): T {
      const y = reals(x, x.length);
      rectify(x, slope, y);
      return y;
    },
    // slopes are not kept: to find them out again costs no more than to read them
    differential:
      <T extends Reals>(x: T): Differential<T> =>
      (U, result = reals(U.data, U.data.length)) => {
        gateRows(U, x, slope, result);
        return { ...U, data: result };
      },
  };
  return arraywise(kind, activation, options);
}
