/** Text on a sheet, and how wide it is. */
import { append, type Sheet } from "./sheet.ts";
import { sizes } from "./style.ts";

export interface TextOptions {
  /** px of the design, default that of a label */
  readonly size?: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly italic?: boolean;
  readonly bold?: boolean;
  /** degrees, clockwise */
  readonly rotate?: number;
  readonly color?: string;
}

/** Writes one line whose baseline is at (x, y) px of the sheet. */
export function write(
  target: Sheet,
  parent: Element,
  text: string,
  x: number,
  y: number,
  options: TextOptions = {},
): void {
  const { size = sizes.label, anchor = "middle", italic, bold, rotate, color } = options;
  append(
    parent,
    "text",
    {
      x,
      y,
      "text-anchor": anchor,
      "font-size": size * target.unit,
      ...(italic && { "font-style": "italic" }),
      ...(bold && { "font-weight": 700 }),
      ...(rotate && { transform: `rotate(${rotate},${x},${y})` }),
      ...(color && { fill: color }),
    },
    text,
  );
}

/** Widths in em of the characters that are far from the average of 0.5 em. */
const widths: readonly (readonly [RegExp, number])[] = [
  [/\p{Mark}/u, 0],
  [/[ᄀ-ᅟ⺀-鿿ꀀ-꓏가-힣豈-﫿︰-﹏！-｠]|\p{Emoji_Presentation}/u, 1],
  [/[⁰¹²³⁴-⁹⁻]/u, 0.4],
  [/[×−+=]/u, 0.66],
  [/[ijltfI.,:;'|!()[\]]/u, 0.31],
  [/[mwMW@%—]/u, 0.86],
  [/[A-HJ-LN-VX-Z]/u, 0.69],
  [/\s/u, 0.26],
];

/** The width of a line of text in em, estimated: a document need not be able to measure text. */
export function measure(text: string): number {
  let width = 0;
  for (const c of text) width += widths.find(([pattern]) => pattern.test(c))?.[1] ?? 0.5;
  return width;
}

/**
 * Breaks text into lines of at most `width` em, as few as needed and about equally long; inside a
 * word only where the word alone is too long.
 */
export function wrap(text: string, width: number): string[] {
  const lines = fill(text, width);
  let narrower = lines;
  // a word that fits stays whole
  const widest = Math.max(
    ...text
      .split(/\s+/u)
      .map(measure)
      .filter((word) => word <= width),
  );
  for (let w = width - 1; w > width / 2 && w >= widest; w--) {
    const candidate = fill(text, w);
    if (candidate.length > lines.length) break;
    narrower = candidate;
  }
  return narrower;
}

/** Breaks text into lines of at most `width` em, each as full as it can be. */
function fill(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  const push = (piece: string): void => {
    const joined = line === "" ? piece : `${line} ${piece}`;
    if (measure(joined) <= width) {
      line = joined;
      return;
    }
    if (line !== "") lines.push(line);
    line = "";
    for (const c of piece) {
      if (line !== "" && measure(line + c) > width) {
        lines.push(line);
        line = "";
      }
      line += c;
    }
  };
  for (const word of text.split(/\s+/u)) if (word !== "") push(word);
  if (line !== "") lines.push(line);
  return lines;
}
