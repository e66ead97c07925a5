/** Pictures for Node: a document without a browser, and PNG files. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MissingError } from "../errors.ts";
import { bold, italic, regular } from "./font.generated.ts";

/** A document to draw in, from jsdom; loaded when first asked for, as that takes a moment. */
export async function createDocument(): Promise<Document> {
  const { JSDOM } = await import("jsdom");
  return new JSDOM("<!doctype html>").window.document;
}

type Resvg = typeof import("@resvg/resvg-js").Resvg;

/**
 * The rasterizer, an optional dependency. Throws {@link MissingError}, with the way to get it, where
 * it is not installed or has no build for this platform.
 */
export async function rasterizer(
  load: () => Promise<{ Resvg: Resvg }> = () => import("@resvg/resvg-js"),
): Promise<Resvg> {
  try {
    return (await load()).Resvg;
  } catch (cause) {
    const found = cause instanceof Error ? cause.message.split("\n")[0] : `${cause}`;
    throw new MissingError(
      `PNG pictures need @resvg/resvg-js, which could not be loaded (${found}); ` +
        "install it with: npm install @resvg/resvg-js. The SVG files do not need it.",
      { cause },
    );
  }
}

/**
 * The PNG file of an SVG file, `zoom` pixels (default 2) for one px. Text is set in the font of the
 * figures, also on a machine without any fonts. Throws what {@link rasterizer} throws.
 *
 * ```ts
 * await writeFile("figure-1.png", await renderPng(renderSvg(result, { document })));
 * ```
 */
export async function renderPng(svg: string, zoom = 2): Promise<Uint8Array> {
  const Resvg = await rasterizer();
  const folder = mkdtempSync(join(tmpdir(), "natgrad-font-"));
  try {
    const fontFiles = Object.entries({ regular, italic, bold }).map(([name, bytes]) => {
      const file = join(folder, `${name}.ttf`);
      writeFileSync(file, bytes, "base64");
      return file;
    });
    const family = "STIX Two Text";
    return new Resvg(svg, {
      fitTo: { mode: "zoom", value: zoom },
      font: { loadSystemFonts: false, fontFiles, defaultFontFamily: family, serifFamily: family },
    })
      .render()
      .asPng();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
