/** Results as SVG files: the same text in Node and in a browser, whatever the fonts of the reader. */
import type { FigureResult } from "../experiments/results.ts";
import { bold, italic, regular } from "./font.generated.ts";
import { draw } from "./gallery.ts";
import { serialize } from "./serialize.ts";
import type { FigureOptions } from "./style.ts";

/** The font of the figures as a style sheet that asks for nothing from outside. */
export function fontFaces(): string {
  const face = (style: string, weight: number, bytes: string): string =>
    `@font-face{font-family:"STIX Two Text";font-style:${style};font-weight:${weight};` +
    `src:url(data:font/ttf;base64,${bytes}) format("truetype")}`;
  return face("normal", 400, regular) + face("italic", 400, italic) + face("normal", 700, bold);
}

export interface RenderOptions extends FigureOptions {
  /** put the font into the file, default true; false where the page has it already */
  readonly font?: boolean;
}

/**
 * The SVG file of a result. The same result, width and id give the same text, byte for byte.
 *
 * ```ts
 * await writeFile("figure-1.svg", renderSvg(result, { document }));
 * ```
 */
export function renderSvg(result: FigureResult, options: RenderOptions): string {
  return svgFile(draw(result, options), options.font);
}

/** The SVG file of a drawing, with its font unless `font` is false. */
export function svgFile(svg: SVGSVGElement, font = true): string {
  const text = serialize(svg);
  const opening = '<svg xmlns="http://www.w3.org/2000/svg"';
  const style = font ? `<style>${fontFaces()}</style>` : "";
  const head = text.indexOf(">") + 1;
  return `${opening}${text.slice("<svg".length, head)}${style}${text.slice(head)}\n`;
}
