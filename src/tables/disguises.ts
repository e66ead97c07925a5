/** Numbers that are not written as numbers: with separators, decimal commas, signs of money or percent. */
import type { NumberFormat } from "./columnKinds.ts";

export interface Disguise {
  /** a regular expression that the whole value matches */
  readonly pattern: string;
  /** what the values are, given one of them in quotes, and what to do */
  advice(example: string): string;
}

const separators: readonly string[] = [",", ".", "'", " "];
const money = "[$€£¥]";

/** What all of {@link disguises} match: few texts are looked at more closely. */
export const NUMBERISH = "[-+$€£¥\\d.,][-+$€£¥%\\d.,'_ eE]*";

/** What a column of text may be a disguise of, where numbers are written in a format; the first that fits counts. */
export function disguises({ decimal, thousands }: NumberFormat): Disguise[] {
  const point = escaped(decimal);
  const grouped = (separator: string): string => `[-+]?\\d{1,3}(${escaped(separator)}\\d{3})+`;
  const separated = separators
    .filter((separator) => separator !== decimal && separator !== thousands)
    .map(
      (separator): Disguise => ({
        pattern: `${grouped(separator)}(${point}\\d+)?`,
        advice: (example) =>
          `its numbers have thousands separators, such as ${example}; read them with --thousands ${typed(separator)}`,
      }),
    );
  const both = separators
    .filter((separator) => separator !== ",")
    .map(
      (separator): Disguise => ({
        // some have both, the others one of them
        pattern: `${grouped(separator)}(,\\d+)?|[-+]?\\d*,\\d+`,
        advice: (example) =>
          `its numbers have decimal commas and thousands separators, such as ${example}; ` +
          `read them with --decimal , --thousands ${typed(separator)}`,
      }),
    );
  const commas: Disguise = {
    pattern: "[-+]?\\d*,\\d+([eE][-+]?\\d+)?",
    advice: (example) =>
      `its numbers have decimal commas, such as ${example}; read them with --decimal ,`,
  };
  const points: Disguise = {
    pattern: "[-+]?\\d*\\.\\d+([eE][-+]?\\d+)?",
    advice: (example) =>
      `its numbers have decimal points, such as ${example}, and not ${JSON.stringify(decimal)}`,
  };
  // groups of any size, as in programs
  const underscored: Disguise = {
    pattern: `[-+]?\\d+(_\\d+)+(${point}\\d+)?`,
    advice: (example) =>
      `its values have underscores between digits, such as ${example}; read them as numbers with --thousands _, or say ` +
      "--categorical if they are names",
  };
  const signed: Disguise = {
    pattern: `[-+]?${money} ?[-+]?[\\d.,' ]*\\d|[-+]?[\\d.,' ]*\\d ?(%|${money})`,
    advice: (example) =>
      `its numbers have signs, such as ${example}; take them off, e.g. with --sql and replace(…), ` +
      "or say --categorical if they are names",
  };
  return [
    ...separated,
    ...(thousands === "_" ? [] : [underscored]),
    ...(decimal === "." ? [commas, ...both] : [points]),
    signed,
  ];
}

function escaped(character: string): string {
  return character.replace(/[.|\\]/, "\\$&");
}

/** A separator as it is typed in a shell. */
function typed(separator: string): string {
  if (separator === " ") return '" "';
  return separator === "'" ? `"'"` : separator;
}
