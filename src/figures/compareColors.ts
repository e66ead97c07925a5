/** Entries of matrices as colours, on one signed logarithmic scale, and as pictures. */

/** powers of ten below the largest entry that are told from zero */
export const DECADES = 4;

/** shades of a sign; with white they are the palette */
const SHADES = 127;

type Color = readonly [number, number, number];

const positive: readonly Color[] = [
  [255, 255, 255],
  [205, 222, 240],
  [120, 165, 212],
  [0, 68, 136],
  [0, 22, 48],
];
const negative: readonly Color[] = [
  [255, 255, 255],
  [245, 214, 218],
  [222, 146, 157],
  [187, 60, 82],
  [74, 14, 28],
];

/** The colour at t from 0, white, to 1, the darkest. */
function shade(colors: readonly Color[], t: number): Color {
  const place = Math.min(Math.max(t, 0), 1) * (colors.length - 1);
  const i = Math.min(Math.floor(place), colors.length - 2);
  const mix = (c: 0 | 1 | 2): number =>
    Math.round(colors[i][c] + (place - i) * (colors[i + 1][c] - colors[i][c]));
  return [mix(0), mix(1), mix(2)];
}

/** Entry 127 + k is the k-th shade of a positive number, 127 − k of a negative one. */
const palette: readonly Color[] = Array.from({ length: 2 * SHADES + 1 }, (_, i) =>
  i < SHADES ? shade(negative, (SHADES - i) / SHADES) : shade(positive, (i - SHADES) / SHADES),
);

/** The place in the palette of a value, where `largest` is the darkest. */
export function paletteIndex(value: number, largest: number): number {
  if (!(Math.abs(value) > 0 && largest > 0)) return SHADES;
  const depth = 1 + Math.log10(Math.abs(value) / largest) / DECADES;
  return SHADES + Math.sign(value) * Math.round(SHADES * Math.min(Math.max(depth, 0), 1));
}

/** A picture of palette entries as a data URI: PNG with one byte a pixel, not compressed. The same bytes everywhere. */
export function pictureOf(indices: Uint8Array, width: number, height: number): string {
  const lines = new Uint8Array(height * (width + 1));
  for (let i = 0; i < height; i++) {
    lines.set(indices.subarray(i * width, (i + 1) * width), i * (width + 1) + 1);
  }
  const header = [...big(width), ...big(height), 8, 3, 0, 0, 0];
  const bytes = [
    Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10),
    chunk("IHDR", Uint8Array.from(header)),
    chunk("PLTE", Uint8Array.from(palette.flat())),
    chunk("IDAT", stored(lines)),
    chunk("IEND", new Uint8Array()),
  ];
  let text = "";
  for (const part of bytes) for (const byte of part) text += String.fromCharCode(byte);
  return `data:image/png;base64,${btoa(text)}`;
}

function big(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const body = Uint8Array.from([...name].map((c) => c.charCodeAt(0)));
  const whole = new Uint8Array(data.length + 12);
  whole.set(big(data.length));
  whole.set(body, 4);
  whole.set(data, 8);
  whole.set(big(checksum(whole.subarray(4, 8 + data.length))), 8 + data.length);
  return whole;
}

/** CRC-32 (RFC 1952). */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** A zlib stream (RFC 1950) of blocks that are stored as they are (RFC 1951, section 3.2.4). */
function stored(data: Uint8Array): Uint8Array {
  const most = 65535;
  const parts: number[] = [0x78, 0x01];
  for (let start = 0; start < data.length; start += most) {
    const part = data.subarray(start, start + most);
    const size = part.length;
    const last = start + size === data.length ? 1 : 0;
    parts.push(last, size & 255, size >> 8, ~size & 255, (~size >> 8) & 255, ...part);
  }
  let [a, b] = [1, 0];
  for (const byte of data) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return Uint8Array.from([...parts, ...big(((b << 16) | a) >>> 0)]);
}
