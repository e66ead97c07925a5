/** Names that come from outside, made fit to be shown: columns and levels may be called anything. */
import { measure } from "./words.ts";

/** Control characters, halves of surrogate pairs, what turns the direction of writing, and what XML forbids. */
const invisible = /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\ufeff\ufffe\uffff]/gu;

/** A name in one line in which nothing is hidden: `\u{202e}` for what cannot be seen, quotes around blanks. */
export function visible(name: string): string {
  const text = name.replace(invisible, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`);
  return text.trim() === text && text !== "" ? text : `“${text}”`;
}

/** The name, at most `width` em wide: its middle is left out, as names that are alike differ at their ends. */
export function shortened(name: string, width: number): string {
  const text = visible(name.length > 4000 ? `${name.slice(0, 2000)}${name.slice(-2000)}` : name);
  if (measure(text) <= width) return text;
  const letters = [...text];
  const half = (width - measure("…")) / 2;
  const head = fitting(letters, half);
  const tail = fitting(letters.reverse(), half).reverse();
  return `${head.join("")}…${tail.join("")}`;
}

function fitting(letters: readonly string[], width: number): string[] {
  const kept: string[] = [];
  let used = 0;
  for (const c of letters) {
    used += measure(c);
    if (used > width) break;
    kept.push(c);
  }
  return kept;
}
