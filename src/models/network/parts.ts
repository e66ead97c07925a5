/** What a network is asked to be made of: without TypeScript it may be anything. */
import { DomainError } from "../../errors.ts";
import { brief } from "./brief.ts";
import type { Part } from "./residual.ts";

/**
 * Throws {@link DomainError} unless `parts` are layers and residual blocks, naming the first that is not: `relu` in
 * place of `relu()`, say.
 */
export function requireParts(parts: readonly Part[]): void {
  requireList(parts, "a network's layers are", "");
}

function requireList(parts: unknown, what: string, prefix: string): void {
  if (!Array.isArray(parts)) {
    throw new DomainError(`${what} ${brief(parts)}, expected a list of layers`);
  }
  // by index: a hole in the list is found too
  for (let i = 0; i < parts.length; i++) requirePart(parts[i], `${prefix}${i}`);
}

function requirePart(part: unknown, name: string): void {
  const { kind, body, shortcut, parameters, outputShape, forward } = Object(part);
  if (kind === "residual") {
    requireList(body, `the layers of block ${name} are`, `${name}.`);
    requireList(shortcut, `the layers around block ${name} are`, `${name}.shortcut.`);
    return;
  }
  const functions = typeof outputShape === "function" && typeof forward === "function";
  if (typeof kind === "string" && Array.isArray(parameters) && functions) return;
  const hint = typeof part === "function" ? `; ${part.name || "it"}() makes one` : "";
  throw new DomainError(`layer ${name} is ${brief(part)}, expected a layer${hint}`);
}
