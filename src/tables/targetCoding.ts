/** The target as its family takes it: numbers, 0 and 1, or codes of classes. */
import { DomainError } from "../errors.ts";
import type { FamilyName } from "../statistics/results.ts";
import { SelectionError } from "./errors.ts";
import { guessFamily } from "./family.ts";
import { grouped, levelOrder, listed, requireNoMixture, requireRepetition } from "./levels.ts";
import type { Role } from "./roles.ts";
import type { Scan } from "./scan.ts";

export interface TargetCoding {
  readonly family: FamilyName;
  /** why this family, where nobody named one */
  readonly guess?: string;
  /** names of the classes in the order of their codes */
  readonly classes?: readonly string[];
  /** rows of each class */
  readonly classRows?: readonly number[];
  /** From what the spool holds to what the likelihood takes; absent where that is the same. */
  readonly recode?: (value: number) => number;
}

/**
 * Decides on the family and the codes of its classes: in their order, but the base (if one is chosen) first.
 * Throws `DomainError` for a constant target or one that the family does not have, {@link SelectionError} for a base
 * that is no class.
 */
export function codeTarget(
  role: Role,
  { target, targetLevels }: Pick<Scan, "target" | "targetLevels">,
  asked: FamilyName | undefined,
  base: string | undefined,
): TargetCoding {
  const { name } = role.column;
  const quoted = JSON.stringify(name);
  if (target.distinct < 2) {
    const value = targetLevels
      ? JSON.stringify(targetLevels.names[targetLevels.counts.findIndex((count) => count > 0)])
      : target.minimum;
    throw new DomainError(`the target ${quoted} is constant: it is ${value} in every row`);
  }
  if (targetLevels) {
    if (role.column.kind === "text" && !role.asked) requireNoMixture(name, targetLevels);
    requireRepetition(name, targetLevels, "it is no target for classes");
  }
  const guess = asked ? undefined : guessFamily(target);
  const family = asked ?? guess!.family;
  const shared = { family, ...(guess && { guess: guess.reason }) };
  if (targetLevels) {
    const order = levelOrder(targetLevels.names).filter((code) => targetLevels.counts[code] > 0);
    first(
      order,
      base === undefined ? 0 : order.findIndex((c) => targetLevels.names[c] === base),
      () => {
        throw unknownBase(
          base,
          quoted,
          order.map((code) => targetLevels.names[code]),
        );
      },
    );
    const codes = new Float64Array(targetLevels.names.length);
    for (const [k, code] of order.entries()) codes[code] = k;
    return {
      ...shared,
      classes: order.map((code) => targetLevels.names[code]),
      classRows: order.map((code) => targetLevels.counts[code]),
      recode: (code) => codes[code],
    };
  }
  if (family !== "bernoulli") {
    if (base !== undefined)
      throw new SelectionError(`the target ${quoted} has numbers, not levels`);
    return shared;
  }
  // two integers
  const { minimum, maximum } = target;
  const values = [minimum, maximum];
  first(values, base === undefined ? 0 : values.findIndex((value) => `${value}` === base), () => {
    throw unknownBase(base, quoted, values.map(String));
  });
  return {
    ...shared,
    classes: values.map(String),
    ...((values[0] !== 0 || values[1] !== 1) && {
      recode: (value: number) => (value === values[1] ? 1 : 0),
    }),
  };
}

/** Moves an entry to the front. */
function first(entries: number[], index: number, unknown: () => never): void {
  if (index < 0) unknown();
  entries.unshift(...entries.splice(index, 1));
}

function unknownBase(
  base: string | undefined,
  target: string,
  names: readonly string[],
): SelectionError {
  return new SelectionError(
    `${JSON.stringify(base)} is no level of the target ${target}, so it cannot be its base (levels: ${listed(names, 12)})`,
  );
}

/** Bytes that the matrices of one fit may take together, and how many there are at once. */
const BUDGET = 2 ** 30;
const MATRICES = 4;

/** Throws `DomainError` with the size of the matrices where the parameters are too many to hold them. */
export function requireRoom(target: string, columns: number, classes: number | undefined): void {
  const parameters = columns * Math.max(1, (classes ?? 2) - 1);
  const bytes = 8 * parameters ** 2;
  if (MATRICES * bytes <= BUDGET) return;
  const size = `${(bytes / 1e9).toPrecision(3)} GB`;
  const cause =
    classes !== undefined && classes > 2
      ? `the target ${JSON.stringify(target)} has ${grouped(classes)} levels, and with ${grouped(columns)} design columns that is`
      : "the design columns are";
  throw new DomainError(
    `${cause} ${grouped(parameters)} parameters: every matrix of them takes ${size}, and ${MATRICES} are held at once ` +
      `(limit ${(BUDGET / 2 ** 30).toFixed(0)} GiB). Take fewer columns, or group rare levels`,
  );
}
