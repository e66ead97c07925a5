/** What a column of a text file is, by what its first values are. */
import type { Disguise } from "./disguises.ts";
import type { RelationColumn } from "./relation.ts";

/** Rows from which the kinds of the columns are taken; later ones must agree. */
export const SAMPLE = 50_000;
/** Dates as people write them, besides those of ISO 8601. */
export const DATE = "\\d{1,2}[./-]\\d{1,2}[./-]\\d{4}.*";

/** How numbers are written. */
export interface NumberFormat {
  readonly decimal: string;
  readonly thousands: string | undefined;
}

/** What was seen in the first {@link SAMPLE} rows of a column. */
export interface ColumnTally {
  /** values that are not missing, and those of them that are numbers, or dates */
  readonly values: number;
  readonly numbers: number;
  readonly dates: number;
  /** the least value that is no number */
  readonly odd: string;
  /** what all values that are no numbers look like */
  readonly disguise: Disguise | undefined;
}

/** A column is numbers if all values are, dates if all are dates, text otherwise. `place` counts from 0. */
export function columnOf(
  name: string,
  place: number,
  { values, numbers, dates, odd, disguise }: ColumnTally,
): RelationColumn {
  const base = {
    name: name || `column ${place + 1}`,
    id: `c${place}`,
    ...(name === "" && { unnamed: true }),
  };
  if (numbers === values) return { ...base, type: "NUMBER", kind: "number" };
  if (dates === values) return { ...base, type: "DATE", kind: "date" };
  const shown = JSON.stringify(odd);
  const doubt = disguise ? disguise.advice(shown) : doubtOf(values, numbers, shown);
  return { ...base, type: "VARCHAR", kind: "text", ...(doubt && { doubt }) };
}

function doubtOf(values: number, numbers: number, odd: string): string | undefined {
  if (2 * numbers < values) return undefined;
  return (
    `${numbers} of its first ${values} values are numbers, but not ${odd}; if that means missing, say --null ${odd}, ` +
    "and if the numbers are names, --categorical"
  );
}
