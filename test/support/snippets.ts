/** The code of a Markdown text, and what it is said to print. */

export interface Snippet {
  readonly language: "ts" | "sh";
  /** where its first line is, e.g. "README.md:12" */
  readonly place: string;
  readonly code: string;
  /** lines that it prints: "…" stands for any text, alone on a line for any lines; undefined where nothing is said */
  readonly output: readonly string[] | undefined;
}

interface Fence {
  readonly words: readonly string[];
  readonly line: number;
  readonly body: readonly string[];
}

/**
 * The TypeScript and shell snippets of a Markdown text, without those marked `no-run`. What a snippet prints is a
 * `text` fence right below it, or the comments behind its calls of `console.log`.
 */
export function snippets(name: string, markdown: string): Snippet[] {
  const fences = fencesOf(markdown);
  return fences.flatMap(({ words, line, body }, i): Snippet[] => {
    const [language, ...marks] = words;
    if ((language !== "ts" && language !== "sh") || marks.includes("no-run")) return [];
    const next = fences[i + 1];
    // one blank line between the two fences
    const below = next?.words[0] === "text" && next.line <= line + body.length + 4;
    const comments = language === "ts" ? printed(body) : [];
    const output = below ? next.body : comments.length > 0 ? comments : undefined;
    return [{ language, place: `${name}:${line}`, code: `${body.join("\n")}\n`, output }];
  });
}

/** All fences, whatever their language. */
export function fencesOf(markdown: string): Fence[] {
  const fences: Fence[] = [];
  const lines = markdown.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const opening = /^```(.+)$/.exec(lines[i]);
    if (!opening) continue;
    const end = lines.indexOf("```", i + 1);
    if (end < 0) throw new Error(`the fence in line ${i + 1} is never closed`);
    fences.push({ words: opening[1].split(" "), line: i + 2, body: lines.slice(i + 1, end) });
    i = end;
  }
  return fences;
}

/** What the comments behind `console.log(…);` say, one entry a call; "…" where a call has none. */
function printed(body: readonly string[]): string[] {
  const calls = body.filter((line) => line.includes("console.log("));
  const comments = calls.map((line) => /\);\s*\/\/ (.*)$/.exec(line)?.[1]);
  return comments.some(Boolean) ? comments.map((comment) => comment ?? "…") : [];
}

/** A pattern for the whole output; see {@link Snippet.output}. */
export function outputPattern(lines: readonly string[]): RegExp {
  const parts = lines.map((line) =>
    line.trim() === "…"
      ? "(?:.*\\n)*?"
      : `${line.trimEnd().split("…").map(escaped).join(".*")}[^\\S\\n]*\\n`,
  );
  return new RegExp(`^${parts.join("")}$`);
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
