/** What a fit of a table fails with. */
import { DomainError } from "../errors.ts";
import { SeparationError } from "../statistics/errors.ts";
import type { Table } from "../tables/table.ts";

/** The error of a fit; where separation may come from a family that was guessed, it says so. */
export async function fitted<T>(
  { family, guess }: Pick<Table, "family" | "guess">,
  fit: Promise<T>,
): Promise<T> {
  try {
    return await fit;
  } catch (error) {
    if (!(error instanceof SeparationError) || guess === undefined) throw error;
    const reason = `the family ${family} was guessed (${guess}); --family names another`;
    throw new DomainError(`${error.message}. Note that ${reason}`, { cause: error });
  }
}
