/** Text tables for people; programs ask for `--json`. */

/** Rows under a heading, columns two blanks apart; numbers stand on the right. */
export function table(
  heading: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const lines = [heading, ...rows];
  const widths = heading.map((_, j) => Math.max(...lines.map((line) => String(line[j]).length)));
  return lines
    .map((line) =>
      line
        .map((cell, j) => {
          const right = rows.length > 0 && rows.every((row) => typeof row[j] === "number");
          return right ? String(cell).padStart(widths[j]) : String(cell).padEnd(widths[j]);
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
