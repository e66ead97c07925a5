/** What callers without TypeScript get wrong: refused by name, before anything is computed. */
import { describe, expect, it } from "vitest";
import { blockDiagonal } from "../../src/curvature/blockDiagonal.ts";
import { curvature } from "../../src/curvature/curvature.ts";
import { diagonal } from "../../src/curvature/diagonal.ts";
import { relativeDistance } from "../../src/curvature/distance.ts";
import { fisher } from "../../src/curvature/kinds.ts";
import { sampled } from "../../src/curvature/sampled.ts";
import { DomainError } from "../../src/errors.ts";
import { bernoulli } from "../../src/likelihoods/bernoulli.ts";
import { sampleInverse } from "../../src/linalg/sampling.ts";
import { glm } from "../../src/objective.ts";
import { stream } from "../../src/random/streams.ts";
import { numbers, random } from "../support/matrices.ts";

type Untyped = (...given: readonly unknown[]) => unknown;
const untyped = (f: unknown): Untyped => f as Untyped;

const problem = glm({ X: random(4, 2, 1), y: [0, 1, 1, 0], likelihood: bernoulli() });
const theta = numbers(2, 2);
const make = untyped(curvature);

describe("curvature", () => {
  it.each([
    ["the function fisher, expected one, e.g. fisher(); fisher() makes one", fisher],
    ['"fisher", expected one, e.g. fisher()', "fisher"],
    ["missing, expected", undefined],
    ["null, expected", null],
    ['{"name":"diagonal"}, expected', diagonal()],
  ])("refuses a kind that is %s", (found, kind) => {
    expect(() => make(problem, theta, kind)).toThrow(DomainError);
    expect(() => make(problem, theta, kind)).toThrow(`curvature: the kind is ${found}`);
  });

  it.each([
    ["the function diagonal, expected one, e.g. diagonal(); diagonal() makes one", diagonal],
    ['"kfac", expected one, e.g. diagonal()', "kfac"],
    ["null, expected", null],
    ['{"batch":3}, expected', { batch: 3 }],
    ['{"name":"Fisher","degree":1}, expected', fisher()],
  ])("refuses a structure that is %s", (found, structure) => {
    expect(() => make(problem, theta, fisher(), structure)).toThrow(DomainError);
    expect(() => make(problem, theta, fisher(), structure)).toThrow(
      `curvature: the structure is ${found}`,
    );
  });

  it("refuses what is no objective", () => {
    expect(() => make(undefined, theta, fisher())).toThrow("curvature: the objective is missing");
    expect(() => make(problem.model, theta, fisher())).toThrow(DomainError);
  });
});

describe("a generator", () => {
  it.each([
    [undefined, "undefined"],
    [{}, "undefined"],
    [{ draws: 2 }, "undefined"],
    [{ random: null }, "null"],
    [{ random: 3 }, "number"],
    [{ random: Math.random }, "function"],
    [{ random: { uniform: Math.random } }, "object"],
  ])("is asked for where labels are drawn: %j", (options, found) => {
    expect(() => untyped(sampled)(options)).toThrow(
      new DomainError(`sampled Fisher: random is ${found}, expected a generator, e.g. stream(0)`),
    );
  });

  it("is asked for where the inverse is sampled", () => {
    const F = curvature(problem, theta, fisher());
    expect(() => untyped(sampleInverse)(F)).toThrow("random is undefined, expected a generator");
    expect(sampleInverse(F, stream(0), { damping: 1 })).toHaveLength(2);
  });
});

it.each([["foo"], ["layers"], [3], [null], [{}], [[3]], [[null]]])("blocks are not by %j", (by) => {
  const structure = untyped(blockDiagonal)({ by });
  expect(() => make(problem, theta, fisher(), structure)).toThrow(
    new DomainError(
      `block diagonal: by is ${JSON.stringify(by)}, expected "layer", "parameter" or ranges [{ name, offset, size }, …]`,
    ),
  );
});

it("a norm is known", () => {
  const F = curvature(problem, theta, fisher());
  expect(() => untyped(relativeDistance)(F, F, "nuclear")).toThrow(
    new DomainError('distance in the norm "nuclear", expected "frobenius" or "spectral"'),
  );
});
