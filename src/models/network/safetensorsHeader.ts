/** The header of a safetensors file: everything in it is checked before a tensor is touched. */
import { FormatError } from "../../errors.ts";
import { brief } from "./brief.ts";
import type { Shape } from "./layer.ts";
import { bytesPerElement, isTensorType, type TensorType, tensorTypes } from "./safetensorsTypes.ts";
import { shapeText, sizeOf } from "./shape.ts";

/** What the header says of a tensor. */
export interface HeaderEntry {
  readonly type: TensorType;
  readonly shape: Shape;
  /** of its first byte, counted from the end of the header */
  readonly start: number;
  readonly end: number;
}

export interface Header {
  readonly entries: ReadonlyMap<string, HeaderEntry>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Reads the header of a file with `total` bytes of tensors. Throws {@link FormatError}. */
export function readHeader(text: string, total: number): Header {
  const header = parse(text);
  const entries = new Map<string, HeaderEntry>();
  let metadata: ReadonlyMap<string, string> = new Map();
  for (const [name, value] of Object.entries(header)) {
    if (name === "__metadata__") metadata = textsOf(value);
    else entries.set(name, entryOf(name, value));
  }
  requireTiles(entries, total);
  return { entries, metadata };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw new FormatError(`safetensors: the header is no JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
  if (!(isRecord(header) && text.startsWith("{"))) {
    throw new FormatError(
      `safetensors: found a header that starts with ${JSON.stringify(text.slice(0, 10))}, expected "{"`,
    );
  }
  const name = repeatedName(text);
  if (name !== undefined) {
    throw new FormatError(`safetensors: the header has the name ${JSON.stringify(name)} twice`);
  }
  return header;
}

/**
 * A name that some object of a valid JSON text has twice, of which `JSON.parse` keeps the last without a word; undefined
 * if there is none.
 */
function repeatedName(text: string): string | undefined {
  // the names so far of each open object, undefined for an array
  const open: (Set<string> | undefined)[] = [];
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === "{") open.push(new Set());
    else if (character === "[") open.push(undefined);
    else if (character === "}" || character === "]") open.pop();
    else if (character === '"') {
      const start = i++;
      while (text[i] !== '"') i += text[i] === "\\" ? 2 : 1;
      const names = open.at(-1);
      if (!names || nextCharacter(text, i + 1) !== ":") continue;
      const name = JSON.parse(text.slice(start, i + 1)) as string;
      if (names.has(name)) return name;
      names.add(name);
    }
  }
  return undefined;
}

/** The first from `start` on that is no white space of JSON. */
function nextCharacter(text: string, start: number): string | undefined {
  let i = start;
  while (" \t\n\r".includes(text[i])) i++;
  return text[i];
}

function textsOf(value: unknown): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  if (!isRecord(value)) {
    throw new FormatError(
      `safetensors: __metadata__ is ${brief(value)}, expected an object of texts`,
    );
  }
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string") {
      throw new FormatError(
        `safetensors: __metadata__ ${JSON.stringify(key)} is ${brief(text)}, expected a text`,
      );
    }
    texts.set(key, text);
  }
  return texts;
}

function entryOf(name: string, value: unknown): HeaderEntry {
  const fail = (found: string, expected: string): FormatError =>
    new FormatError(`safetensors: tensor ${JSON.stringify(name)} ${found}, expected ${expected}`);
  if (!isRecord(value)) throw fail(`is ${brief(value)}`, "an object");
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isTensorType(dtype)) {
    throw fail(`is of type ${brief(dtype)}`, `one of ${tensorTypes.join(", ")}`);
  }
  if (!isSizes(shape)) throw fail(`has the shape ${brief(shape)}`, "integers from 0 to 2⁵³");
  if (!(isSizes(offsets) && offsets.length === 2)) {
    throw fail(`has the offsets ${brief(offsets)}`, "two integers from 0 to 2⁵³");
  }
  const [start, end] = offsets;
  const bytes = sizeOf(shape) * bytesPerElement(dtype);
  if (end - start !== bytes) {
    const expected = `${bytes} for ${dtype} ${shapeText(shape)}`;
    throw fail(`has ${end - start} bytes (from ${start} to ${end})`, expected);
  }
  return { type: dtype, shape, start, end };
}

/** Throws {@link FormatError} unless the tensors follow each other from the first byte to the last. */
function requireTiles(entries: ReadonlyMap<string, HeaderEntry>, total: number): void {
  const sorted = [...entries].sort(([, a], [, b]) => a.start - b.start || a.end - b.end);
  let expected = 0;
  for (const [name, { start, end }] of sorted) {
    if (start !== expected) {
      const problem = start < expected ? "overlaps the one before it" : "leaves a hole before it";
      throw new FormatError(
        `safetensors: tensor ${JSON.stringify(name)} ${problem}: found its first byte at ${start}, expected ${expected}`,
      );
    }
    expected = end;
  }
  if (expected !== total) {
    const problem = expected > total ? "is it truncated?" : "nothing may follow the last tensor";
    throw new FormatError(
      `safetensors: found ${total} bytes of tensors, expected ${expected}; ${problem}`,
    );
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
