/**
 * The sheet that a figure is drawn on: one SVG whose panels are plots that share its coordinates, so
 * that a mark's position can be read off the drawing without nested transforms.
 */
import * as Plot from "@observablehq/plot";
import { DomainError } from "../errors.ts";
import { type FigureOptions, fontFamily, sizes } from "./style.ts";

const namespace = "http://www.w3.org/2000/svg";

/** A rectangle in px of the sheet: where a panel's data area lies. */
export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Sheet {
  readonly svg: SVGSVGElement;
  readonly width: number;
  readonly height: number;
  /** px that one px of the 960 px design becomes */
  readonly unit: number;
  readonly id: string;
}

/** Width, unit and arrangement of a figure: see {@link FigureOptions.width}. */
export interface Extent {
  readonly width: number;
  readonly unit: number;
  readonly narrow: boolean;
}

/**
 * The extent that the options ask for. A narrow figure is designed at 480 px instead of 960.
 * Throws {@link DomainError} unless the width is positive and finite.
 */
export function extent(options: FigureOptions): Extent {
  const width = options.width ?? 960;
  if (!(width > 0 && width < Number.POSITIVE_INFINITY)) {
    throw new DomainError(`the width of a figure is a positive number of px, found ${width}`);
  }
  const narrow = width < 640;
  return { width, narrow, unit: width / (narrow ? 480 : 960) };
}

/** Adds an SVG element with its attributes, and its text if there is any. */
export function append(
  parent: Element,
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  text?: string,
): Element {
  const element = parent.ownerDocument.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, `${value}`);
  if (text !== undefined) element.textContent = text;
  return parent.appendChild(element);
}

/** An empty sheet on white, with a title and a description for those who do not see it. */
export function sheet(
  options: FigureOptions,
  figure: { name: string; height: number; title: string; description: string },
): Sheet {
  const { width, unit } = extent(options);
  const { height } = figure;
  const id = options.id ?? figure.name;
  const svg = options.document.createElementNS(namespace, "svg");
  const attributes = {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: "img",
    "aria-labelledby": `${id}-title ${id}-description`,
    fill: "#000",
    color: "#000",
    "font-family": fontFamily,
    "font-size": sizes.label * unit,
  };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, `${value}`);
  append(svg, "title", { id: `${id}-title` }, figure.title);
  append(svg, "desc", { id: `${id}-description` }, figure.description);
  append(svg, "rect", { class: "paper", width, height, fill: "#fff" });
  return { svg, width, height, unit, id };
}

/** A drawn panel: its place and its scales, from data to px of the sheet. */
export interface Panel {
  readonly frame: Frame;
  readonly group: Element;
  x(value: number): number;
  y(value: number): number;
}

export interface PanelSpec {
  readonly name: string;
  readonly frame: Frame;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  /** a logarithmic y axis */
  readonly log?: boolean;
  /** a logarithmic x axis */
  readonly logX?: boolean;
  /** leave out the upper and the right side of the frame */
  readonly open?: boolean;
  readonly marks: readonly Plot.Markish[];
}

/** Draws marks clipped to a frame, and the frame around them. */
export function panel(target: Sheet, spec: PanelSpec): Panel {
  const { frame } = spec;
  const plot = Plot.plot({
    document: target.svg.ownerDocument,
    width: target.width,
    height: target.height,
    marginLeft: frame.x,
    marginTop: frame.y,
    marginRight: target.width - frame.x - frame.width,
    marginBottom: target.height - frame.y - frame.height,
    axis: null,
    clip: true,
    x: { type: spec.logX ? "log" : "linear", domain: [...spec.x] },
    y: { type: spec.log ? "log" : "linear", domain: [...spec.y] },
    length: { type: "identity" },
    r: { type: "identity" },
    marks: [...spec.marks],
  });
  const group = adopt(target, plot, spec.name);
  const right = frame.x + frame.width;
  const bottom = frame.y + frame.height;
  append(group, "path", {
    class: "frame",
    d: `M${frame.x} ${frame.y}V${bottom}H${right}${spec.open ? "" : `V${frame.y}Z`}`,
    fill: "none",
    stroke: "#000",
    "stroke-width": sizes.frame * target.unit,
    "stroke-linecap": "square",
  });
  const scale = (name: "x" | "y"): ((value: number) => number) => plot.scale(name)!.apply;
  return { frame, group, x: scale("x"), y: scale("y") };
}

/** Draws marks whose positions are px of the sheet: legends, rules, annotations. */
export function overlay(target: Sheet, name: string, marks: readonly Plot.Markish[]): void {
  const plot = Plot.plot({
    document: target.svg.ownerDocument,
    width: target.width,
    height: target.height,
    margin: 0,
    axis: null,
    x: { type: "identity" },
    y: { type: "identity" },
    r: { type: "identity" },
    marks: [...marks],
  });
  adopt(target, plot, name);
}

/**
 * Moves the marks of a plot onto the sheet. Two things that depend on where the plot was made are
 * taken out: ids counted over the life of the process, and the half pixel by which marks are moved
 * on screens of low density.
 */
function adopt(target: Sheet, plot: Element, name: string): Element {
  const group = append(target.svg, "g", { "data-panel": name });
  for (const child of [...plot.children]) {
    if (child.tagName === "style") continue;
    settle(child);
    if (child.hasAttribute("clip-path") && child.firstElementChild) settle(child.firstElementChild);
    group.append(child);
  }
  for (const clip of [...group.querySelectorAll("clipPath")]) {
    const id = `${target.id}-clip-${target.svg.querySelectorAll(`clipPath[id^="${target.id}-"]`).length}`;
    for (const user of group.querySelectorAll(`[clip-path="url(#${clip.id})"]`)) {
      user.setAttribute("clip-path", `url(#${id})`);
    }
    clip.setAttribute("id", id);
  }
  return group;
}

function settle(mark: Element): void {
  if (mark.getAttribute("transform") === "translate(0.5,0.5)") mark.removeAttribute("transform");
}

/** The frames of a regular grid of panels, row by row. */
export function cells(
  first: Frame,
  grid: { columns: number; count: number; gapX: number; gapY: number },
): Frame[] {
  return Array.from({ length: grid.count }, (_, i) => ({
    ...first,
    x: first.x + (i % grid.columns) * (first.width + grid.gapX),
    y: first.y + Math.floor(i / grid.columns) * (first.height + grid.gapY),
  }));
}
