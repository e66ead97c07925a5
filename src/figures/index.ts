/**
 * The figures of the empirical-Fisher paper and of elastic weight consolidation, and the reports of fits and diagnoses: results in, SVG and HTML out, in
 * Node and in browsers alike. PNG files, and a document for Node, are in `natgrad/figures/node`.
 */

export { disagreeingPairs, type Pair } from "./coefficientPairs.ts";
export { compareFigure, comparePlots } from "./compare.ts";
export { renderComparePage } from "./comparePage.ts";
export {
  type DiagnosisFigure,
  type DiagnosisFigureName,
  diagnosisFigures,
  fitFigures,
} from "./diagnosis.ts";
export { dampingPlot } from "./diagnosisDamping.ts";
export { eigenvaluePlot } from "./diagnosisEigenvalues.ts";
export { confidenceEllipses } from "./diagnosisEllipses.ts";
export { coefficientIntervals } from "./diagnosisIntervals.ts";
export {
  type ReportContent,
  type ReportOptions,
  renderDiagnosisPage,
  renderFitPage,
  renderReport,
} from "./diagnosisPage.ts";
export { descentPlot, type PathData } from "./diagnosisPaths.ts";
export { spreadPlot } from "./diagnosisSpread.ts";
export { momentPlot, statisticPlot } from "./diagnosisTest.ts";
export { drawEwc, renderEwcSvg, seeEwc } from "./ewcGallery.ts";
export { renderEwcPage } from "./ewcPage.ts";
export { draw, type GalleryEntry, gallery, galleryEntry } from "./gallery.ts";
export { figureMinima } from "./minima.ts";
export { type PageOptions, renderPage } from "./page.ts";
export { figureRaces } from "./races.ts";
export { fontFaces, type RenderOptions, renderSvg, svgFile } from "./render.ts";
export type { Fact } from "./reportSections.ts";
export { figure5 } from "./starts.ts";
export type { FigureOptions } from "./style.ts";
export { figure1 } from "./vectorFields.ts";
