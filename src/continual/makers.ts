/** By which method and rule a state was made: another one would go on from it to something that neither is. */
import { DomainError } from "../errors.ts";
import type { Method } from "./methods.ts";
import type { UpdateRule } from "./updates.ts";

/** Method and rule of a state, each its name and its options. */
export interface Makers {
  readonly method: string;
  readonly rule: string;
}

/**
 * The {@link Makers} of a run that goes on from what `found` made. Throws {@link DomainError} where it is not of the same
 * method and rule with the same options.
 */
export function makersOf(
  method: Pick<Method, "name" | "options">,
  rule: UpdateRule,
  found: Makers | undefined,
): Makers {
  const makers: Makers = { method: described(method), rule: described(rule) };
  for (const part of ["method", "rule"] as const) {
    if (found && found[part] !== makers[part]) {
      throw new DomainError(
        `the state is of another ${part}: found ${found[part]}, expected ${makers[part]}`,
      );
    }
  }
  return makers;
}

function described({ name, options }: Pick<Method | UpdateRule, "name" | "options">): string {
  return `${name} ${JSON.stringify(options)}`;
}
