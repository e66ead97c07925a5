import { describe, expect, it } from "vitest";
import { characters } from "../../src/figures/font.generated.ts";
import { createDocument } from "../../src/figures/raster.ts";
import { fontFaces, renderSvg } from "../../src/figures/render.ts";
import { document, texts } from "../support/drawing.ts";
import {
  figure1Result,
  figure2Result,
  figure3Result,
  figure4Result,
  figure5Result,
  figure6Result,
} from "../support/paperResults.ts";

const results = [
  figure1Result(30),
  figure2Result(30),
  figure3Result(),
  figure4Result(30),
  figure5Result(),
  figure6Result(),
];
const parser = new document.defaultView!.DOMParser();

describe.each(results)("renderSvg of Figure $figure", (result) => {
  const text = renderSvg(result, { document });

  it("is well-formed SVG with its size, its font and nothing from outside", () => {
    const root = parser.parseFromString(text, "image/svg+xml").documentElement;
    expect(root.namespaceURI).toBe("http://www.w3.org/2000/svg");
    const [, , width, height] = root.getAttribute("viewBox")!.split(" ");
    expect(root.getAttribute("width")).toBe(width);
    expect(root.getAttribute("height")).toBe(height);
    expect(root.getAttribute("font-family")).toMatch(/^'STIX Two Text'/);
    expect(text.match(/@font-face/g)).toHaveLength(3);
    expect(text.replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(
      /https?:|<script|@import/,
    );
    for (const [, id] of text.matchAll(/url\(#([^)]+)\)/g)) {
      expect(root.querySelector(`[id="${id}"]`)).not.toBeNull();
    }
  });

  it("is the same bytes each time, in each document", async () => {
    expect(renderSvg(result, { document })).toBe(text);
    expect(renderSvg(result, { document: await createDocument() })).toBe(text);
  });

  it("has no coordinate that is not a number", () => {
    expect(text).not.toMatch(/"[^"<>]*(NaN|Infinity|undefined|null)[^"<>]*"/);
  });

  it("uses only characters that its font has", () => {
    const root = parser.parseFromString(text, "image/svg+xml").documentElement;
    const used = new Set(texts(root).join(""));
    expect([...used].filter((c) => !characters.includes(c))).toEqual([]);
  });

  it("leaves the font out where the page has it", () => {
    const bare = renderSvg(result, { document, font: false });
    expect(bare).not.toContain("@font-face");
    expect(text).toContain(fontFaces());
    expect(text.replace(`<style>${fontFaces()}</style>`, "")).toBe(bare);
  });
});
