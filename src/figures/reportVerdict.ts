/** The three answers of a diagnosis, in plain words with their numbers and what to do. */
import type { Tone, Verdict, VerdictLine } from "../statistics/results.ts";
import type { Answer } from "../statistics/verdictTones.ts";
import { type Html, html } from "./html.ts";
import { visible } from "./names.ts";
import { decisionsOf, decisionTable } from "./reportTables.ts";

/** An answer in words. */
const answers: Readonly<Record<Answer, string>> = {
  indistinguishable: "Cannot be told apart from the Fisher",
  negligible: "Differs, but too little to matter",
  differs: "Differs",
  "do-not-use": "Do not use it",
  agree: "They agree",
  differ: "They differ",
  misleading: "Misleading",
  "not-rejected": "Not rejected",
  doubtful: "Doubtful",
  rejected: "Rejected",
  "cannot-say": "Cannot say",
};

const signs: Readonly<Record<Tone, string>> = { good: "✓", doubtful: "!", bad: "✗" };

/** The section of the verdict; `level` is that of the intervals. */
export function verdictSection(verdict: Verdict, level: number): Html {
  const { curvature, standardErrors, model } = verdict;
  return html`<section aria-labelledby="verdict">
<h2 id="verdict">Verdict</h2>
<p class="soft">Three separate questions: a model can be wrong and its empirical Fisher harmless, and the other way round.</p>
<ol class="verdicts">
${[curvature, standardErrors, model].map(verdictLine)}</ol>
${decisionTable(decisionsOf(verdict.changedDecisions), level)}</section>
`;
}

function verdictLine(line: VerdictLine<Answer>): Html {
  const { tone } = line;
  return html`<li class="verdict ${tone}">
<h3>${visible(line.question)}</h3>
<p class="answer"><span aria-hidden="true">${signs[tone]}</span> ${answers[line.answer]}</p>
<p>${visible(line.text)}</p>
${line.advice === "" ? html`` : html`<p><strong>What to do:</strong> ${visible(line.advice)}</p>\n`}${
  line.basis === "" ? html`` : html`<p class="basis">${visible(line.basis)}</p>\n`
}</li>
`;
}
