/** What a layer says that it holds, against what it returns. */
import { B, type Sample } from "./sample.ts";

/** bytes of a float64 */
const WIDTH = 8;
/** As many arrays of the size of its inputs, outputs and weights as a layer may keep for an example. */
const ARRAYS = 4;

/** What is wrong with the bytes of a layer's passes, if something is. */
export function memoryProblem({
  w,
  X,
  input,
  output,
  parameters,
  run,
}: Sample): string | undefined {
  const pass = (rows: number) => run(w, { rows, cols: input, data: X.data.slice(0, rows * input) });
  const one = pass(1).bytes;
  for (let rows = 1; rows <= B; rows++) {
    const { bytes } = pass(rows);
    if (bytes !== rows * one) return `${bytes} bytes for ${rows} examples, and ${one} for one`;
  }
  const { outputs, bytes } = run(w, X);
  // outputs that are the inputs take nothing
  const least = outputs.data.buffer === X.data.buffer ? 0 : outputs.data.byteLength;
  if (bytes < least) return `${bytes} bytes, and the outputs alone take ${least}`;
  const most = ARRAYS * WIDTH * (input + output + parameters);
  if (one > most) return `${one} bytes for an example, expected at most ${most}`;
  return undefined;
}
