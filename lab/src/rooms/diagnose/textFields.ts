/** Fields of the state that are texts: names of columns may hold anything. */
import { splitRecord } from "../../../../src/tables/records.ts";
import type { Field } from "../../shell/codec.ts";

export function text(key: string): Field<string | null> {
  return { key, initial: null, write: (value) => value ?? "", read: (found) => found || null };
}

export function flag(key: string, initial: boolean): Field<boolean> {
  return {
    key,
    initial,
    write: (value) => (value ? "1" : "0"),
    read: (found) => (found === "1" ? true : found === "0" ? false : undefined),
  };
}

/** Names, between commas as the command line takes them; null is what nobody has chosen, and "-" none of them. */
export function list<T extends readonly string[] | null>(
  key: string,
  initial: T,
): Field<T | readonly string[]> {
  return {
    key,
    initial,
    write: (value) => (value === null ? "" : value.length === 0 ? "-" : listed(value)),
    read: (found) =>
      found === "-" ? [] : found === "" ? undefined : (splitRecord(found, ",") ?? undefined),
  };
}

/** Names between commas; those that need them have quotes. */
export function listed(names: readonly string[]): string {
  return names.map(quoted).join(",");
}

/** A name as `splitRecord` reads it. */
export function quoted(name: string): string {
  return name === "-" || name === "" || /[",\n\r]|^\s|\s$/.test(name)
    ? `"${name.replaceAll('"', '""')}"`
    : name;
}
