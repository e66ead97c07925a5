import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { figure1, figure5, minima, provenance, races } from "../../src/experiments/results.ts";
import { figureFile, summaryFile } from "../../src/experiments/summary.ts";
import { schemaPaths } from "../support/schemaPaths.ts";

const text = readFileSync(new URL("../../docs/results.md", import.meta.url), "utf8");
const sections = new Map(
  text.split(/^## /m).map((section) => [section.split("\n")[0], section] as const),
);

/** The rows of a section's table: field and type. */
function tableOf(heading: string): Map<string, string> {
  const rows = [...sections.get(heading)!.matchAll(/^\| `([^`]+)` \| (.+?) \| .*\|$/gm)];
  return new Map(rows.map(([, field, type]) => [field, type]));
}

describe("docs/results.md has the fields of the schemas, with their types", () => {
  it.each([
    ["Provenance", provenance],
    ["Figure 1", figure1],
    ["Figures 2 and 4", minima],
    ["Figures 3 and 6", races],
    ["Figure 5", figure5],
    ["summary.json", summaryFile.omit({ provenance: true })],
  ])("%s", (heading, schema) => {
    const sorted = (fields: Map<string, string>) => [...fields].sort();
    expect(sorted(tableOf(heading))).toEqual(sorted(schemaPaths(schema)));
  });

  it("names the members of figure-N.json", () => {
    expect(Object.keys(figureFile.shape)).toEqual(["provenance", "result"]);
  });
});
