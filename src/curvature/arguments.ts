/** What callers without TypeScript hand in where a value is expected: a name, or a function that they did not call. */
import { DomainError } from "../errors.ts";
import { brief } from "../models/network/brief.ts";

/** Throws {@link DomainError} unless `value` has this method; `expected` is what has it, e.g. "a kind, e.g. fisher()". */
export function requireMethod(
  value: unknown,
  method: string,
  what: string,
  expected: string,
): void {
  if (typeof Reflect.get(Object(value), method) === "function") return;
  const hint = typeof value === "function" && value.name ? `; ${value.name}() makes one` : "";
  throw new DomainError(`${what} is ${brief(value)}, expected ${expected}${hint}`);
}
