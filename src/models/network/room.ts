/** What a network may take before memory is taken: hostile or mistaken sizes are refused by name. */
import { ShapeError } from "../../errors.ts";
import { MEMORY_LIMIT } from "../../linalg/shapes.ts";

/** Throws {@link ShapeError} unless `count` numbers fit into 2 GiB in float64, in which parameters are drawn. */
export function requireRoom(count: number, what: string): void {
  const bytes = count * Float64Array.BYTES_PER_ELEMENT;
  if (bytes <= MEMORY_LIMIT) return;
  throw new ShapeError(
    `${what}: found ${count} numbers, which take ${gibibytes(bytes)} in float64, expected at most ${gibibytes(MEMORY_LIMIT)}`,
  );
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toPrecision(3)} GiB`;
}
