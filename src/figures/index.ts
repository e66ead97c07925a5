/**
 * The figures of the empirical-Fisher paper: results in, SVG out, in Node and in browsers alike.
 * PNG files, and a document for Node, are in `natgrad/figures/node`.
 */
export { draw, type GalleryEntry, gallery, galleryEntry } from "./gallery.ts";
export { figureMinima } from "./minima.ts";
export { type PageOptions, renderPage } from "./page.ts";
export { figureRaces } from "./races.ts";
export { fontFaces, type RenderOptions, renderSvg } from "./render.ts";
export { figure5 } from "./starts.ts";
export type { FigureOptions } from "./style.ts";
export { figure1 } from "./vectorFields.ts";
