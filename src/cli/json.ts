/** JSON for files that people open: an object's members a line each, arrays of plain values on one. */

/**
 * The text of a value. Rows of a matrix and points of a path stay on one line each, so that the files are a
 * third of what `JSON.stringify(value, null, 2)` makes of them.
 */
export function jsonText(value: unknown): string {
  return `${text(value, "\n")}\n`;
}

function text(value: unknown, newline: string): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${newline}  `;
  if (Array.isArray(value)) {
    const nested = value.some((entry) => typeof entry === "object" && entry !== null);
    if (!nested) return JSON.stringify(value);
    return `[${inner}${value.map((entry) => text(entry, inner)).join(`,${inner}`)}${newline}]`;
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `${JSON.stringify(name)}: ${text(member, inner)}`);
  return members.length === 0 ? "{}" : `{${inner}${members.join(`,${inner}`)}${newline}}`;
}
