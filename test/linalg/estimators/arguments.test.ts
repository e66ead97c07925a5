/** Estimators called without options, or without a generator, by callers without TypeScript. */
import { expect, it } from "vitest";
import { DomainError } from "../../../src/errors.ts";
import { diagonalOperator } from "../../../src/linalg/diagonalOperator.ts";
import { extremeEigenvalues } from "../../../src/linalg/estimators/extremeEigenvalues.ts";
import { hutchinsonDiagonal, hutchinsonTrace } from "../../../src/linalg/estimators/hutchinson.ts";
import { hutchPlusPlus } from "../../../src/linalg/estimators/hutchPlusPlus.ts";
import { spectralQuadrature } from "../../../src/linalg/estimators/spectralQuadrature.ts";
import { xDiag } from "../../../src/linalg/estimators/xDiag.ts";
import { xTrace } from "../../../src/linalg/estimators/xTrace.ts";
import { stream } from "../../../src/random/streams.ts";
import { numbers } from "../../support/matrices.ts";

type Untyped = (...given: readonly unknown[]) => unknown;

const A = diagonalOperator(numbers(40));
const cases: readonly (readonly [unknown, string])[] = [
  [hutchinsonTrace, "Hutchinson's trace: undefined products, expected an integer of at least 2"],
  [hutchinsonDiagonal, "Hutchinson's diagonal: undefined products, expected an integer of at"],
  [
    hutchPlusPlus,
    "Hutch++: undefined products, expected an integer of at least 6 and a multiple of",
  ],
  [xTrace, "XTrace: undefined products, expected an integer of at least 4 and a multiple of 2"],
  [xDiag, "XDiag: undefined products, expected an integer of at least 4 and a multiple of 2"],
  [spectralQuadrature, "spectral quadrature: undefined probes, expected an integer of at least 2"],
];

it.each(cases)("%o", (estimator, expected) => {
  const estimate = estimator as Untyped;
  for (const options of [undefined, null, {}]) {
    expect(() => estimate(A, stream(0), options)).toThrow(DomainError);
    expect(() => estimate(A, stream(0), options)).toThrow(expected);
  }
  const options = { products: 12, probes: 2, steps: 3 };
  for (const random of [undefined, null, 7, Math.random]) {
    expect(() => estimate(A, random, options)).toThrow(DomainError);
    expect(() => estimate(A, random, options)).toThrow("expected a generator, e.g. stream(0)");
  }
  expect(() => estimate(A, stream(0), options)).not.toThrow();
});

it("extreme eigenvalues are of a known end, and begin at random", () => {
  const extreme = extremeEigenvalues as Untyped;
  expect(() => extreme(A)).toThrow(
    "extreme eigenvalues: random is undefined, expected a generator",
  );
  for (const end of ["both", "toString"]) {
    expect(() => extreme(A, stream(0), { end })).toThrow(
      new DomainError(
        `extreme eigenvalues: an end of "${end}", expected one of "largest", "smallest", "magnitude"`,
      ),
    );
  }
});
