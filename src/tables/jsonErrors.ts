/** What is wrong with JSON, and where: the engine's line numbers leave out blank lines, and begin with 2. */
import { FormatError } from "../errors.ts";
import { contents } from "./contents.ts";

/** Longer texts are not looked through for the place in an array. */
const LONGEST = 2 ** 28;
/** Characters of a line that a message shows. */
const SHOWN = 60;

/** The engine's error in words of the file; others as they are. */
export async function explainedJson(path: string, error: unknown): Promise<unknown> {
  const cause = error instanceof FormatError ? error.cause : undefined;
  const text = cause instanceof Error ? cause.message : "";
  if (!/Malformed JSON/.test(text)) return error;
  // only lines of their own are read line by line
  const place = / in line \d/.test(text) ? await badLine(path) : await badPlace(path);
  return new FormatError(place ?? "the file is malformed JSON", { cause });
}

/** Throws {@link FormatError} for an array without its end: the engine takes what there is. */
export async function requireArrayEnd(path: string): Promise<void> {
  let first = "";
  let last = "";
  for await (const bytes of contents(path)) {
    const text = bytes.toString("latin1").trim();
    if (text === "") continue;
    first ||= text.replace(/^\xef\xbb\xbf\s*/, "")[0] ?? "";
    if (first !== "[") return;
    last = text[text.length - 1];
  }
  if (first === "[" && last !== "]") {
    throw new FormatError('the JSON array is cut short: there is no "]" at its end');
  }
}

async function badLine(path: string): Promise<string | undefined> {
  let line = 0;
  for await (const text of lines(path)) {
    line++;
    if (text.trim() !== "" && !isJson(text)) return malformed(line, text);
  }
  return undefined;
}

/** The place in an array; of what starts like no JSON the first line. */
async function badPlace(path: string): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const bytes of contents(path)) {
    size += bytes.length;
    if (size > LONGEST) return undefined;
    pieces.push(bytes);
  }
  const text = Buffer.concat(pieces)
    .toString("utf8")
    .replace(/^\uFEFF/, "");
  const start = text.trimStart()[0];
  // objects that take several lines each have no place that could be told
  if (start !== "[") return start === "{" ? undefined : badLine(path);
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const [, position] = /at position (\d+)/.exec((error as Error).message) ?? [];
    const before = text.slice(0, position === undefined ? text.length : Number(position));
    const line = before.split("\n").length;
    return malformed(line, text.split("\n")[line - 1]);
  }
}

function malformed(line: number, text: string): string {
  const found = text.trim();
  const shown = found.length > SHOWN ? `${found.slice(0, SHOWN)}…` : found;
  return `line ${line} is malformed JSON: ${shown}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The lines of a file in UTF-8, without a byte order mark. */
async function* lines(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of contents(path)) {
    const found = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = found.pop()!;
    yield* found;
  }
  yield rest;
}
