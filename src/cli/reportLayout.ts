/** Text for terminals: wrapped paragraphs, aligned columns, numbers with as many digits as are of use. */

/** Columns that a report may take. */
export const WIDTH = 80;

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** Columns that a text takes: two for most of East Asia's letters, none for accents that stand by themselves. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const c of text) width += /\p{Mark}/u.test(c) ? 0 : wide.test(c) ? 2 : 1;
  return width;
}

/** A name in one line: line breaks, other control characters and turns of direction are written as escapes. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Control}\p{Bidi_Control}]/gu, (c) => {
    const short = JSON.stringify(c).slice(1, -1);
    return short.startsWith("\\") ? short : `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}

export function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - displayWidth(text))) + text;
}

/** Breaks a text between its words into lines of at most `width` columns; a longer word is cut. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (let word of text.split(/ +/)) {
    if (line !== "" && displayWidth(`${line} ${word}`) > width) {
      lines.push(line);
      line = "";
    }
    while (displayWidth(word) > width) {
      const room = line === "" ? width : width - displayWidth(line) - 1;
      const head = cut(word, room);
      lines.push(line === "" ? head : `${line} ${head}`);
      line = "";
      word = word.slice(head.length);
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  if (line !== "") lines.push(line);
  return lines;
}

function cut(text: string, width: number): string {
  let head = "";
  for (const c of text) {
    if (displayWidth(head + c) > width && head !== "") break;
    head += c;
  }
  return head;
}

/** A label and a text beside it, wrapped with a hanging indent. */
export function entry(label: string, text: string, indent = 11): string[] {
  return wrap(text, WIDTH - indent).map((line, i) =>
    `${padEnd(i === 0 ? label : "", indent)}${line}`.trimEnd(),
  );
}

export interface TextColumn {
  readonly heading: string;
  readonly cells: readonly string[];
  /** what stands above this column and its neighbours of the same group */
  readonly group?: string;
  readonly align?: "left" | "right";
}

/**
 * The lines of a table. The first column holds names: those that are wider than what the others leave of
 * {@link WIDTH} take a line of their own.
 */
export function textTable(columns: readonly TextColumn[], gap = 2): string[] {
  const [names, ...others] = columns;
  const widths = others.map(({ heading, cells }) =>
    Math.max(displayWidth(heading), ...cells.map(displayWidth)),
  );
  const spans = groupSpans(others, widths, gap);
  const rest = widths.reduce((sum, width) => sum + gap + width, 0);
  const room = Math.max(8, WIDTH - rest);
  const first = Math.min(
    room,
    Math.max(displayWidth(names.heading), ...names.cells.map(displayWidth)),
  );
  const row = (texts: readonly string[]): string =>
    texts
      .map((text, j) =>
        others[j].align === "left" ? padEnd(text, widths[j]) : padStart(text, widths[j]),
      )
      .join(" ".repeat(gap));
  const line = (name: string, texts: readonly string[]): string =>
    `${padEnd(name, first)}${" ".repeat(gap)}${row(texts)}`.trimEnd();
  const grouped = spans.some(({ text }) => text !== "")
    ? [`${" ".repeat(first + gap)}${spans.map(centred).join(" ".repeat(gap))}`.trimEnd()]
    : [];
  return [
    ...grouped,
    line(
      names.heading,
      others.map(({ heading }) => heading),
    ),
    ...names.cells.flatMap((name, i) => {
      const texts = others.map(({ cells }) => cells[i]);
      return displayWidth(name) <= first
        ? [line(name, texts)]
        : [...wrap(name, WIDTH), line("", texts)];
    }),
  ];
}

interface Span {
  readonly text: string;
  readonly width: number;
}

/** Neighbours of one group, with the width that they take together; a group's name may widen them. */
function groupSpans(columns: readonly TextColumn[], widths: number[], gap: number): Span[] {
  const spans: Span[] = [];
  for (let j = 0; j < columns.length; ) {
    const text = columns[j].group ?? "";
    let end = j + 1;
    while (text !== "" && end < columns.length && columns[end].group === text) end++;
    const sum = (): number =>
      widths.slice(j, end).reduce((total, width) => total + width, gap * (end - j - 1));
    for (let k = j; sum() < displayWidth(text); k = k + 1 < end ? k + 1 : j) widths[k]++;
    spans.push({ text, width: sum() });
    j = end;
  }
  return spans;
}

function centred({ text, width }: Span): string {
  const left = Math.floor((width - displayWidth(text)) / 2);
  return padEnd(" ".repeat(left) + text, width);
}

/** One number with `digits` significant digits, in powers of ten where it is very large or small. */
export function numberText(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "–" : value > 0 ? "∞" : "-∞";
  if (value === 0) return "0";
  const exponent = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(digits)))));
  if (exponent < -4 || exponent >= Math.max(digits + 2, 7)) {
    return value
      .toExponential(digits - 1)
      .replace(/\.?0*e/, "e")
      .replace("e+", "e");
  }
  return value.toFixed(Math.max(0, digits - 1 - exponent));
}

/** A column of numbers: the same number of decimals for all where their sizes allow it. */
export function numberTexts(values: readonly number[], digits = 4): string[] {
  const exponents = values
    .filter((value) => Number.isFinite(value) && value !== 0)
    .map((value) => Math.floor(Math.log10(Math.abs(Number(value.toPrecision(digits))))));
  const low = Math.min(...exponents);
  const high = Math.max(...exponents);
  const decimals = Math.max(0, digits - 1 - low);
  if (exponents.length === 0 || high - low > 3 || low < -4 || high > 6) {
    return values.map((value) => numberText(value, digits));
  }
  return values.map((value) =>
    Number.isFinite(value) ? value.toFixed(decimals) : numberText(value),
  );
}

/** A p-value as R prints it: two digits, and nothing below what a double can tell from 0 beside 1. */
export function pText(p: number): string {
  if (Number.isNaN(p)) return "–";
  if (p < 2.2e-16) return "<2.2e-16";
  if (p < 1e-4) return p.toExponential(1);
  return p.toPrecision(2);
}

/** A number of rows as people write it. */
export function countText(count: number): string {
  return count.toLocaleString("en-US");
}

/** "1 row", "2 rows". */
export function counted(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? "" : "s"}`;
}
