import { describe, expect, it } from "vitest";
import {
  renderDiagnosisPage,
  renderFitPage,
  renderReport,
} from "../../src/figures/diagnosisPage.ts";
import { reportStyle } from "../../src/figures/reportStyle.ts";
import { verdictSection } from "../../src/figures/reportVerdict.ts";
import { red, sky, yellow } from "../../src/figures/style.ts";
import { diagnose } from "../../src/statistics/diagnose.ts";
import type { Diagnosis } from "../../src/statistics/results.ts";
import { covariancesOf, exampleDiagnosis, exampleFit, exampleRows } from "../support/diagnoses.ts";
import { document } from "../support/drawing.ts";

const parser = new document.defaultView!.DOMParser();
const parse = (text: string): Document => parser.parseFromString(text, "text/html");
const read = (diagnosis: Diagnosis): Document =>
  parse(renderDiagnosisPage(diagnosis, { document }));

const diagnosis = await exampleDiagnosis();
const { fit, covariances } = diagnosis;
const text = renderDiagnosisPage(diagnosis, { document });
const page = parse(text);

const headings = (root: Document): string[] =>
  [...root.querySelectorAll("h2")].map((heading) => heading.textContent ?? "");

/** The texts of the cells of a table, row by row. */
function rowsOf(root: Document, label: string): string[][] {
  return [...root.querySelectorAll(`[aria-label="${label}"] tbody tr`)].map((row) =>
    [...row.children].map((cell) => cell.textContent ?? ""),
  );
}

describe("renderDiagnosisPage", () => {
  it("is one file: no scripts, nothing from outside, and a policy that allows neither", () => {
    expect(page.querySelectorAll("script, link, img, iframe, object, base, form")).toHaveLength(0);
    expect(text).not.toMatch(/@import|src=|url\((?!#|data:font)/);
    expect(text.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:/);
    const policy = page.querySelector('meta[http-equiv="Content-Security-Policy"]')!;
    expect(policy.getAttribute("content")).toMatch(/^default-src 'none';/);
    for (const a of page.querySelectorAll("a")) {
      expect(page.getElementById(a.getAttribute("href")!.slice(1))).not.toBeNull();
    }
  });

  it("is accessible: language, headings in order, named figures and regions, distinct ids", () => {
    expect(page.documentElement.lang).toBe("en");
    expect([...page.querySelectorAll("h1, h2, h3")].map((h) => h.tagName).join(" ")).toBe(
      "H1 H2 H3 H3 H3 H2 H2 H2 H2 H2",
    );
    for (const svg of page.querySelectorAll("svg")) {
      expect(svg.getAttribute("role")).toBe("img");
      for (const id of svg.getAttribute("aria-labelledby")!.split(" ")) {
        expect(page.getElementById(id)!.textContent).not.toBe("");
      }
    }
    const ids = [...page.querySelectorAll("[id]")].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const region of page.querySelectorAll('[role="region"]')) {
      expect(region.getAttribute("aria-label")).not.toBe("");
      expect(region.getAttribute("tabindex")).toBe("0");
    }
    for (const cell of page.querySelectorAll("th"))
      expect(cell.getAttribute("scope")).not.toBeNull();
  });

  it("begins with the model and the three answers, what they were judged by, and advice", () => {
    expect(page.querySelector("header")!.textContent).toContain(
      "Poisson regression (log link), 200 rows, 4 coefficients.",
    );
    expect(headings(page)).toEqual([
      "Verdict",
      "Model and data",
      "Coefficients",
      "The empirical Fisher beside the Fisher",
      "Gradients of the rows",
      "White’s information matrix test",
    ]);
    const answers = [...page.querySelectorAll(".verdict")];
    expect(answers.map((a) => a.className)).toEqual(["verdict bad", "verdict bad", "verdict bad"]);
    const { curvature, standardErrors, model } = diagnosis.verdict;
    [curvature, standardErrors, model].forEach((line, i) => {
      for (const part of [line.question, line.text, line.advice, line.basis]) {
        expect(answers[i].textContent).toContain(part);
      }
    });
    expect(answers.map((a) => a.querySelector(".answer")!.textContent)).toEqual([
      "✗ Do not use it",
      "✗ Misleading",
      "✗ Rejected",
    ]);
  });

  it("says every answer in words, and good from bad by more than a colour", () => {
    const shown = (change: object): string => {
      const section = verdictSection({ ...diagnosis.verdict, ...change }, 0.95);
      return parse(section.text).querySelector(".answer")!.textContent!;
    };
    const curvature = diagnosis.verdict.curvature;
    for (const [answer, tone, words] of [
      ["indistinguishable", "good", "✓ Cannot be told apart from the Fisher"],
      ["indistinguishable", "doubtful", "! Cannot be told apart from the Fisher"],
      ["negligible", "good", "✓ Differs, but too little to matter"],
      ["differs", "doubtful", "! Differs"],
      ["cannot-say", "doubtful", "! Cannot say"],
    ]) {
      expect(shown({ curvature: { ...curvature, answer, tone } })).toBe(words);
    }
  });

  it("has the three standard errors side by side, test and interval by the sandwich", () => {
    const rows = rowsOf(page, "Coefficients");
    expect(rows.map(([name]) => name)).toEqual([...fit.names]);
    const number = (cell: string): number => Number(cell.replace("−", "-"));
    rows.forEach(([, estimate, ...cells], t) => {
      expect(number(estimate)).toBeCloseTo(fit.theta[t], 3);
      covariances.forEach(({ coefficients }, k) => {
        expect(number(cells[k])).toBeCloseTo(coefficients[t].standardError, 3);
      });
      const { statistic, lower, upper } = covariances[2].coefficients[t];
      expect(number(cells[3])).toBeCloseTo(statistic, 2);
      expect(number(cells[5])).toBeCloseTo(lower, 3);
      expect(number(cells[6])).toBeCloseTo(upper, 3);
    });
    const head = page.querySelector('[aria-label="Coefficients"] thead')!.textContent!;
    expect(head.replaceAll(/\s+/g, " ")).toMatch(
      /Estimate.*Standard errors.*z.*p.*95 % interval.*Fisher.*OPG.*sandwich.*from.*to/,
    );
  });

  it("lists decisions that depend on the covariance, comparisons at all points, violated moments", () => {
    expect(rowsOf(page, "Decisions that depend on the covariance")).toEqual([
      ["age", "0.0041", "8 × 10−8", "0.13"],
    ]);
    expect(rowsOf(page, "Distances of the matrices from the Fisher")).toHaveLength(
      3 * diagnosis.points.length,
    );
    const steps = rowsOf(page, "Steps compared with the natural gradient’s");
    expect(steps).toHaveLength(3 * (diagnosis.points.length - 1));
    expect(steps[2]).toEqual(["start", "empirical Fisher", "0.67", "0.41", "0.8", "0.64"]);
    expect(rowsOf(page, "Moments of the test")[0]).toEqual(["dose × dose", "8.1", "190 %"]);
    const test = page.querySelector('[aria-labelledby="test"]')!.textContent!;
    expect(test).toContain("χ² = 78.53 with 10 degrees of freedom, p = 9.7 × 10−13.");
    expect(test).toContain("p = 0.005 ± 0.005");
    expect(test).toContain("199 of the refits gave a result (the others: separation 1)");
  });

  it("shows each figure wide and narrow", () => {
    expect(page.querySelectorAll("figure")).toHaveLength(8);
    expect(page.querySelectorAll(".wide > svg")).toHaveLength(8);
    expect(page.querySelectorAll(".narrow > svg")).toHaveLength(8);
  });

  it("draws in colours that the dark style knows, or that suit both", () => {
    const used = new Set(
      [...page.querySelectorAll(".drawing [fill], .drawing [stroke]")].flatMap((element) =>
        ["fill", "stroke"].map((name) => element.getAttribute(name) ?? "none"),
      ),
    );
    const both = ["none", "currentColor", yellow, red, sky];
    for (const color of used) {
      expect(
        both.includes(color) || reportStyle.includes(`[stroke="${color}"]{stroke:var(--`),
      ).toBe(true);
    }
    expect(used.size).toBeGreaterThan(6);
  });

  it("escapes whatever comes from outside", async () => {
    const evil = `</style></title></svg><script>alert("1")</script><b id='x' onload=y>&\u202e\u0000`;
    const found = await exampleDiagnosis({
      columns: [evil, "\ud800", "", "a\u0008b"],
      target: evil,
    });
    const line = {
      ...found.verdict.model,
      question: evil,
      text: evil,
      advice: evil,
      basis: evil,
    };
    const hostile: Diagnosis = {
      ...found,
      fit: { ...found.fit, warnings: [{ code: "weights", message: evil }], classes: [evil, evil] },
      covariances: found.covariances.map((table) => ({ ...table, label: evil })),
      points: found.points.map((point) => ({ ...point, label: evil })),
      bootstrap: { ...found.bootstrap!, failures: { [evil]: 1 } },
      test: { ...found.test!, notes: [evil] },
      verdict: {
        curvature: { ...line, answer: "differs" },
        standardErrors: { ...line, answer: "differ" },
        model: { ...line, answer: "doubtful" },
        changedDecisions: [{ ...found.verdict.changedDecisions[0], name: evil }],
      },
      notes: [evil],
    };
    for (const root of [
      read(hostile),
      parse(
        renderDiagnosisPage(
          { ...hostile, testRefused: evil },
          { document, title: evil, notes: [evil], facts: [{ label: evil, text: evil }] },
        ),
      ),
    ]) {
      expect(root.querySelectorAll("script, b, [onload]")).toHaveLength(0);
      expect(root.getElementById("x")).toBeNull();
      expect(root.querySelector("h1")!.textContent).toContain("<script>alert");
      expect(root.body.textContent).not.toMatch(/[\p{Cs}\u202e\ufffd]/u);
      expect(root.querySelectorAll("h2")).toHaveLength(6);
      expect(root.querySelector("footer")).not.toBeNull();
    }
  });

  it("says why there is no test, and draws what there is without a bootstrap", () => {
    const { bootstrap: _bootstrap, test: _test, ...rest } = diagnosis;
    const refused = read({ ...rest, testRefused: "void, because of the ridge." });
    expect(refused.querySelector('[aria-labelledby="test"]')!.textContent).toContain(
      "There is no test: void, because of the ridge.",
    );
    expect(refused.querySelectorAll("figure")).toHaveLength(6);
    expect(refused.body.textContent).not.toContain("correct models of this size");
    expect(refused.body.textContent).toContain("Without a bootstrap nobody knows");
    expect(refused.body.innerHTML).not.toMatch(/undefined|NaN|\[object/);
  });

  it("bears with numbers that are not finite and parts that are empty", () => {
    const { bootstrap: _bootstrap, test: _test, ...rest } = diagnosis;
    const empty = read({
      ...rest,
      covariances: [],
      points: [],
      eigenvalues: [],
      gradients: { ...rest.gradients, quantiles: [], maximum: 0, mean: Number.NaN },
      verdict: { ...rest.verdict, changedDecisions: [] },
      fit: { ...fit, scoring: [], logLikelihood: Number.POSITIVE_INFINITY },
    });
    expect(empty.querySelectorAll("figure, details")).toHaveLength(0);
    expect(empty.body.textContent).toContain("No covariance of the coefficients exists.");
    expect(empty.body.innerHTML).not.toMatch(/undefined|NaN|Infinity/);
  });

  it("is the same bytes each time", () => {
    expect(renderDiagnosisPage(diagnosis, { document })).toBe(text);
  });
});

describe("renderDiagnosisPage of what diagnose returns", () => {
  const families = ["gaussian", "bernoulli", "categorical", "poisson"] as const;

  it.each(families)("shows everything for the family %s", async (family) => {
    const rows = exampleRows({ family, rows: 120, columns: ["a", "b"] });
    const found = await diagnose(rows, { family, replications: 19 });
    const root = read(found);
    expect(root.querySelectorAll("figure")).toHaveLength(8);
    expect(root.body.innerHTML).not.toMatch(/undefined|NaN|Infinity/);
    expect(headings(root)).toEqual(headings(page));
  });

  it("shows what there is with a ridge", async () => {
    const found = await diagnose(exampleRows(), { family: "poisson", ridge: 1, replications: 19 });
    const root = read(found);
    expect(root.querySelector('[aria-labelledby="test"]')!.textContent).toMatch(
      /There is no test: .*ridge/,
    );
    expect(root.body.innerHTML).not.toMatch(/undefined|NaN|Infinity/);
  });
});

describe("renderFitPage", () => {
  it("has the facts that it is given, the coefficients and their figures, and no verdict", () => {
    const facts = [
      { label: "levels", text: "colour: base red, against it blue" },
      { label: "", text: "size: base S" },
    ];
    const tables = covariancesOf(fit, 0.96);
    const root = parse(
      renderFitPage({ fit, covariances: tables }, { document, facts, title: "Beetles" }),
    );
    expect(headings(root)).toEqual(["Model and data", "Coefficients"]);
    expect(root.title).toBe("Beetles");
    expect(
      [...root.querySelectorAll(".facts > *")].map((e) => `${e.tagName} ${e.textContent}`),
    ).toEqual(["DT levels", "DD colour: base red, against it blue", "DD size: base S"]);
    expect(root.querySelectorAll("figure")).toHaveLength(2);
    expect(rowsOf(root, "Decisions that depend on the covariance").map(([name]) => name)).toEqual([
      "age",
    ]);
    expect(root.body.textContent).toContain("decision at 4 % depends");
  });

  it("knows some facts itself: a fixed variance, the ridge, the t tests", async () => {
    const ridged = await exampleFit({ family: "gaussian", ridge: 2 });
    const root = parse(
      renderFitPage({ fit: ridged, covariances: covariancesOf(ridged) }, { document }),
    );
    const facts = root.querySelector(".facts")!.textContent!;
    expect(facts).toContain("linear regression");
    expect(facts).toContain("ridge 2");
    expect(facts).toMatch(/estimated: s² = [\d.]+/);
    expect(root.body.textContent).toContain("t tests with 196 degrees of freedom");
  });

  it("draws one covariance alone, and the pairs that are asked for", () => {
    const one = parse(renderFitPage({ fit, covariances: covariances.slice(0, 1) }, { document }));
    expect(one.querySelectorAll("figure")).toHaveLength(1);
    const asked = renderFitPage({ fit, covariances }, { document, pairs: [[3, 1]] });
    expect(parse(asked).querySelectorAll('.wide [data-panel^="pair"]')).toHaveLength(1);
    // no pairs are no wish
    expect(renderReport({ fit, covariances, pairs: [] }, { document })).toBe(
      renderFitPage({ fit, covariances }, { document }),
    );
  });
});
