import { describe, expect, it } from "vitest";
import { complaintsOf, placeText } from "../../../src/experiments/compare/complaints.ts";
import { compareConfiguration } from "../../../src/experiments/compare/configuration.ts";

/** What is wrong with a configuration that is otherwise right. */
function wrongs(changes: object): string[] {
  const value = { data: "Iris", model: "linear", ...changes };
  const { error } = compareConfiguration.safeParse(value);
  return complaintsOf(error?.issues ?? [], value).map(
    ({ path, text }) => `${placeText(path)}: ${text}`,
  );
}

describe("complaints about a configuration", () => {
  it("are none about what is right", () => {
    expect(wrongs({})).toEqual([]);
  });

  it.each<[object, string[]]>([
    [
      { data: undefined },
      [
        'data: missing, expected the name of a data set, { "name": … } or { "csv": …, "target": … }',
      ],
    ],
    [{ data: { csv: "x.csv" } }, ["data.target: missing, expected a text"]],
    [
      { data: { csv: "x.csv", targt: "y" } },
      ["data.target: missing, expected a text", 'data: there is no member "targt"'],
    ],
    [
      { data: { name: "Iris", rows: 0, target: "y" } },
      ["data.rows: found 0, expected 1 or more", 'data: there is no member "target"'],
    ],
    [
      { data: 3 },
      [
        'data: found 3, expected the name of a data set, { "name": … } or { "csv": …, "target": … }',
      ],
    ],
    [
      { model: ["relu", { dense: [4, 0] }] },
      ["model: layer 1 (dense), argument 1: found 0, expected 1 or more"],
    ],
    [{ model: { layers: [{ dense: [4, 3] }], input: [4] } }, ['model: there is no member "input"']],
    [
      { model: ["relu", 5] },
      [
        'model[1]: found 5, expected the name of a layer, or its name with arguments as in { "dense": [4, 8] }',
      ],
    ],
    [
      { model: "quadratic" },
      [
        'model: found "quadratic", expected "linear", a list of layers, { "layers": […] } or the name of a .safetensors file',
      ],
    ],
    [
      { likelihood: "gausian" },
      [
        'likelihood: found "gausian", expected one of "categorical", "bernoulli", "gaussian", "poisson"; did you mean gaussian?',
      ],
    ],
    [{ kinds: [{ sampled: 0 }] }, ["kinds[0].sampled: found 0, expected 1 or more"]],
    [
      { kinds: ["fisher", { sampl: 1 }] },
      [
        'kinds[1]: found {"sampl":1}, expected the name of a kind, { "sampled": … } or { "ggn": … }',
      ],
    ],
    [
      { kinds: [{ ggn: { pseudoHuber: 0 } }] },
      ["kinds[0].ggn.pseudoHuber: found 0, expected more than 0"],
    ],
    [
      { parameters: { from: "luck" } },
      [
        'parameters.from: found "luck", expected one of "training", "initial", "checkpoint", "values"',
      ],
    ],
    [{ parameters: { from: "checkpoint" } }, ["parameters.file: missing, expected a text"]],
    [{ seed: 1.5 }, ["seed: found 1.5, expected an integer"]],
    [{ structures: [] }, ["structures: found [], expected 1 or more entries"]],
  ])("%j", (changes, expected) => {
    expect(wrongs(changes)).toEqual(expected);
  });

  it("show the beginning of what is long", () => {
    const [text] = wrongs({ parameters: Array.from({ length: 100 }, (_, i) => i) });
    expect(text).toMatch(/^parameters: found \[0,1,2.{50,60} …, expected an object$/);
  });
});
