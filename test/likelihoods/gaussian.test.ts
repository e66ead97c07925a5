import { describe, expect, it } from "vitest";
import { DomainError } from "../../src/errors.ts";
import { gaussian } from "../../src/likelihoods/gaussian.ts";
import { matrix } from "../../src/linalg/matrix.ts";
import { relativeError } from "../support/accuracy.ts";
import golden from "./golden/families.json" with { type: "json" };

describe("gaussian against 60 digits", () => {
  it.each(golden.gaussian)("variance $variance, f = $f, y = $y", (expected) => {
    const family = gaussian({ variance: expected.variance });
    const outputs = matrix(1, 1, new Float64Array([expected.f]));
    const targets = matrix(1, 1, new Float64Array([expected.y]));
    const losses = family.negativeLogLikelihood(outputs, targets);
    expect(relativeError(losses, [expected.loss])).toBeLessThan(4e-16);
    expect(relativeError(family.residual(outputs, targets).data, [expected.residual])).toBeLessThan(
      4e-16,
    );
  });
});

describe("gaussian scale", () => {
  it("divides residual and Fisher by the variance, the factor by its root", () => {
    const family = gaussian({ variance: 4, outputs: 2 });
    const outputs = matrix(1, 2, new Float64Array([3, 5]));
    const targets = matrix(1, 2, new Float64Array([1, 9]));
    expect(Array.from(family.residual(outputs, targets).data)).toEqual([0.5, -1]);
    expect(Array.from(family.outputFisher(outputs).data)).toEqual([0.25, 0, 0, 0.25]);
    expect(Array.from(family.outputFactor(outputs).data)).toEqual([0.5, 0, 0, 0.5]);
    expect(Array.from(family.mean(outputs).data)).toEqual([3, 5]);
    expect(family.negativeLogLikelihood(outputs, targets)[0]).toBeCloseTo(
      20 / 8 + Math.log(2 * Math.PI * 4),
      14,
    );
  });
});

describe("bad input", () => {
  it.each([0, -1, NaN, Infinity])("refuses variance %f", (variance) => {
    expect(() => gaussian({ variance })).toThrow(DomainError);
    expect(() => gaussian({ variance })).toThrow(
      `variance is ${variance}, expected a positive number`,
    );
  });

  it.each([0, 1.5, NaN])("refuses %f outputs", (outputs) => {
    expect(() => gaussian({ outputs })).toThrow(
      `outputs is ${outputs}, expected a positive integer`,
    );
  });

  it("names the row and column of a target that is not finite", () => {
    const targets = matrix(2, 2, new Float64Array([1, 2, 3, NaN]));
    expect(() => gaussian({ outputs: 2 }).checkTargets(targets)).toThrow(
      new DomainError("gaussian: target 1, column 1 is NaN, expected a finite number"),
    );
  });
});
