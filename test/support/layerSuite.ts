/**
 * Everything that a layer promises (`src/models/network/layer.ts`), checked on the layer alone: its forward pass
 * against its definition in plain loops, its derivatives against differences, and its rows against one example at a
 * time. A new layer needs no more than a list of cases.
 */
import { describe } from "vitest";
import { firstDerivatives, secondDerivatives } from "./layerSuite/derivatives.ts";
import { forward, shapes } from "./layerSuite/forward.ts";
import { initialValues } from "./layerSuite/initial.ts";
import { rowsSuite } from "./layerSuite/rows.ts";
import { K, type LayerCase, sampleOf } from "./layerSuite/sample.ts";

export type { InitialValues, LayerCase } from "./layerSuite/sample.ts";

/** Describes a layer in each of its cases. */
export function layerSuite(name: string, cases: readonly LayerCase[]): void {
  describe.each(cases)(`${name} $name`, (layerCase) => {
    describe("shapes and options", () => shapes(layerCase));
    describe("forward", () => forward(layerCase));
    describe("first derivatives", () => firstDerivatives(layerCase));
    describe("second derivatives", () => secondDerivatives(layerCase));
    if (layerCase.layer.parameters.length > 0) {
      describe("rows", () => rowsSuite(sampleOf(layerCase), K));
      describe("initial values", () => initialValues(layerCase));
    }
  });
}
