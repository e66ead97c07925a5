import { describe, expect, it } from "vitest";
import { DomainError } from "../../src/errors.ts";
import { requireSeveralClasses } from "../../src/likelihoods/batch.ts";
import { matrix } from "../../src/linalg/matrix.ts";

describe("requireSeveralClasses", () => {
  it("names the only class", () => {
    const one = matrix(3, 1, new Float64Array([4, 4, 4]));
    expect(() => requireSeveralClasses(one)).toThrow(
      new DomainError("all 3 targets are of class 4, expected at least two classes"),
    );
    expect(() => requireSeveralClasses(matrix(1, 1, new Float64Array([0])))).toThrow(DomainError);
  });

  it("accepts several, and no targets at all", () => {
    expect(() => requireSeveralClasses(matrix(3, 1, new Float64Array([0, 0, 1])))).not.toThrow();
    expect(() => requireSeveralClasses(matrix(0, 1, new Float64Array(0)))).not.toThrow();
  });
});
