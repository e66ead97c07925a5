/** Reading a drawing back: panels, frames, marks and their positions in px. */
import { createDocument } from "../../src/figures/raster.ts";

/** The document that the tests draw in. */
export const document: Document = await createDocument();

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The group of a panel. */
export function panelOf(svg: Element, name: string): Element {
  const found = svg.querySelector(`[data-panel="${name}"]`);
  if (found === null) throw new Error(`no panel ${name} among ${panelNames(svg).join(", ")}`);
  return found;
}

export function panelNames(svg: Element): string[] {
  return [...svg.querySelectorAll("[data-panel]")].map((g) => g.getAttribute("data-panel")!);
}

/** The data area of a panel, from its frame `Mx yVbottomHright…`. */
export function frameOf(panel: Element): Box {
  const d = panel.querySelector(".frame")!.getAttribute("d")!;
  const [x, y, bottom, right] = d.match(/-?\d+(\.\d+)?/g)!.map(Number) as [
    number,
    number,
    number,
    number,
  ];
  return { x, y, width: right - x, height: bottom - y };
}

/** The elements of the marks of one kind: `dot`, `vector`, `line`, `contour`, `link`. */
export function marks(panel: Element, kind: string): Element[] {
  return [...panel.querySelectorAll(`g[aria-label="${kind}"]`)].flatMap((g) => [
    ...g.querySelectorAll("path, circle, line"),
  ]);
}

/** Where a symbol or an arrow is placed. */
export function positionOf(mark: Element): [number, number] {
  const cx = mark.getAttribute("cx");
  if (cx !== null) return [Number(cx), Number(mark.getAttribute("cy"))];
  const [x, y] = mark
    .getAttribute("transform")!
    .match(/^translate\(([^,]+),([^)]+)\)/)!
    .slice(1)
    .map(Number) as [number, number];
  return [x, y];
}

/** The style of a mark: its own, or that of the groups around it. */
export function styleOf(mark: Element, name: string): string | null {
  return mark.closest(`[${name}]`)?.getAttribute(name) ?? null;
}

/** The points of a path of straight lines. */
export function pointsOf(path: Element): [number, number][] {
  return [...path.getAttribute("d")!.matchAll(/[ML](-?[\d.e]+),(-?[\d.e]+)/g)].map((m) => [
    Number(m[1]),
    Number(m[2]),
  ]);
}

/** Where a linear scale puts a value. */
export function linear(
  value: number,
  domain: readonly [number, number],
  from: number,
  to: number,
): number {
  return from + ((value - domain[0]) / (domain[1] - domain[0])) * (to - from);
}

/** All texts, in the order of the drawing. */
export function texts(element: Element): string[] {
  return [...element.querySelectorAll("text")].map((text) => text.textContent ?? "");
}
