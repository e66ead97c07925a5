/** Values of options: what is not one of the expected is a {@link UsageError} that says what is. */
import { nearest } from "../datasets/nearest.ts";
import { splitRecord } from "../tables/records.ts";
import { UsageError } from "./context.ts";

/** One of a few words. */
export function choice<T extends string>(option: string, text: string, known: readonly T[]): T {
  const found = known.find((name) => name === text);
  if (found !== undefined) return found;
  const meant = nearest(text, known);
  const list = known.join(", ");
  throw new UsageError(
    `${option} is ${JSON.stringify(text)}, expected one of ${list}${meant ? `; did you mean ${meant}?` : ""}`,
  );
}

/** A finite number. */
export function number(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new UsageError(`${option} is ${JSON.stringify(text)}, expected a number`);
}

/** A whole number. */
export function count(
  option: string,
  text: string | undefined,
  least: number,
  most: number,
): number | undefined {
  const value = number(option, text);
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most))
    return value;
  throw new UsageError(`${option} is ${text}, expected a whole number from ${least} to ${most}`);
}

/** One character of ASCII. */
export function character(option: string, text: string): string {
  if ([...text].length === 1 && text.charCodeAt(0) < 128 && !/[\w"\r\n]/.test(text)) return text;
  throw new UsageError(
    `${option} is ${JSON.stringify(text)}, expected one character that is neither letter, digit nor quote`,
  );
}

/** Names between commas; one that has a comma itself is put in double quotes. */
export function names(option: string, texts: readonly string[]): string[] {
  return texts.flatMap((text) => {
    if (text.trim() === "") return [];
    const values = splitRecord(text, ",");
    if (values?.every((value) => value !== "")) return values;
    throw new UsageError(`${option} is ${JSON.stringify(text)}, expected names between commas`);
  });
}
