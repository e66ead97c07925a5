/** Values as messages show them. */

const LONGEST = 60;

/** A value of any kind in a few words: as JSON if it has some, cut where it is long. */
export function brief(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "function") return `the function ${value.name || "without a name"}`;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    return `of type ${value.constructor.name}`;
  }
  const text = jsonText(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** As `JSON.stringify`, but a text for every value. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // nested so deeply that the stack does not suffice, in a ring, or a bigint
    return `of type ${typeof value}, which JSON cannot say`;
  }
}
