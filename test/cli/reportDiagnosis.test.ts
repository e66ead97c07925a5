import { describe, expect, it } from "vitest";
import { type Findings, plain } from "../../src/cli/reportData.ts";
import { diagnosisText } from "../../src/cli/reportDiagnosis.ts";
import { displayWidth } from "../../src/cli/reportLayout.ts";
import { diagnosisReport } from "../../src/cli/reportSchema.ts";
import type { Paint } from "../../src/cli/reportText.ts";
import type { Diagnosis } from "../../src/statistics/results.ts";
import { exampleDiagnosis } from "../support/diagnoses.ts";

function findingsOf({ fit, covariances }: Diagnosis): Findings {
  const data = {
    source: "counts.csv",
    origin: "CSV, delimiter ,",
    rowsRead: fit.rows,
    rows: fit.rows,
    missing: [],
    target: fit.target,
    family: fit.family,
    factors: [],
    standardized: [],
    leftOut: [],
  };
  return { data, fit, covariances, notes: [] };
}

const diagnosis = await exampleDiagnosis();
const text = diagnosisText(findingsOf(diagnosis), diagnosis);

describe("the report of a diagnosis", () => {
  it("goes from the data to the verdict", () => {
    const headings = [
      "model ",
      "The matrices against the Fisher F",
      "The steps against the natural gradient step",
      "Damping (start",
      "The gradients of single rows",
      "White's information matrix test",
      "Verdict",
    ];
    const places = headings.map(
      (heading) => text.indexOf(`\n${heading}`) + (heading === "model " ? 1 : 0),
    );
    expect(places.every((place, i) => i === 0 || place > places[i - 1])).toBe(true);
    for (const { text: line, advice, basis } of [
      diagnosis.verdict.curvature,
      diagnosis.verdict.standardErrors,
      diagnosis.verdict.model,
    ]) {
      expect(text.replaceAll(/\s+/g, " ")).toContain(line.replaceAll(/\s+/g, " "));
      expect(text.replaceAll(/\s+/g, " ")).toContain(advice.replaceAll(/\s+/g, " "));
      expect(text.replaceAll(/\s+/g, " ")).toContain(`(${basis.replaceAll(/\s+/g, " ")})`);
    }
  });

  it("names the band, the simulated fits that failed, and the seed", () => {
    const { band, successful, failures, seed } = diagnosis.bootstrap!;
    const flat = text.replaceAll(/\s+/g, " ");
    expect(flat).toContain(
      `(95 % of ${successful} simulated fits; ${failures.separation} failed: separation, seed ${seed})`,
    );
    expect(flat).toContain(`shows ${band.smallest.toPrecision(3)} ..`);
  });

  it("stays within 80 columns, with long names and other letters too", async () => {
    const strange = await exampleDiagnosis({
      columns: ["x".repeat(90), "価格の対数", "a\nb"],
      target: "目標\u0007",
    });
    for (const report of [text, diagnosisText(findingsOf(strange), strange)]) {
      for (const line of report.split("\n"))
        expect(displayWidth(line), line).toBeLessThanOrEqual(80);
      expect(report).not.toMatch(/undefined|NaN/);
      expect(report).not.toContain("\u0007");
    }
  });

  it("says why there is no test, and that nothing was simulated", () => {
    const { test: _test, bootstrap: _bootstrap, ...rest } = diagnosis;
    const bare = { ...rest, testRefused: "it is void with a ridge" };
    const report = diagnosisText(findingsOf(bare), bare);
    expect(report).toContain("none: it is void with a ridge");
    expect(report.replaceAll(/\s+/g, " ")).toContain("no fits were simulated, so there is no band");
  });

  it("is painted by its answers, and reads the same without paint", () => {
    const marked = (name: string) => (line: string) => `<${name}>${line}</>`;
    const paint: Paint = {
      heading: marked("h"),
      good: marked("g"),
      doubtful: marked("d"),
      bad: marked("b"),
    };
    const painted = diagnosisText(findingsOf(diagnosis), diagnosis, paint);
    expect(painted.replaceAll(/<\w>|<\/>/g, "")).toBe(text);
    expect(painted).toMatch(/<h>Verdict<\/>\n1 .*\n<b> {3}\S/);
  });

  it("goes into JSON as its schema says", () => {
    const found = diagnosisReport.parse(plain(diagnosis));
    expect(found.eigenvalues).toEqual([...diagnosis.eigenvalues]);
    expect(Object.keys(found).sort()).not.toContain("fit");
    expect(plain({ a: Number.NaN, b: undefined, c: [Number.POSITIVE_INFINITY] })).toEqual({
      a: null,
      c: [null],
    });
  });
});
