/** The suite of layers finds layers that say something wrong of their memory. */
import { expect, it } from "vitest";
import { dense } from "../../../src/models/network/dense.ts";
import { flatten } from "../../../src/models/network/flatten.ts";
import type { Layer } from "../../../src/models/network/layer.ts";
import { memoryProblem } from "../../support/layerSuite/memory.ts";
import { sampleOf } from "../../support/layerSuite/sample.ts";

const base = dense(3, 2);
const holding = (bytes: (held: number, rows: number) => number): Layer => ({
  ...base,
  forward(w, X, shape) {
    const pass = base.forward(w, X, shape);
    return { ...pass, bytes: bytes(pass.bytes, X.rows) };
  },
});
const problemOf = (layer: Layer, output = [2]): string | undefined =>
  memoryProblem(sampleOf({ name: "", layer, input: [3], output, definition: () => [] }));

it.each([
  ["nothing", () => 0, "0 bytes, and the outputs alone take 64"],
  ["less than its outputs", (held: number) => held / 2, "32 bytes, and the outputs alone take 64"],
  ["the same for any number of examples", () => 1e9, "1000000000 bytes for 2 examples, and 1000"],
  ["something beside the examples", (held: number) => held + 8, "40 bytes for 2 examples, and 24"],
  ["far too much", (_: number, rows: number) => 1e9 * rows, "for an example, expected at most"],
] as const)("a layer that says it holds %s is found", (_what, bytes, problem) => {
  expect(problemOf(holding(bytes))).toContain(problem);
});

it("layers that say what they hold are not", () => {
  expect(problemOf(base)).toBeUndefined();
  expect(problemOf(flatten(), [3])).toBeUndefined();
  // two arrays
  expect(problemOf(holding((held) => 2 * held))).toBeUndefined();
});
