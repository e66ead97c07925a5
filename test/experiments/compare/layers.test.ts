/** Which layers `natgrad compare` and the lab can be asked for. */
import { expect, it } from "vitest";
import { partsOf } from "../../../src/experiments/compare/layers.ts";
import { layerKinds } from "../../../src/models/network/savedNetworkKinds.ts";

/** Kinds of the library that no configuration has a use for: none. One that is left out is named here, with a reason. */
const leftOut: readonly string[] = [];

/** The layer that comes of a name without arguments, or that complains that it needs some. */
function layerOf(kind: string): string | undefined {
  try {
    return partsOf([{ [kind]: [] }])[0].kind;
  } catch (error) {
    return /^layer 0 \((\w+)\)/.exec((error as Error).message)?.[1];
  }
}

it.each(Object.keys(layerKinds).filter((kind) => !leftOut.includes(kind)))(
  "%s has a maker in src/experiments/compare/layers.ts",
  (kind) => {
    expect(layerOf(kind)).toBe(kind);
  },
);

it.each([...leftOut, "attention"])("%s has none", (kind) => {
  expect(layerOf(kind)).toBeUndefined();
});
