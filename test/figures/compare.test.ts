import { inflateSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { runComparison } from "../../src/experiments/compare/index.ts";
import type { CompareFile, CompareResult } from "../../src/experiments/compare/results.ts";
import { compareFigure, comparePlots } from "../../src/figures/compare.ts";
import { DECADES, paletteIndex, pictureOf } from "../../src/figures/compareColors.ts";
import { renderComparePage } from "../../src/figures/comparePage.ts";
import {
  bytesText,
  eigenvalueText,
  estimateText,
  kindStroke,
  numberText,
  secondsText,
} from "../../src/figures/compareStyle.ts";
import { characters } from "../../src/figures/font.generated.ts";
import { renderPng } from "../../src/figures/raster.ts";
import { svgFile } from "../../src/figures/render.ts";
import { threeClasses, tiny } from "../support/comparisons.ts";
import { document, frameOf, panelNames, panelOf } from "../support/drawing.ts";

let result: CompareResult;
beforeAll(async () => {
  const structures = ["full", "kfac", "diagonal"];
  result = await runComparison(tiny({ structures }), { table: async () => threeClasses() });
});

/** Width, height and indices of a picture, by another decoder. */
function decoded(uri: string): { width: number; height: number; rows: number[][] } {
  const bytes = Buffer.from(uri.slice(uri.indexOf(",") + 1), "base64");
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const start = bytes.indexOf("IDAT") + 4;
  const lines = inflateSync(bytes.subarray(start, start + bytes.readUInt32BE(start - 8)));
  const rows = Array.from({ length: height }, (_, i) => [
    ...lines.subarray(i * (width + 1) + 1, (i + 1) * (width + 1)),
  ]);
  return { width, height, rows };
}

describe("the colours of entries", () => {
  it("are white for zero and what is far below, darkest for the largest of either sign", () => {
    expect(paletteIndex(0, 5)).toBe(127);
    expect(paletteIndex(5, 5)).toBe(254);
    expect(paletteIndex(-5, 5)).toBe(0);
    expect(paletteIndex(5 * 10 ** -DECADES, 5)).toBe(127);
    expect(paletteIndex(0.05, 5)).toBe(127 + Math.round(127 / 2));
    expect(paletteIndex(0, 0)).toBe(127);
  });

  it("are a PNG file that others read", () => {
    const indices = Uint8Array.of(0, 127, 254, 3, 4, 5);
    const { width, height, rows } = decoded(pictureOf(indices, 3, 2));
    expect({ width, height, rows }).toEqual({
      width: 3,
      height: 2,
      rows: [
        [0, 127, 254],
        [3, 4, 5],
      ],
    });
  });

  it("are a PNG file also where it has more than one block", () => {
    const size = 300;
    const indices = Uint8Array.from({ length: size * size }, (_, i) => i % 251);
    expect(decoded(pictureOf(indices, size, size)).rows.flat()).toEqual([...indices]);
  });
});

describe("the figure of a comparison", () => {
  it("has a picture of every matrix, symmetric and on one scale", () => {
    const svg = compareFigure(result, { document });
    const measured = result.matrices.filter(({ status }) => status === "measured");
    for (const { name } of measured) {
      const uri = panelOf(svg, name).querySelector("image")!.getAttribute("href")!;
      const { width, rows } = decoded(uri);
      expect(width).toBe(21);
      expect(rows).toEqual(rows.map((_, i) => rows.map((row) => row[i])));
    }
    const darkest = measured.map(({ name }) => {
      const { rows } = decoded(panelOf(svg, name).querySelector("image")!.getAttribute("href")!);
      return Math.max(...rows.flat().map((index) => Math.abs(index - 127)));
    });
    expect(Math.max(...darkest)).toBe(127);
    // Adam's second moment is a thousandth of the others
    expect(darkest.at(-1)).toBeLessThan(100);
  });

  it("shows which is the reference and which are refused", () => {
    const svg = compareFigure(result, { document });
    const outline = (name: string) =>
      Number([...panelOf(svg, name).querySelectorAll("rect")].at(-1)!.getAttribute("stroke-width"));
    expect(outline("Fisher, full")).toBeGreaterThan(2 * outline("Hessian, full"));
    const refused = panelOf(svg, "Hessian, KFAC");
    expect(refused.querySelector("image")).toBeNull();
    expect(refused.textContent).toContain("makes no sense");
  });

  it("has a panel of spectra for each structure, below its tiles and on one axis", () => {
    const svg = compareFigure(result, { document });
    const frames = ["full", "kfac", "diagonal"].map((name) =>
      frameOf(panelOf(svg, `spectra ${name}`)),
    );
    expect(new Set(frames.map(({ y }) => y)).size).toBe(1);
    const image = panelOf(svg, "Fisher, KFAC").querySelector("image");
    expect(Number(image!.getAttribute("x"))).toBeCloseTo(frames[1].x, 9);
    const curves = (name: string) =>
      panelOf(svg, `spectra ${name}`).querySelectorAll('g[aria-label="line"]').length;
    expect(["full", "kfac", "diagonal"].map(curves)).toEqual([4, 3, 5]);
  });

  it("has all numbers in a table of a wide figure, and stays within its width", () => {
    const wide = compareFigure(result, { document });
    const text = panelOf(wide, "numbers").textContent!;
    for (const { name } of result.matrices) expect(text).toContain(name);
    expect(text).toContain("R: Fisher, full.");
    expect(panelNames(compareFigure(result, { document, width: 420 }))).not.toContain("numbers");
    const { x, width } = frameOf(panelOf(wide, "spectra diagonal"));
    expect(x + width).toBeLessThan(960);
  });

  it("uses letters that its font has", () => {
    const known = new Set(characters);
    const texts = [...compareFigure(result, { document }).querySelectorAll("text")];
    const missing = texts.flatMap(({ textContent }) =>
      [...textContent!].filter((c) => !known.has(c)),
    );
    expect(missing).toEqual([]);
  });

  it("has reasons without the formulas that its font cannot draw", () => {
    const text = panelOf(compareFigure(result, { document }), "numbers").textContent!;
    expect(text).toContain(
      "KFAC of the Hessian: its second-order terms are no sum of outer products of gradients",
    );
  });

  it("breaks names of structures after hyphens and between words only", () => {
    const structures =
      "full blockDiagonal parameterBlocks kfac kfacReduce ekfac ekfacReduce diagonal lowRank matrixFree";
    const [first] = result.matrices;
    const matrices = structures
      .split(" ")
      .map((structure) => ({ ...first, structure, name: structure }));
    const wide = { ...result, matrices } as CompareResult;
    for (const width of [960, 420]) {
      const lines = [
        ...panelOf(compareFigure(wide, { document, width }), "names").querySelectorAll("text"),
      ].map(({ textContent }) => textContent!);
      const pieces =
        "full block diagonal parameter blocks KFAC KFAC- reduce EKFAC EKFAC- low rank matrix- free".split(
          " ",
        );
      const known = [...pieces, "low rank", "matrix-free", "Fisher", "Rank", "Eigenvalue"];
      expect(lines.filter((line) => !known.includes(line))).toEqual([]);
      expect(lines).toContain("EKFAC-");
    }
  });

  it("keeps the ranks of neighbouring spectra apart", () => {
    const structures = [
      "full",
      "blockDiagonal",
      "kfac",
      "diagonal",
      "lowRank",
      "matrixFree",
    ] as const;
    const [first] = result.matrices;
    const matrices = structures.map((structure) => ({
      ...first,
      structure,
      name: structure,
      map: undefined,
    }));
    const problem = { ...result.problem, parameters: 15010 };
    const svg = comparePlots({ ...result, problem, matrices } as CompareResult, { document });
    const places = structures
      .flatMap((name) => [...panelOf(svg, `spectra ${name}`).querySelectorAll("text")])
      .filter(({ textContent }) => /^10[⁰¹²³⁴]$/.test(textContent!))
      .filter((text) => text.getAttribute("text-anchor") === "middle")
      .map((text) => Number(text.getAttribute("x")));
    expect(places.length).toBeGreaterThanOrEqual(12);
    // 16 px times 1.4 em, and some air
    const gaps = places.slice(1).map((x, i) => x - places[i]);
    expect(Math.min(...gaps)).toBeGreaterThan(24);
  });

  it("says of a structure that has no spectrum, and of one that is an estimate", () => {
    const { matrices } = result;
    const changed = matrices.map((matrix) => {
      const { kind, structure, name } = matrix;
      if (structure === "kfac")
        return { status: "refused", kind, structure, name, reason: "too large" };
      if (matrix.status === "refused" || structure !== "full") return matrix;
      return {
        ...matrix,
        spectrum: { ...matrix.spectrum, smallest: 1e-9, by: "Lanczos", error: 2e-4 },
      };
    });
    const svg = compareFigure({ ...result, matrices: changed } as CompareResult, { document });
    const notes = (name: string) =>
      ["none", "estimate"].filter((word) =>
        panelOf(svg, `spectra ${name}`).textContent!.includes(word),
      );
    expect(["full", "kfac", "diagonal"].map(notes)).toEqual([["estimate"], ["none"], []]);
    const numbers = panelOf(svg, "numbers").textContent!;
    expect(numbers).toContain("below 2×10⁻⁴");
    expect(numbers).toContain("By Lanczos: ");
    expect(panelOf(compareFigure(result, { document }), "numbers").textContent).not.toContain(
      "Lanczos",
    );
  });

  it("draws no two kinds alike", () => {
    const kinds = [
      "fisher",
      "sampled",
      "empirical",
      "hessian",
      "gradientCovariance",
      "adam",
      { ggn: "poisson" },
    ] as const;
    const strokes = kinds.map((kind) => kindStroke(kind));
    expect(new Set(strokes.map(({ dashes }) => `${dashes}`)).size).toBe(6);
    // the two with one pattern are blue and green
    expect(new Set(strokes.map(({ color }) => color)).size).toBe(7);
    const [sampled, adam] = [strokes[1], strokes[5]];
    expect(adam.dashes).not.toEqual(sampled.dashes);
  });

  it("has the title that was asked for, above all else, in as many lines as it needs", () => {
    const titled = (title: string | undefined, width = 960) => {
      const configuration = { ...result.configuration, title };
      return panelOf(compareFigure({ ...result, configuration }, { document, width }), "title");
    };
    expect(titled(undefined).textContent).toBe("Curvature matrices on three.csv");
    expect(titled("Two moons").textContent).toBe("Two moons");
    const long = [...titled("matrices ".repeat(20).trim()).querySelectorAll("text")];
    expect(long.length).toBeGreaterThan(1);
    const svg = compareFigure(result, { document });
    const top = Number(panelOf(svg, "title").querySelector("text")!.getAttribute("y"));
    expect(top).toBeLessThan(
      Number(panelOf(svg, "names").querySelector("text")!.getAttribute("y")),
    );
    // the page has it as its heading
    expect(panelNames(comparePlots(result, { document }))).not.toContain("title");
  });

  it("is drawn without pictures where matrices are too large for them", () => {
    const matrices = result.matrices.map((matrix) => ({ ...matrix, map: undefined }));
    const svg = comparePlots({ ...result, matrices } as CompareResult, { document });
    expect(svg.querySelectorAll("image")).toHaveLength(0);
    expect(panelNames(svg)).toContain("spectra full");
  });

  it("is the same each time, and becomes a PNG", async () => {
    const text = svgFile(compareFigure(result, { document }));
    expect(svgFile(compareFigure(result, { document }))).toBe(text);
    expect([...(await renderPng(text)).subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47]);
  });
});

describe("the page of a comparison", () => {
  const file = (): CompareFile => ({
    provenance: {
      natgrad: "0",
      runtime: "test",
      provider: { name: "wasm", library: "ours", threads: 1 },
      workers: 1,
      created: "2026-01-01",
      seconds: 1,
    },
    result,
  });

  it("has the numbers, and the reasons in full", () => {
    const page = renderComparePage(file(), { document, files: { json: "compare.json" } });
    expect(page).toContain("KFAC of the Hessian: its second-order terms Σ r ∇²f are no sum");
    expect(page).toContain('href="./compare.json"');
    for (const { name } of result.matrices) expect(page).toContain(`<th scope="row">${name}</th>`);
    const asked = page.match(/(src|href)="(?!\.\/|#|data:)[^"]*"/g);
    expect(asked).toBeNull();
  });

  it("escapes what comes from outside", () => {
    const hostile = file();
    const configuration = { ...result.configuration, title: "<script>alert(1)</script>" };
    const page = renderComparePage(
      { ...hostile, result: { ...result, configuration } },
      { document, files: {} },
    );
    expect(page).not.toContain("<script");
  });
});

describe("numbers as text", () => {
  it.each([
    [0, "0"],
    [null, "–"],
    [1, "1.00"],
    [0.1, "0.100"],
    [-0.00902, "−0.00902"],
    [12345, "12345"],
    [0.9999, "1.00"],
    [123456, "1.23×10⁵"],
    [-1.68e-5, "−1.68×10⁻⁵"],
  ])("%s is %s", (value, text) => {
    expect(numberText(value)).toBe(text);
  });

  it("are eigenvalues with a sign where they are estimates", () => {
    const spectrum = { points: [], largest: 1.834, smallest: -0.331, by: "Lanczos" as const };
    const texts = (changes: object) => {
      const changed = { ...spectrum, ...changes };
      return [eigenvalueText(changed, "largest"), eigenvalueText(changed, "smallest")];
    };
    expect(texts({ error: 1.8e-4 })).toEqual(["~ 1.83", "~ −0.331"]);
    expect(texts({ error: 1.8e-4, smallest: -5.6e-18 })).toEqual(["~ 1.83", "below 2×10⁻⁴"]);
    // known by counting rows
    expect(texts({ error: 1.8e-4, smallest: 0 })).toEqual(["~ 1.83", "0"]);
    expect(texts({ by: "eigenvalues" })).toEqual(["1.83", "−0.331"]);
    expect(texts({ by: "eigenvalues", smallest: -1e-15 })).toEqual(["1.83", "0"]);
    expect(eigenvalueText(undefined, "largest")).toBe("–");
  });

  it("have their errors, times and sizes with units", () => {
    expect(estimateText({ value: 0.735, standardError: 0.026 })).toBe("0.735 ± 0.03");
    expect(estimateText({ value: 0.999, standardError: 9.4e-5 })).toBe("0.999 ± 9×10⁻⁵");
    expect(secondsText(0.00057)).toBe("0.57 ms");
    expect(secondsText(2.13)).toBe("2.1 s");
    expect(bytesText(408)).toBe("408 B");
    expect(bytesText(1_340_000)).toBe("1.34 MB");
  });
});
