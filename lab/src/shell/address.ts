/** The address of a view: `#room?key=value&…`. */

export interface Address {
  /** empty where the address names none */
  readonly room: string;
  readonly params: ReadonlyMap<string, string>;
}

export function readAddress(hash: string): Address {
  const [room = "", query = ""] = hash.replace(/^#/, "").split("?", 2);
  const params = new Map<string, string>();
  for (const pair of query.split("&")) {
    const at = pair.indexOf("=");
    if (at > 0) params.set(decode(pair.slice(0, at)), decode(pair.slice(at + 1)));
  }
  return { room, params };
}

export function writeAddress({ room, params }: Address): string {
  const query = [...params].map(([key, value]) => `${key}=${encode(value)}`).join("&");
  return query === "" ? `#${room}` : `#${room}?${query}`;
}

/** Readable: only what would be misread is escaped. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/%(2C|3B|3A|2A|2F)/g, decodeURIComponent);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
