import { describe, expect, it } from "vitest";
import type { PaperSummary } from "../../src/experiments/summary.ts";
import { html, trusted } from "../../src/figures/html.ts";
import { renderPage } from "../../src/figures/page.ts";
import { document } from "../support/drawing.ts";
import {
  donePanel,
  figure1Result,
  figure2Result,
  figure3Result,
  figure5Result,
  figure6Result,
  missingPanel,
  racesResult,
} from "../support/paperResults.ts";
import { summaryOf } from "../support/paperSummary.ts";

const parser = new document.defaultView!.DOMParser();
const read = (summary: PaperSummary): Document =>
  parser.parseFromString(renderPage(summary, { document }), "text/html");

const summary = summaryOf([
  figure1Result(20),
  figure2Result(20),
  figure3Result(),
  figure5Result(),
  figure6Result(),
]);
const text = renderPage(summary, { document });
const page = parser.parseFromString(text, "text/html");

/** The cells of the rows of the table, as texts. */
function rowsOf(root: Document): string[][] {
  return [...root.querySelectorAll("tbody tr")].map((row) =>
    [...row.children].map((cell) => cell.textContent ?? ""),
  );
}

describe("renderPage", () => {
  it("is one file: nothing in it asks for anything from outside", () => {
    expect(page.querySelectorAll("script, link, img, iframe, object")).toHaveLength(0);
    expect(text).not.toMatch(/@import|src=|url\((?!#|data:font)/);
    for (const a of page.querySelectorAll("a")) expect(a.getAttribute("href")).toMatch(/^(#|\.\/)/);
  });

  it("is accessible: language, headings in order, named figures, captions", () => {
    expect(page.documentElement.lang).toBe("en");
    expect(page.querySelector('meta[name="viewport"]')).not.toBeNull();
    expect([...page.querySelectorAll("h1, h2, h3")].map((h) => h.tagName)).toEqual([
      "H1",
      ...Array<string>(6).fill("H2"),
      "H2",
      "H3",
      "H3",
      "H2",
    ]);
    expect(page.querySelectorAll("figure > figcaption")).toHaveLength(5);
    for (const svg of page.querySelectorAll("svg")) {
      expect(svg.getAttribute("role")).toBe("img");
      const names = svg.getAttribute("aria-labelledby")!.split(" ");
      for (const id of names) expect(page.getElementById(id)!.textContent).not.toBe("");
    }
    for (const section of page.querySelectorAll("section[aria-labelledby]")) {
      expect(page.getElementById(section.getAttribute("aria-labelledby")!)).not.toBeNull();
    }
    const ids = [...page.querySelectorAll("[id]")].map((element) => element.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("has each figure wide and narrow, what to see, its time and its files", () => {
    const figure = page.getElementById("figure-2")!;
    expect(figure.querySelectorAll(".wide svg, .narrow svg")).toHaveLength(2);
    expect(figure.textContent).toContain("Figure 2. Quadratic approximations");
    expect(figure.textContent).toContain("Where the model is right");
    expect(figure.textContent).toContain("1.0 s");
    expect([...figure.querySelectorAll("a")].map((a) => a.getAttribute("href"))).toEqual([
      "./figure-2.svg",
      "./figure-2.png",
      "./figure-2.json",
    ]);
    expect(page.getElementById("figure-5")!.querySelectorAll("a")).toHaveLength(2);
    for (const a of page.querySelectorAll<HTMLAnchorElement>('a[href^="#"]')) {
      expect(page.getElementById(a.getAttribute("href")!.slice(1))).not.toBeNull();
    }
  });

  it("lists the best settings, those that can be repeated, and what was not run", () => {
    const rows = rowsOf(page);
    expect(rows.filter((row) => row[0] === "Boston")).toEqual([
      ["Boston", "GD", "10−5", "–", "115.837890", "2", "202", "0.13 s"],
      ["Boston", "NGD", "100.125", "10−10", "10.9470000", "2", "202", "0.13 s"],
      ["Boston", "EFGD", "10−1.25", "10−10", "11", "2", "202", "0.13 s"],
      ["Boston", "EFGD, repeatable", "10−1", "10−10", "0.0123", ""],
    ]);
    const [powerplant] = rows.filter((row) => row[0] === "Powerplant");
    expect(powerplant![1]).toMatch(/^Not run\. The data set Powerplant .* “natgrad data fetch/);
  });

  it("lists the statements with their verdicts, readings and numbers", () => {
    const [first, second] = [...page.querySelectorAll("article")];
    expect(page.body.textContent).toContain("1 of 2 hold.");
    expect(first!.textContent).toMatch(/Holds.*Proposition 1/s);
    expect(first!.textContent).toContain("3.100 × 10−16");
    expect(second!.textContent).toContain("Does not hold");
    expect(second!.textContent).toContain("F̃/N → F/N as N → ∞ & only then");
  });

  it("says where the numbers come from", () => {
    const facts = page.querySelector(".facts")!.textContent!;
    for (const fact of [
      "0.1.0",
      "Node 24.21.0",
      "native, OpenBLAS 0.3.21, 1 thread",
      "2026-11-21",
    ]) {
      expect(facts).toContain(fact);
    }
    expect(facts).toContain("Figure 1: 1; Figure 2: 0");
    expect(page.body.textContent).toContain("2 min 23 s");
  });

  it("escapes whatever comes from outside", () => {
    const evil = `</title><script>alert("1")</script><b id='x'>&`;
    const missing = { ...missingPanel("a"), dataset: evil, reason: evil, remedy: evil };
    const hostile = summaryOf([
      racesResult(3, [missing as ReturnType<typeof missingPanel>, donePanel(evil, 2, 1)]),
    ]);
    hostile.provenance.natgrad = evil;
    hostile.provenance.runtime = evil;
    hostile.provenance.provider.library = evil;
    hostile.provenance.created = evil;
    hostile.figures[0]!.title = evil;
    hostile.figures[0]!.files = { svg: `javascript:${evil}`, json: evil, png: `"onload="x` };
    Object.assign(hostile.statements[0]!, {
      claim: evil,
      source: evil,
      reading: evil,
      measured: { [evil]: 1 },
    });
    const read = parser.parseFromString(renderPage(hostile, { document }), "text/html");
    expect(read.querySelectorAll("script, b, [id=x], [onload]")).toHaveLength(0);
    expect(read.querySelector("article h3")!.textContent).toBe(evil);
    expect(read.querySelector("h2")!.textContent).toBe(`Figure 3. ${evil}`);
    for (const a of read.querySelectorAll("a")) expect(a.getAttribute("href")).toMatch(/^(#|\.\/)/);
  });

  it("leaves out the sections that have nothing to say", () => {
    const bare = read({ ...summaryOf([figure1Result(20)]), statements: [] });
    expect(bare.getElementById("best")).toBeNull();
    expect(bare.getElementById("statements")).toBeNull();
    expect([...bare.querySelectorAll("nav a")].map((a) => a.textContent)).toEqual([
      "Figure 1",
      "Provenance",
    ]);
  });

  it("is the same bytes each time", () => {
    expect(renderPage(summary, { document })).toBe(text);
  });
});

describe("html", () => {
  it("escapes text and keeps HTML, also in lists", () => {
    expect(
      html`<p title="${'"'}">${"<b>"}${3}${[html`<i>${"&"}</i>`, "<"]}${trusted("<hr>")}</p>`.text,
    ).toBe('<p title="&quot;">&lt;b&gt;3<i>&amp;</i>&lt;<hr></p>');
  });
});
