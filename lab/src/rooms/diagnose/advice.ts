/** What a message of the library advises, as something that can be pressed. */
import type { DiagnoseControls } from "./controls.svelte.ts";
import { featuresOf, type Look } from "./options.ts";

export interface Remedy {
  readonly label: string;
  apply(): void;
}

/** a name as messages quote it */
const NAME = '("(?:[^"\\\\]|\\\\.)*")';

/** The options of the command line that a message names, where the room has them too. */
export function remedies(
  message: string,
  controls: DiagnoseControls,
  look: Look | undefined,
): Remedy[] {
  const found: Remedy[] = [];
  const add = (label: string, apply: () => void): void => {
    found.push({ label, apply });
  };
  const all = (pattern: string): string[] =>
    [...message.matchAll(new RegExp(pattern.replace("NAME", NAME), "g"))].map(([, text]) =>
      JSON.parse(text),
    );
  if (message.includes("--missing drop")) {
    add("Leave those rows out", () => {
      controls.missing = "drop";
    });
  }
  const spare = [
    ...all("--exclude NAME"),
    ...all("(?:Leave out|and) NAME(?=[^.]*\\(--exclude\\))"),
  ];
  for (const name of look ? new Set(spare) : []) {
    add(`Leave out “${name}”`, () => {
      if (look && featuresOf(controls, look).includes(name)) controls.toggleFeature(name, look);
    });
  }
  for (const text of all("--null NAME")) {
    add(`“${text}” means missing`, () => {
      controls.nulls = [...controls.nulls, text];
      controls.missing = "drop";
    });
  }
  const [labelled] = message.includes("--categorical") ? all("column NAME") : [];
  if (labelled !== undefined && !controls.categorical.includes(labelled)) {
    add(`“${labelled}” has labels`, () => controls.toggleLabels(labelled));
  }
  const decimal = /--decimal (\S)/.exec(message)?.[1];
  const thousands = /--thousands (?:"(.)"|"'"|(\S))/.exec(message);
  if (decimal || thousands) {
    const separator = thousands ? (thousands[1] ?? thousands[2] ?? "'") : undefined;
    const shown = [
      ...(decimal ? [`decimal ${decimal}`] : []),
      ...(separator ? [`thousands ${separator === " " ? "blank" : separator}`] : []),
    ];
    add(`Read with ${shown.join(" and ")}`, () => {
      if (decimal) controls.decimal = decimal;
      if (separator) controls.thousands = separator;
    });
  }
  for (const encoding of ["latin-1", "utf-16"]) {
    if (message.includes(`--encoding ${encoding}`)) {
      add(`Read as ${encoding}`, () => {
        controls.encoding = encoding;
      });
    }
  }
  if (message.includes("(--ridge")) {
    add("With a ridge of 1", () => {
      controls.ridge = 1;
    });
  }
  return found;
}
