import { describe, expect, it } from "vitest";
import { readTable } from "../../src/tables/index.ts";
import { splitRecord } from "../../src/tables/records.ts";
import { csv, failure, fileOf, rowsOf } from "./tables.ts";

describe("names of columns", () => {
  it("may be SQL keywords, have quotes, blanks, commas, and differ in case alone", async () => {
    const header = 'select, "from ""x""" ,"a, b",A,a,"c\'d",y';
    const names = ["select", 'from "x"', "a, b", "A", "a", "c'd"];
    await using table = await csv(`${header}\n1,2,3,4,5,6,0.5\n7,8,9,10,11,12,1.5\n`, {
      target: "y",
    });
    expect(table.columns).toEqual([...names, "(intercept)"]);
    expect((await rowsOf(table)).X[1]).toEqual([7, 8, 9, 10, 11, 12, 1]);
    await using chosen = await csv(`${header}\n1,2,3,4,5,6,0.5\n7,8,9,10,11,12,1.5\n`, {
      target: 'from "x"',
      features: ["select", "a, b"],
    });
    expect((await rowsOf(chosen)).y).toEqual([2, 8]);
  });

  it("may not occur twice", async () => {
    expect(await failure(csv("a,b,a,y\n1,2,3,4\n", { target: "y" }))).toBe(
      'FormatError: columns 1 and 3 are both named "a": rename one of them',
    );
  });

  it("may not be those of the intercept and of indicators", async () => {
    for (const intercept of [true, false]) {
      const own = csv("x,(intercept),y\n1,2,3\n2,1,4.5\n", { target: "y", intercept });
      expect(await failure(own)).toBe(
        'FormatError: column "(intercept)": the name is reserved for the column of ones; rename it, or leave it out ' +
          'with --exclude "(intercept)"',
      );
      const indicator = csv("g=b,g,y\n1,a,3\n2,b,4.5\n", { target: "y", intercept });
      expect(await failure(indicator)).toBe(
        'DomainError: column "g=b" has the name of an indicator, that of level "b" of "g": rename the column',
      );
    }
    expect(await failure(csv("a=b,a,y\nc,b=d,1\nd,a,2.5\nc,b=d,3\nd,a,4\n", { target: "y" }))).toBe(
      'DomainError: two indicators are named "a=b=d", that of level "d" of "a=b" and that of level "b=d" of "a": ' +
        "rename one of the columns",
    );
    await using target = await csv("x,(intercept)\n1,2\n2,1.5\n", { target: "(intercept)" });
    expect(target.columns).toEqual(["x", "(intercept)"]);
  });

  it("that are all numbers look like a header that is missing", async () => {
    expect(await failure(csv("1,2.5\n3,4\n", { target: "y" }))).toMatch(
      /All names are numbers: the first line should have the names, is it missing\?$/,
    );
    await using years = await csv("2001,2002\n3,4\n5,7.5\n", { target: "2002" });
    expect(years.columns).toEqual(["2001", "(intercept)"]);
  });

  it("that are unknown are answered with the nearest", async () => {
    expect(await failure(csv("mpg,hp\n1,2\n", { target: "mp" }))).toBe(
      'SelectionError: no column is named "mp" (target); did you mean "mpg"? (columns: "mpg", "hp")',
    );
  });

  it.each([
    [{ target: "y", exclude: ["y"] }, /"y" is named as target and as excluded/],
    [{ target: "y", weights: "y" }, /"y" is named as target and as weights/],
    [{ target: "y", features: ["a", "a"] }, /"a" is named twice among the features/],
    [{ target: "y", features: ["y"] }, /"y" is named as target and as a feature/],
    [{ target: "y", features: ["a"], exclude: ["a"] }, /"a" is named as excluded and as a feature/],
    [
      { target: "y", features: ["b"], categorical: ["a"] },
      /"a" is named as categorical and is no f/,
    ],
    [{ target: "y", weights: "g" }, /"g" is text, but weights must be numbers/],
    [{ target: "y", family: "categorical", offset: "a" }, /an offset has no meaning/],
  ] as const)("that do not go together: %j", async (options, message) => {
    expect(await failure(csv("a,b,g,y\n1,2,u,1\n2,1,v,0\n", options))).toMatch(message);
  });
});

describe("line ends", () => {
  it.each(["\n", "\r\n", "\r"])("%j, whatever the names have inside their quotes", async (end) => {
    for (const inside of ["\n", "\r\n", "\r"]) {
      const name = `a${inside}b`;
      for (const last of ["", end]) {
        const text = [`"${name}",k,y`, `1,"u${inside}v",2`, "2,w,3.5", "4,w,1"].join(end) + last;
        await using table = await csv(text, { target: "y" });
        expect(table.rows).toBe(3);
        expect(table.columns).toEqual([name, "k=w", "(intercept)"]);
      }
    }
  });

  it("in the first name, behind a byte order mark", async () => {
    await using table = await csv('\uFEFF"a\nb",y\n1,2\n2,3.5\n', { target: "y" });
    expect(table.columns).toEqual(["a\nb", "(intercept)"]);
    expect(table.rows).toBe(2);
  });

  it("that are mixed, or doubled, are refused", async () => {
    for (const text of ["a,y\n1,2\r\n2,3\n3,5\r\n", "a,y\r\n1,2\n2,3\r\n3,5\n"]) {
      expect(await failure(csv(text, { target: "y" }))).toMatch(
        /^FormatError: some lines do not end in "(\\r)?\\n" as the first does, or quotes are out of order/,
      );
    }
    expect(await failure(csv("a,y\r\r\n1,2\r\r\n", { target: "y" }))).toMatch(
      /^FormatError: the lines end in two carriage returns and a line feed/,
    );
  });
});

describe("splitRecord", () => {
  it.each([
    ["a,b", ["a", "b"]],
    [' a , "b,""c""" ,', ["a", 'b,"c"', ""]],
    ["", [""]],
    ['a"b,c', ['a"b', "c"]],
    ['"a"b,c', undefined],
    ['a,"b', undefined],
  ])("%s", (line, values) => {
    expect(splitRecord(line, ",")).toEqual(values);
  });

  it("takes tabs between quotes as what they are", () => {
    expect(splitRecord('\t"a"\t "b" \tc', "\t")).toEqual(["", "a", "b", "c"]);
  });

  it("takes long names", () => {
    const long = 'x""'.repeat(100_000);
    expect(splitRecord(`"${long}",y`, ",")).toEqual([long.replaceAll('""', '"'), "y"]);
  });
});

describe("values", () => {
  it("keep quotes, commas and line breaks inside quotes; DOS line ends and a BOM are none", async () => {
    const text = '\uFEFFg,y\r\n"a, ""b""",1\r\n"c\nd",2.5\r\n';
    await using table = await csv(text, { target: "y" });
    expect(table.factors[0].levels.map(({ name }) => name)).toEqual(['a, "b"', "c\nd"]);
  });

  it("are refused with their line where a column stops being numbers", async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => `${i},${i % 7}`);
    const text = `a,y\n${rows.join("\n")}\n"oh, ""no""",3\n`;
    expect(await failure(csv(text, { target: "y", family: "poisson" }))).toMatch(
      /^FormatError: line 60002: column "a" is "oh, \\"no\\"", expected a number, as in the rows before; if that means missing, say --null/,
    );
  });

  it.each([
    ["a,y\n1,2\n3\n", /^FormatError: line 3 has 1 values, expected 2 as in the header/],
    ["a,y\n1,2\n3,4,5\n", /^FormatError: line 3 has 3 values, expected 2 as in the header/],
    ['a,y\n1,2\n"3,4\n5,6\n', /^FormatError: line 3: quotes are out of order/],
    ['a,"y\n1,2\n', /^FormatError: the quotes of the header are out of order/],
  ])("ragged rows and open quotes: %j", async (text, message) => {
    expect(await failure(csv(text, { target: "y" }))).toMatch(message);
  });

  it("with thousands separators or decimal commas need an option, which is named", async () => {
    const thousands = 'a,y\n"1,234",2.5\n"5,678,901.5",5\n12,1\n';
    expect(await failure(csv(thousands, { target: "y" }))).toBe(
      'FormatError: column "a" is text: its numbers have thousands separators, such as "1,234"; ' +
        "read them with --thousands ,",
    );
    await using table = await readTable(
      { file: fileOf(thousands), thousands: "," },
      { target: "y" },
    );
    expect((await rowsOf(table)).X.map(([a]) => a)).toEqual([1234, 5678901.5, 12]);
    const commas = "a;y\n1,5;2\n1.234,25;5\n7;9\n";
    expect(await failure(csv("a;y\n1,5;2\n2,25;5\n7;9\n", { target: "y" }))).toMatch(
      /decimal commas, such as "1,5"; read them with --decimal ,/,
    );
    await using table2 = await readTable(
      { file: fileOf(commas), decimal: ",", thousands: "." },
      { target: "y" },
    );
    expect((await rowsOf(table2)).X.map(([a]) => a)).toEqual([1.5, 1234.25, 7]);
  });

  it.each([
    ["1'234;5'678;12", 'such as "1\'234"; read them with --thousands "\'"'],
    ["1 234;5 678;12", 'such as "1 234"; read them with --thousands " "'],
    ["1_234;5_678;12", 'such as "1_234"; read them as numbers with --thousands _, or say --categ'],
    [
      "1_0;2_000.5;12",
      'such as "1_0"; read them as numbers with --thousands _, or say --categorical',
    ],
    ["1.234,5;0,25;12", 'such as "0,25"; read them with --decimal , --thousands .'],
    ["12 %;5.5%;3 %", 'its numbers have signs, such as "12 %"; take them off'],
    ["$1,200;$5;$-3.5", 'its numbers have signs, such as "$-3.5"; take them off'],
  ])("disguised as text are told: %s", async (values, message) => {
    const text = `a\ty\n${values.split(";").join("\t1\n")}\t2.5\n`;
    expect(await failure(csv(text, { target: "y" }))).toContain(message);
    await using table = await csv(text, { target: "y", categorical: ["a"] });
    expect(table.factors[0].levels).toHaveLength(3);
  });

  it("have underscores where --thousands says so, and nowhere else", async () => {
    const text = "a,b_c,y\n1_234,1,1\n12,5_678,2.5\n-1_000.5,3,4\n";
    await using table = await readTable({ file: fileOf(text), thousands: "_" }, { target: "y" });
    expect((await rowsOf(table)).X).toEqual([
      [1234, 1, 1],
      [12, 5678, 1],
      [-1000.5, 3, 1],
    ]);
    expect(await failure(csv(text, { target: "y" }))).toMatch(
      /^FormatError: column "a" is text: .* "-1_000.5"; read them as numbers with --thousands _, /,
    );
    const codes = { target: "y", categorical: ["a"] };
    await using labels = await csv("a,y\n1_0,1\n2_0,2.5\n1_0,3\n", codes);
    expect(labels.factors[0].levels.map(({ name }) => name)).toEqual(["1_0", "2_0"]);
  });

  it("have no underscores behind the rows that kinds are taken from, either", async () => {
    const rows = Array.from({ length: 50_001 }, (_, i) => `${i},t_1,${i % 7}`).join("\n");
    const late = `a,g,y\n${rows}\n7,t_2,3\n1_0,t_1,2\n`;
    expect(await failure(csv(late, { target: "y" }))).toBe(
      'FormatError: column "a" is text: its first values are numbers, but not "1_0"; ' +
        "read underscores between digits with --thousands _",
    );
    await using without = await csv(late, { target: "y", exclude: ["a"] });
    expect(without.rows).toBe(50_003);
  });

  it("such as versions, addresses and codes are labels", async () => {
    for (const values of [
      ["1.10.2", "2.0.1"],
      ["10.0.0.1", "10.0.0.2"],
      ["12-34", "56-78"],
      ["12_34", "x6_78"],
    ]) {
      await using table = await csv(`a,y\n${values[0]},1\n${values[1]},2.5\n`, { target: "y" });
      expect(table.factors[0].levels).toHaveLength(2);
    }
  });

  it("with points are none where the decimal separator is a comma", async () => {
    const file = fileOf("a;y\n1.5;1\n2.5;2\n");
    expect(await failure(readTable({ file, decimal: "," }, { target: "y" }))).toBe(
      'FormatError: column "a" is text: its numbers have decimal points, such as "1.5", and not ","',
    );
    expect(await failure(readTable({ file, decimal: ",", thousands: "," }, { target: "y" }))).toBe(
      'SelectionError: the decimal and the thousands separator are both ","',
    );
  });

  it("that are nearly all numbers are no labels, unless someone says so", async () => {
    const text = "a,y\n1,2.5\n2,5\n?,1\n4,4\n";
    expect(await failure(csv(text, { target: "y" }))).toBe(
      'FormatError: column "a" is text: 3 of its first 4 values are numbers, but not "?"; ' +
        'if that means missing, say --null "?", and if the numbers are names, --categorical',
    );
    const options = { target: "y", missing: "drop" } as const;
    await using table = await readTable({ file: fileOf(text), nulls: ["?"] }, options);
    expect(table.rows).toBe(3);
    await using labels = await csv(text, { target: "y", categorical: ["a"] });
    expect(labels.columns).toEqual(["a=2", "a=4", "a=?", "(intercept)"]);
  });

  it("that are numbers keep their leading zeros as labels", async () => {
    const text = "zip,y\n01,2.5\n1,5\n10,1\n01,4\n";
    await using table = await csv(text, { target: "y", categorical: ["zip"] });
    expect(table.factors[0].levels.map(({ name }) => name)).toEqual(["01", "1", "10"]);
  });

  it.each([["2020-01-31"], ["2020-01-31 12:00:00"], ["31.01.2020"], ["1/31/2020"]])(
    "that are dates are refused with a hint: %s",
    async (date) => {
      expect(await failure(csv(`d,y\n${date},1\n${date},2.5\n`, { target: "y" }))).toMatch(
        /^FormatError: column "d" holds dates or times: leave it out with --exclude "d", or make numbers of it/,
      );
      await using table = await csv(`d,y\n${date},1\n${date},2.5\n`, {
        target: "y",
        exclude: ["d"],
      });
      expect(table.columns).toEqual(["(intercept)"]);
    },
  );
});

describe("encodings", () => {
  const latin = Buffer.from("name,y\ncaf\xe9,2\nth\xe9,5\n", "latin1");

  it("other than UTF-8 are an error that says what to do", async () => {
    expect(await failure(csv(latin, { target: "y" }))).toBe(
      "FormatError: the file is not UTF-8 (line 2); name its encoding, e.g. --encoding latin-1",
    );
  });

  it("are noticed in the names, too", async () => {
    expect(await failure(csv(Buffer.from("gr\xf6\xdfe,y\n1,2\n", "latin1"), { target: "y" }))).toBe(
      "FormatError: the file is not UTF-8 (line 1); name its encoding, e.g. --encoding latin-1",
    );
  });

  it("are told by a byte order mark, as far as they can be read", async () => {
    const wide = Buffer.from("\uFEFFname,y\ncafé,2\nthé,5\n", "utf16le");
    await using table = await csv(wide, { target: "y" });
    expect(table.origin).toBe("CSV, delimiter ,, utf-16");
    expect(table.factors[0].levels.map(({ name }) => name)).toEqual(["café", "thé"]);
    await using turned = await csv(Buffer.from(wide).swap16(), { target: "y" });
    expect(turned.origin).toBe("CSV, delimiter ,, utf-16be");
    expect(turned.factors).toEqual(table.factors);
    expect(await failure(csv(wide.subarray(2), { target: "y" }))).toBe(
      "FormatError: the file has bytes of value 0, so it is no text; if it is UTF-16, say --encoding utf-16",
    );
  });

  it("are held to", async () => {
    const half = Buffer.from("\uFEFFname,y\n\ud83d,2\nthé,5\n", "utf16le");
    expect(await failure(csv(half, { target: "y" }))).toBe(
      "FormatError: the file is not UTF-16: is that its encoding?",
    );
  });

  it("can be named", async () => {
    await using table = await readTable(
      { file: fileOf(latin), encoding: "latin-1" },
      { target: "y" },
    );
    expect(table.factors[0].levels.map(({ name }) => name)).toEqual(["café", "thé"]);
    const wide = Buffer.from("\uFEFFname,y\ncafé,2\nthé,5\n", "utf16le");
    await using table2 = await readTable(
      { file: fileOf(wide), encoding: "utf-16" },
      { target: "y" },
    );
    expect(table2.factors[0].levels.map(({ name }) => name)).toEqual(["café", "thé"]);
  });
});
