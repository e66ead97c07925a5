/**
 * Writes the tables of docs/diagnosis.md from the results, between their markers:
 *
 *     node --conditions=natgrad-source tools/simulations/tables.ts
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CoverageCell } from "./coverage.ts";
import { Journal } from "./journal.ts";
import type { NullCell } from "./nullModels.ts";
import { scenarios } from "./scenarios.ts";
import type { VerdictCell } from "./verdicts.ts";

const results = join(import.meta.dirname, "results");
const document = join(import.meta.dirname, "..", "..", "docs", "diagnosis.md");

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(line)].join(
    "\n",
  );
}

const share = (value: number): string => value.toFixed(3).replace(/^0/, "");
const two = (value: number): string => value.toFixed(2);
const percent = (count: number | undefined, of: number): string =>
  count ? `${Math.round((100 * count) / of)}` : "·";

function coverageTable(cells: readonly CoverageCell[]): string {
  return table(
    ["truth", "N", "P", "Fisher", "OPG", "sandwich", "eigenvalues, medians", "5 % … 95 %"],
    cells.map((cell) => [
      cell.scenario,
      String(cell.N),
      String(cell.P),
      share(cell.coverage.fisher),
      share(cell.coverage.empirical),
      share(cell.coverage.sandwich),
      `${two(cell.eigenvalues.smallest)} … ${two(cell.eigenvalues.largest)}`,
      `${two(cell.eigenvalues.low)} … ${two(cell.eigenvalues.high)}`,
    ]),
  );
}

function sizeTable(cells: readonly CoverageCell[]): string {
  return table(
    ["truth", "N", "P", "efficient", "White 1982", "Chesher–Lancaster"],
    cells.flatMap(({ scenario, N, P, rejected }) =>
      rejected
        ? [
            [
              scenario,
              String(N),
              String(P),
              share(rejected.efficient),
              share(rejected["white-1982"]),
              share(rejected["chesher-lancaster"]),
            ],
          ]
        : [],
    ),
  );
}

const ANSWERS = {
  curvature: ["indistinguishable", "negligible", "differs", "do-not-use"],
  standardErrors: ["agree", "differ", "misleading", "cannot-say"],
  model: ["not-rejected", "doubtful", "rejected", "cannot-say"],
} as const;

function verdictTable(cells: readonly VerdictCell[], question: keyof typeof ANSWERS): string {
  const answers = ANSWERS[question];
  return table(
    ["truth", "N", "P", ...answers, ...(question === "curvature" ? ["noise band, median"] : [])],
    cells.map((cell) => [
      cell.scenario,
      String(cell.N),
      String(cell.P),
      ...answers.map((answer) => percent(cell[question][answer], cell.diagnoses)),
      ...(question === "curvature" ? [`${two(cell.band[0])} … ${two(cell.band[1])}`] : []),
    ]),
  );
}

/** Right models without weights, all scenarios of a size together. */
function errorTable(cells: readonly VerdictCell[]): string {
  const weighted = new Set(scenarios.filter(({ weigh }) => weigh).map(({ name }) => name));
  const right = cells.filter((cell) => cell.right && !weighted.has(cell.scenario));
  const sizes = [...new Set(right.map(({ N, P }) => `${N},${P}`))];
  const line = (name: string[], own: readonly VerdictCell[]): string[] => {
    const diagnoses = own.reduce((sum, cell) => sum + cell.diagnoses, 0);
    const rate = (question: keyof typeof ANSWERS, answer: string): string =>
      (
        (100 * own.reduce((sum, cell) => sum + (cell[question][answer] ?? 0), 0)) /
        diagnoses
      ).toFixed(1);
    return [
      ...name,
      String(diagnoses),
      ...["negligible", "differs", "do-not-use"].map((answer) => rate("curvature", answer)),
      ...["differ", "misleading", "cannot-say"].map((answer) => rate("standardErrors", answer)),
      ...["doubtful", "rejected"].map((answer) => rate("model", answer)),
    ];
  };
  return table(
    [
      "N",
      "P",
      "diagnoses",
      "negligible",
      "differs",
      "do-not-use",
      "differ",
      "misleading",
      "cannot-say",
      "doubtful",
      "rejected",
    ],
    [
      ...sizes.map((size) =>
        line(
          size.split(","),
          right.filter(({ N, P }) => `${N},${P}` === size),
        ),
      ),
      line(["all", ""], right),
    ],
  );
}

function nullTable(cells: readonly NullCell[]): string {
  return table(
    ["truth", "slope", "N", "rejected", "indicators", "degrees of freedom: of 500 tests"],
    cells.map(({ truth, slope, N, rejected, indicators, degrees }) => [
      truth,
      String(slope),
      String(N),
      share(rejected),
      String(indicators),
      Object.entries(degrees)
        .map(([df, count]) => `${df}: ${count}`)
        .join(", "),
    ]),
  );
}

const coverage = [...new Journal<CoverageCell>(join(results, "coverage.jsonl")).cells.values()];
const verdicts = [...new Journal<VerdictCell>(join(results, "verdicts.jsonl")).cells.values()];
const place = ({ scenario }: { scenario: string }): number =>
  scenarios.findIndex(({ name }) => name === scenario);
verdicts.sort((a, b) => place(a) - place(b) || a.P - b.P || a.N - b.N);
coverage.sort((a, b) => place(a) - place(b) || a.P - b.P || a.N - b.N);
const shown = coverage.filter(({ N }) => N !== 300);

const tables: Record<string, string> = {
  coverage: coverageTable(shown),
  size: sizeTable(coverage.filter(({ right }) => right)),
  power: sizeTable(shown.filter(({ right }) => !right)),
  "null-models": nullTable([
    ...new Journal<NullCell>(join(results, "nullModels.jsonl")).cells.values(),
  ]),
  "verdict-errors": errorTable(verdicts),
  "verdict-curvature": verdictTable(verdicts, "curvature"),
  "verdict-standard-errors": verdictTable(verdicts, "standardErrors"),
  "verdict-model": verdictTable(verdicts, "model"),
};

let text = readFileSync(document, "utf8");
for (const [name, content] of Object.entries(tables)) {
  const pattern = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- end -->)`);
  if (!pattern.test(text)) throw new Error(`docs/diagnosis.md has no marker ${name}`);
  text = text.replace(pattern, (_, start: string, end: string) => `${start}\n${content}\n\n${end}`);
}
writeFileSync(document, text);
