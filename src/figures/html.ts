/** HTML as text that is safe by construction: whatever is put into a template is escaped, unless it is HTML. */
import { escapeText } from "./serialize.ts";

/** A piece of finished HTML. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What a template takes: text and numbers are escaped, pieces of HTML and lists of them are not. */
export type Content = string | number | Html | readonly Content[];

function textOf(content: Content): string {
  if (content instanceof Html) return content.text;
  if (typeof content === "string" || typeof content === "number") return escapeText(`${content}`);
  return content.map(textOf).join("");
}

/**
 * A template of HTML.
 *
 * ```ts
 * html`<p>${"<b>"}</p>`.text // "<p>&lt;b&gt;</p>"
 * ```
 */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(
    strings.map((s, i) => s + (i < contents.length ? textOf(contents[i]!) : "")).join(""),
  );
}

/** Marks text as finished HTML. For what this library wrote itself: drawings and style sheets. */
export function trusted(text: string): Html {
  return new Html(text);
}
