/** Whether an answer of a verdict is good news: the same in the terminal, in the report and in the lab. */
import type { CurvatureAnswer, ModelAnswer, StandardErrorAnswer, Tone } from "./results.ts";

export type Answer = CurvatureAnswer | StandardErrorAnswer | ModelAnswer;

/** The tone of an answer, unless its line has reasons for another one. */
export const verdictTones: Readonly<Record<Answer, Tone>> = {
  indistinguishable: "good",
  negligible: "good",
  differs: "doubtful",
  "do-not-use": "bad",
  agree: "good",
  differ: "doubtful",
  misleading: "bad",
  "not-rejected": "good",
  doubtful: "doubtful",
  rejected: "bad",
  "cannot-say": "doubtful",
};
