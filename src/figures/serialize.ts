/**
 * SVG elements as text. The serializers of browsers and of Node differ in details; this one gives
 * the same bytes everywhere, and rounds coordinates to a hundredth of a pixel.
 */

const geometry = new Set(
  "d transform x y x1 y1 x2 y2 cx cy r width height font-size stroke-width stroke-dasharray".split(
    " ",
  ),
);

/** Replaces the characters that have a meaning in XML and HTML, quotes included. */
export function escapeText(text: string): string {
  return text.replace(
    /[&<>"']/g,
    (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] ?? "&#39;",
  );
}

function rounded(value: string): string {
  return value.replace(/-?\d+\.\d+(?:e[-+]?\d+)?/g, (number) => {
    const short = Number(number)
      .toFixed(2)
      .replace(/\.?0+$/, "");
    return short === "-0" ? "0" : short;
  });
}

/** The text of an element and all below it. */
export function serialize(element: Element): string {
  const attributes = [...element.attributes]
    .map(
      ({ name, value }) => ` ${name}="${escapeText(geometry.has(name) ? rounded(value) : value)}"`,
    )
    .join("");
  const content = [...element.childNodes]
    .map((node) =>
      node.nodeType === 1 ? serialize(node as Element) : escapeText(node.textContent ?? ""),
    )
    .join("");
  const name = element.tagName;
  return content === "" ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;
}
