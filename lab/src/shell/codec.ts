/** State as text for the address: each field has a short key, and is left out where it has its initial value. */

export interface Field<T> {
  readonly key: string;
  readonly initial: T;
  write(value: T): string;
  /** undefined where the text is none of its values */
  read(text: string): T | undefined;
}

export type Codec<T> = { readonly [K in keyof T]: Field<T[K]> };

/** The state that the parameters describe; a field that is missing or not understood has its initial value. */
export function readState<T extends object>(
  codec: Codec<T>,
  params: ReadonlyMap<string, string>,
): T {
  const entries = Object.entries(codec) as [keyof T, Field<T[keyof T]>][];
  return Object.fromEntries(
    entries.map(([name, field]) => {
      const text = params.get(field.key);
      return [name, (text === undefined ? undefined : field.read(text)) ?? field.initial];
    }),
  ) as T;
}

/** The parameters that describe the state. */
export function writeState<T extends object>(codec: Codec<T>, state: T): Map<string, string> {
  const params = new Map<string, string>();
  const entries = Object.entries(codec) as [keyof T, Field<T[keyof T]>][];
  for (const [name, field] of entries) {
    const text = field.write(state[name]);
    if (text !== field.write(field.initial)) params.set(field.key, text);
  }
  return params;
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** A number within a range, with at most `digits` significant digits in the address (default: all). */
export function real(
  key: string,
  initial: number,
  { min, max, digits }: Range & { readonly digits?: number },
): Field<number> {
  return {
    key,
    initial,
    write: (value) => short(value, digits),
    read: (text) => within(Number(text), { min, max }),
  };
}

export function whole(key: string, initial: number, range: Range): Field<number> {
  return {
    key,
    initial,
    write: (value) => `${value}`,
    read: (text) => (Number.isInteger(Number(text)) ? within(Number(text), range) : undefined),
  };
}

export function choice<T extends string>(key: string, initial: T, all: readonly T[]): Field<T> {
  return {
    key,
    initial,
    write: (value) => value,
    read: (text) => all.find((value) => value === text),
  };
}

/** A field that may be absent: empty text is null. */
export function optional<T>(field: Field<T>): Field<T | null> {
  return {
    key: field.key,
    initial: null,
    write: (value) => (value === null ? "" : field.write(value)),
    read: (text) => (text === "" ? null : field.read(text)),
  };
}

/** Lists of numbers: items are parted by `;`, their numbers by `,`. */
export function tuples(
  key: string,
  initial: readonly (readonly number[])[],
  { length, digits = 5 }: { readonly length: number; readonly digits?: number },
): Field<readonly (readonly number[])[]> {
  return {
    key,
    initial,
    write: (items) => items.map((item) => item.map((v) => short(v, digits)).join(",")).join(";"),
    read(text) {
      const items = text.split(";").map((item) => item.split(",").map(Number));
      const good = items.every((item) => item.length === length && item.every(Number.isFinite));
      return good ? items : undefined;
    },
  };
}

/** Many numbers in single precision, as base64 with the letters of addresses. */
export function singles(key: string): Field<Float64Array | null> {
  return {
    key,
    initial: null,
    write: (values) => (values === null ? "" : encodeSingles(values)),
    read: (text) => decodeSingles(text),
  };
}

/** Base64url of the numbers as little-endian float32. */
export function encodeSingles(values: ArrayLike<number>): string {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  for (let k = 0; k < values.length; k++) view.setFloat32(4 * k, values[k], true);
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** undefined where the text is not that, or a number is not finite. */
export function decodeSingles(text: string): Float64Array | undefined {
  let binary: string;
  try {
    binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return undefined;
  }
  if (binary.length === 0 || binary.length % 4 !== 0) return undefined;
  const view = new DataView(Uint8Array.from(binary, (c) => c.charCodeAt(0)).buffer);
  const values = Float64Array.from({ length: binary.length / 4 }, (_, k) =>
    view.getFloat32(4 * k, true),
  );
  return values.every(Number.isFinite) ? values : undefined;
}

function within(value: number, { min, max }: Range): number | undefined {
  return value >= min && value <= max ? value : undefined;
}

function short(value: number, digits = 15): string {
  return `${Number(value.toPrecision(digits))}`;
}
