import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeText, serialize } from "../../src/figures/serialize.ts";
import { append } from "../../src/figures/sheet.ts";
import { document } from "../support/drawing.ts";

const parser = new document.defaultView!.DOMParser();

function root(): Element {
  return document.createElementNS("http://www.w3.org/2000/svg", "svg");
}

describe("serialize", () => {
  it("writes elements, attributes and texts", () => {
    const svg = root();
    append(svg, "text", { x: 1, class: "a b" }, "10⁻³ & <more>");
    append(svg, "g", {});
    expect(serialize(svg)).toBe(
      '<svg><text x="1" class="a b">10⁻³ &amp; &lt;more&gt;</text><g/></svg>',
    );
  });

  it("rounds coordinates to a hundredth of a pixel, and nothing else", () => {
    const svg = root();
    append(svg, "path", {
      d: "M1.23456,-0.001L2.5e-7,100.999",
      transform: "translate(10.005,3.14159) rotate(-45.678)",
      "data-value": "1.23456",
    });
    expect(serialize(svg)).toBe(
      '<svg><path d="M1.23,0L0,101" transform="translate(10.01,3.14) rotate(-45.68)" data-value="1.23456"/></svg>',
    );
  });

  it("gives XML that reads back as it was, for any text", () => {
    const text = fc.string({ unit: "grapheme-ascii", maxLength: 30 });
    fc.assert(
      fc.property(text, text, (content, attribute) => {
        const svg = root();
        append(svg, "text", { "data-x": attribute }, content);
        const back = parser.parseFromString(serialize(svg), "text/xml").documentElement;
        expect(back.firstElementChild?.textContent ?? "").toBe(content);
        expect(back.firstElementChild?.getAttribute("data-x")).toBe(attribute);
      }),
    );
  });
});

describe("escapeText", () => {
  it("leaves nothing that opens a tag, an attribute or an entity", () => {
    expect(escapeText(`<a href="x" id='y'>&`)).toBe(
      "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;",
    );
  });
});
