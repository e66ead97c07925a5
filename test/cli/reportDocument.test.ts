import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { diagnosisReport, fitResult } from "../../src/cli/reportSchema.ts";
import { schemaPaths } from "../support/schemaPaths.ts";

const text = readFileSync(new URL("../../docs/fit.md", import.meta.url), "utf8");
const sections = new Map(
  text.split(/^### /m).map((section) => [section.split("\n")[0], section] as const),
);

/** The rows of a section's table: field and type. */
function tableOf(...headings: readonly string[]): [string, string][] {
  return headings.flatMap((heading) => {
    const rows = sections.get(heading)!.matchAll(/^\| `([^`]+)` \| (.+?) \| .*\|$/gm);
    return [...rows].map(([, field, type]): [string, string] => [field, type]);
  });
}

describe("docs/fit.md has the fields of the schemas, with their types", () => {
  it.each([
    ["natgrad fit", fitResult, ["Provenance and data", "Fit", "Covariances"]],
    ["what natgrad diagnose adds", diagnosisReport, ["Diagnosis"]],
  ] as const)("%s", (_, schema, headings) => {
    expect(tableOf(...headings).sort()).toEqual([...schemaPaths(schema)].sort());
  });
});
