import { describe, expect, it } from "vitest";
import { MissingError } from "../../src/errors.ts";
import { rasterizer, renderPng } from "../../src/figures/raster.ts";
import { renderSvg } from "../../src/figures/render.ts";
import { document } from "../support/drawing.ts";
import { figure5Result } from "../support/paperResults.ts";

const installed = await rasterizer().then(
  () => true,
  () => false,
);

/** Width and height in the header of a PNG file. */
function sizeOf(png: Uint8Array): [number, number] {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  return [view.getUint32(16), view.getUint32(20)];
}

describe.skipIf(!installed)("renderPng (skipped where @resvg/resvg-js is not installed)", () => {
  const svg = renderSvg(figure5Result(), { document, width: 700 });
  const height = Number(svg.match(/ height="([\d.]+)"/)![1]);

  it("is a PNG of twice the size", async () => {
    const png = await renderPng(svg);
    expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
    const [width, rows] = sizeOf(png);
    expect(width).toBe(1400);
    expect(Math.abs(rows - 2 * height)).toBeLessThanOrEqual(1);
  });

  it("is the same bytes each time, and of the size asked for", async () => {
    const png = await renderPng(svg, 1);
    expect(sizeOf(png)[0]).toBe(700);
    expect(Buffer.compare(png, await renderPng(svg, 1))).toBe(0);
  });

  it("draws regular, italic and bold text without any system font", async () => {
    const Resvg = await rasterizer();
    const draw = async (attributes: string): Promise<number> => {
      const text = `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="30"><text x="2" y="20" font-family="'STIX Two Text', serif" ${attributes}>10⁻³ θ</text></svg>`;
      const png = await renderPng(text, 1);
      const image = new Resvg(
        `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="30"><image width="120" height="30" href="data:image/png;base64,${Buffer.from(png).toString("base64")}"/></svg>`,
      ).render();
      return image.pixels.filter((value, i) => i % 4 === 3 && value > 0).length;
    };
    const [regular, italic, bold] = [
      await draw(""),
      await draw('font-style="italic"'),
      await draw('font-weight="700"'),
    ];
    expect(regular).toBeGreaterThan(100);
    expect(italic).toBeGreaterThan(100);
    expect(italic).not.toBe(regular);
    expect(bold).toBeGreaterThan(regular);
  });
});

describe("rasterizer", () => {
  it("says how to install what is missing", async () => {
    const failing = rasterizer(() => Promise.reject(new Error("Cannot find package\nmore")));
    await expect(failing).rejects.toThrow(MissingError);
    await expect(failing).rejects.toThrow(/Cannot find package\).*npm install @resvg\/resvg-js/);
  });
});
