import { describe, expect, it } from "vitest";
import { paperSummary, summaryFile, withoutResults } from "../../src/experiments/summary.ts";
import {
  figure1Result,
  figure2Result,
  figure3Result,
  figure4Result,
  figure5Result,
  figure6Result,
} from "../support/paperResults.ts";
import { summaryOf } from "../support/paperSummary.ts";

const summary = summaryOf([
  figure1Result(10),
  figure2Result(10),
  figure3Result(),
  figure4Result(10),
  figure5Result(),
  figure6Result(),
]);

describe("summarize", () => {
  it("gives what the schema says", () => {
    expect(paperSummary.parse(summary)).toEqual(summary);
    expect(() => paperSummary.parse({ ...summary, statements: [{}] })).toThrow();
  });

  it("takes the best runs and the missing data sets out of the results", () => {
    expect(summary.best).toHaveLength(18);
    expect(summary.best[4]).toEqual({
      figure: 3,
      dataset: "Boston",
      method: "NGD",
      stepSize: 1.3335214321633242,
      damping: 1e-10,
      loss: summary.best[4]!.loss,
      digits: 9,
      reproducible: { stepSize: 0.1, damping: 1e-10, loss: 0.0123456 },
      runs: 2,
      iterations: 202,
      seconds: 0.125,
    });
    expect(summary.missing.map((m) => [m.figure, m.dataset])).toEqual([[6, "Powerplant"]]);
  });
});

describe("withoutResults", () => {
  it("is what summary.json holds: everything but the results", () => {
    const file = withoutResults(summary);
    expect(summaryFile.strict().parse(file)).toEqual(file);
    expect(file.figures.every((entry) => !("result" in entry))).toBe(true);
    expect(file.best).toBe(summary.best);
  });
});
