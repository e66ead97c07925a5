/** The address, the codec of state, and the files that a reader opens. */
import { describe, expect, it } from "vitest";
import { codec as diagnoseCodec } from "../../lab/src/rooms/diagnose/state.ts";
import { codec as fieldsCodec } from "../../lab/src/rooms/fields/state.ts";
import { codec as memoryCodec } from "../../lab/src/rooms/memory/state.ts";
import { codec as minimumCodec } from "../../lab/src/rooms/minimum/state.ts";
import { codec as raceCodec } from "../../lab/src/rooms/race/state.ts";
import { readAddress, writeAddress } from "../../lab/src/shell/address.ts";
import {
  type Codec,
  decodeSingles,
  encodeSingles,
  readState,
  writeState,
} from "../../lab/src/shell/codec.ts";
import { readOpened } from "../../lab/src/shell/opened.ts";

describe("the address", () => {
  it("is read as it was written, whatever is in it", () => {
    const params = new Map([
      ["starts", "1,2;-3,4.5"],
      ["odd", "a&b=c #%?"],
      ["empty", ""],
    ]);
    const text = writeAddress({ room: "fields", params });
    expect(text).toContain("starts=1,2;-3,4.5");
    expect(readAddress(text)).toEqual({ room: "fields", params });
  });

  it("of nothing is nothing, and of nonsense too", () => {
    expect(readAddress("")).toEqual({ room: "", params: new Map() });
    expect(readAddress("#a?%E0%A4%A=1&=2&b").params).toEqual(new Map([["%E0%A4%A", "1"]]));
  });
});

/** The state with one field set to what its text says, written and read again. */
function roundTrip<T extends object>(
  codec: Codec<T>,
  key: string,
  text: string,
): string | undefined {
  const state = readState(codec, new Map([[key, text]]));
  return writeState(codec, state).get(key);
}

describe.each([
  {
    name: "Fields",
    trip: (key: string, text: string) => roundTrip(fieldsCodec, key, text),
    good: {
      model: "bernoulli",
      n: "20",
      noise: "2.5",
      prior: "0.1",
      panels: "MC;GD*0.25;Adam",
      starts: "1,2;3,-4",
      points: encodeSingles([1, 2, 3, 4.5]),
      window: "-1,1,0,2",
      t: "12",
    },
    bad: {
      model: "cauchy",
      n: "2.5",
      noise: "Infinity",
      prior: "-1",
      panels: "GD;GD",
      starts: "1;2",
      points: "AAA",
      window: "1,0,0,1",
      t: "x",
    },
  },
  {
    name: "Minimum",
    trip: (key: string, text: string) => roundTrip(minimumCodec, key, text),
    good: {
      model: "gaussian",
      classes: "1,2,1,0.5,1;-1,-2,2,0,1",
      share: "0.25",
      wrong: "40",
      show: "fh",
    },
    bad: { model: "poisson", classes: "1,2,3", share: "2", wrong: "101", seed: "-1" },
  },
  {
    name: "Memory",
    trip: (key: string, text: string) => roundTrip(memoryCodec, key, text),
    good: {
      tasks: "split",
      outputs: "class",
      k: "5",
      lambda: "31.6",
      fisher: "batched",
      examples: "50",
      t: "7",
      matrix: "sgd",
      digit: "0123456789abcdef".repeat(4),
    },
    bad: {
      tasks: "own",
      k: "6",
      layers: "0",
      lambda: "0",
      examples: "2000",
      fisher: "pred",
      t: "-1",
      digit: "0123",
    },
  },
  {
    name: "Race",
    trip: (key: string, text: string) => roundTrip(raceCodec, key, text),
    good: {
      data: "BreastCancer",
      grid: "paper",
      iterations: "20",
      gd: "-5.125",
      ngd: "0.125,-10",
      efgd: "-1.25,-8",
      t: "7",
      starts: "1,0.25;-0.5,1;0,0;1.7,-1.1",
    },
    bad: {
      data: "Boston",
      grid: "huge",
      iterations: "5",
      gd: "1,2",
      ngd: "1,x",
      t: "-1",
      starts: "1,0;2,0;0,0;0,0",
    },
  },
  {
    name: "Diagnose",
    trip: (key: string, text: string) => roundTrip(diagnoseCodec, key, text),
    good: {
      data: "iris",
      file: "=a&b.csv",
      wrong: "0",
      target: "petal width",
      features: 'a,"b ""c"", d"," e","-"',
      base: "species=virginica",
      labels: "-x",
      intercept: "0",
      level: "0.9",
      thousands: "'",
      null: "?,n/a",
      damping: "0.00001",
    },
    bad: {
      data: "mnist",
      wrong: "101",
      family: "cauchy",
      features: 'a,"b',
      intercept: "yes",
      level: "1",
      fits: "-1",
      damping: "0",
    },
  },
])("the state of $name", ({ trip, good, bad }) => {
  it.each(Object.entries(good))("keeps %s=%s", (key, text) => {
    expect(trip(key, text)).toBe(text);
  });

  it.each(Object.entries(bad))("takes the initial value for %s=%s", (key, text) => {
    expect(trip(key, text)).toBeUndefined();
  });
});

it("keeps samples in single precision, bit for bit", () => {
  const values = Float64Array.from([0, -1.5, 3e38, 1e-40, Math.PI], Math.fround);
  expect(decodeSingles(encodeSingles(values))).toEqual(values);
  expect(decodeSingles(encodeSingles([Number.NaN]))).toBeUndefined();
  expect(decodeSingles("*")).toBeUndefined();
});

describe("opened files", () => {
  const open = (name: string, text: string) => readOpened(new File([text], name));

  it("are tables, of which the numeric columns are kept", async () => {
    const text = '\ufeffname;"a ""b""";y\r\nanna;1;2\r\nbert;-3,;x\r\nemil;4e1; 5 \r\n';
    const few = await open("t.csv", text);
    expect(few).toMatchObject({ kind: "rows", name: "t.csv" });
    expect(few.kind === "rows" && few.reason).toMatch("0 numeric columns");
    const opened = await open("t.csv", text.replace("bert;-3,;x", "bert;-3;7"));
    expect(opened).toMatchObject({
      kind: "table",
      table: { names: ['a "b"', "y"], rows: 3, skipped: 0 },
    });
    expect(opened.kind === "table" && opened.table.columns.map((c) => [...c])).toEqual([
      [1, -3, 40],
      [2, 7, 5],
    ]);
  });

  it("leave out rows with gaps, and count them", async () => {
    const rows = Array.from({ length: 20 }, (_, i) => `${i},${i === 3 ? "" : i * i}`);
    const opened = await open("t.csv", ["x,y", ...rows].join("\n"));
    expect(opened).toMatchObject({ table: { rows: 19, skipped: 1 } });
  });

  it("are result files and views", async () => {
    expect(await open("f.json", '{"result":{"figure":4}}')).toMatchObject({ figure: 4 });
    expect(await open("e.json", '{"result":{"figure":"2A"}}')).toMatchObject({ kind: "ewc" });
    const view = await open("v.json", '{"lab":{"address":"#fields?n=20"}}');
    expect(view).toMatchObject({ kind: "view", address: { room: "fields" } });
  });

  it.each([
    ["{", "is none"],
    ["{}", "neither a result"],
    ['{"result":{"figure":7}}', "neither a result"],
    ['{"diagnosis":{}}', "without its rows"],
  ])("that say %j are refused: %s", async (text, message) => {
    await expect(open("bad", text)).rejects.toThrow(message);
  });

  it.each([
    ["1,2\n3,4", "no header"],
    ["a\n1", "two are needed"],
    ["", "is empty"],
    ["a,b\n1,2\n3", "line 3 has 1 values"],
  ])("that say %j are for one room at most: %s", async (text, message) => {
    const opened = await open("bad", text);
    expect(opened.kind === "rows" && opened.reason).toMatch(message);
  });

  it("that are too large for single points are not read", async () => {
    const file = new File(["x,y\n", new Uint8Array(9 * 2 ** 20)], "large.csv");
    file.stream = () => {
      throw new Error("read");
    };
    const opened = await readOpened(file);
    expect(opened.kind === "rows" && opened.reason).toMatch("large.csv has 9 MiB");
  });
});
