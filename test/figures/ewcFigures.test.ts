import { describe, expect, it } from "vitest";
import type { Draft } from "../../src/experiments/ewc/drafts.ts";
import { readings } from "../../src/experiments/ewc/readings.ts";
import type { EwcResult } from "../../src/experiments/ewc/results.ts";
import { drawEwc, renderEwcSvg, seeEwc } from "../../src/figures/ewcGallery.ts";
import { renderEwcPage } from "../../src/figures/ewcPage.ts";
import { methodStrokes } from "../../src/figures/ewcStyle.ts";
import { blue, red } from "../../src/figures/style.ts";
import { VERSION } from "../../src/version.ts";
import {
  document,
  frameOf,
  linear,
  marks,
  panelNames,
  panelOf,
  pointsOf,
  positionOf,
  texts,
} from "../support/drawing.ts";
import { ewcResultOf, panelDraft } from "../support/ewcResults.ts";

const fisher = { kind: "exact" } as const;
const drafts: Readonly<Record<"curves" | "averages" | "overlap" | "sweep", Draft>> = {
  curves: {
    draw: "curves",
    panels: [panelDraft({ seeds: [0, 1] })],
  },
  averages: {
    draw: "averages",
    panels: [
      panelDraft({
        seeds: [0, 1],
        methods: [
          { method: "ewc", strength: 1, fisher },
          { method: "sgd", label: "SGD + dropout", dropout: { hidden: 0.5 } },
        ],
      }),
    ],
  },
  overlap: {
    draw: "overlap",
    panels: ["8 × 8", "26 × 26"].map((name) =>
      panelDraft({ name, overlap: fisher, methods: [{ method: "ewc", strength: 1, fisher }] }),
    ),
  },
  sweep: {
    draw: "sweep",
    panels: [
      panelDraft({
        methods: [
          { method: "sgd", label: "no penalty" },
          { method: "ewc", label: "exact", strength: [1, 100], fisher },
          { method: "ewc", label: "batched", strength: [10, 1000], fisher: { kind: "batched" } },
        ],
      }),
    ],
  },
};
const names = { curves: "2A", averages: "2B", overlap: "2C", sweep: "which-fisher" } as const;
const layers = (values: readonly number[]) => values.map((value, i) => ({ layer: `${i}`, value }));

function resultOf(drawing: keyof typeof drafts): EwcResult {
  return ewcResultOf(names[drawing], drafts[drawing], ({ method, strength, seed, panel }) => {
    const old = method.startsWith("SGD") ? 0.5 + seed / 10 : 0.9;
    const level = strength === null ? 0.6 : 0.6 + Math.log10(strength) / 10;
    const R =
      drawing === "sweep"
        ? [
            [0.9, 0.1],
            [level, level],
          ]
        : [
            [0.95, 0.1],
            [old, 0.94],
          ];
    const atEnd = layers(panel === "8 × 8" ? [0.95, 0.97] : [0.4, 0.9]);
    return { R, trace: 1, overlap: { atEnd, atEach: layers([0.3, 0.8]) } };
  });
}

type Pair = readonly [number, number];

/** Where a panel with these axes has a point. */
function placed(panel: Element, [x, y]: Pair, xs: Pair, ys: Pair): [number, number] {
  const frame = frameOf(panel);
  return [
    linear(x, xs, frame.x, frame.x + frame.width),
    linear(y, ys, frame.y + frame.height, frame.y),
  ];
}

function expectAt([x, y]: Pair, [expectedX, expectedY]: Pair): void {
  expect(x).toBeCloseTo(expectedX, 1);
  expect(y).toBeCloseTo(expectedY, 1);
}

const everyDrawing = ["curves", "averages", "overlap", "sweep"] as const;

describe.each(everyDrawing)("the figure of %s", (drawing) => {
  const result = resultOf(drawing);

  it("is the same text each time, wide and narrow, with a title and a description", () => {
    for (const width of [960, 420]) {
      const text = renderEwcSvg(result, { document, width, font: false });
      expect(text).toBe(renderEwcSvg(result, { document, width, font: false }));
      expect(text).toMatch(
        /<title id="[^"]+">[^<]{20,}<\/title><desc id="[^"]+">[^<]{20,}<\/desc>/,
      );
      expect(text).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  it("keeps everything within its sheet", () => {
    for (const width of [960, 420]) {
      const svg = drawEwc(result, { document, width });
      const height = Number(svg.getAttribute("height"));
      for (const text of svg.querySelectorAll("text")) {
        expect(Number(text.getAttribute("x"))).toBeGreaterThanOrEqual(0);
        expect(Number(text.getAttribute("x"))).toBeLessThanOrEqual(width);
        expect(Number(text.getAttribute("y"))).toBeLessThanOrEqual(height);
      }
    }
  });

  it("says what to see in it", () => {
    expect(seeEwc(result).length).toBeGreaterThan(80);
    expect(seeEwc({ ...result, figure: "experiment" })).not.toBe(seeEwc(result));
  });
});

describe("Figure 2A", () => {
  const svg = drawEwc(resultOf("curves"), { document });

  it("has a row a task and says which task is trained when", () => {
    expect(panelNames(svg)).toEqual(["task A", "task B", "legend EWC", "legend SGD"]);
    for (const text of ["train A", "train B", "Task A", "Task B"])
      expect(texts(svg)).toContain(text);
  });

  it("draws each epoch's mean where the axes say, from the task's own training on", () => {
    // the least value is 0.5, so the axis begins there and ends a little above 1
    const at = (task: string, epoch: number, share: number) =>
      placed(panelOf(svg, task), [epoch, share], [0, 6], [0.5, 1.02]);
    const lines = marks(panelOf(svg, "task A"), "line").map(pointsOf);
    // SGD of two seeds: 0.95 while A is trained, then (0.5 + 0.6)/2
    const sgd = lines[lines.length - 1];
    expect(sgd).toHaveLength(6);
    expectAt(sgd[0], at("task A", 1, 0.95));
    expectAt(sgd[5], at("task A", 6, 0.55));
    const own = marks(panelOf(svg, "task B"), "line").map(pointsOf);
    expect(own.every((points) => points.length === 3)).toBe(true);
    expectAt(own[0][0], at("task B", 4, 0.94));
  });
});

describe("Figure 2B", () => {
  it("draws averages over the tasks seen, and the first task alone as a dashed line", () => {
    const svg = drawEwc(resultOf("averages"), { document });
    const small = panelOf(svg, "small");
    const dots = marks(small, "dot");
    // EWC: 0.95, (0.9 + 0.94)/2; SGD: 0.95, (0.55 + 0.94)/2
    const expected = [
      [1, 0.95],
      [2, 0.92],
      [1, 0.95],
      [2, 0.745],
    ] as const;
    expect(dots).toHaveLength(4);
    expected.forEach((point, i) => {
      expectAt(positionOf(dots[i]), placed(small, point, [0.7, 2.3], [0.7, 1.012]));
    });
    expect(texts(svg)).toContain("single task");
  });
});

describe("the sweep", () => {
  it("draws every method without λ as a dashed line at its test accuracy", () => {
    const [panel] = drafts.sweep.panels;
    const draft: Draft = {
      draw: "sweep",
      panels: [{ ...panel, methods: [{ method: "joint" }, ...panel.methods] }],
    };
    const result = ewcResultOf("experiment", draft, ({ method, strength }) => {
      const level = method === "joint" ? 0.95 : strength === null ? 0.6 : 0.8;
      return {
        R: [
          [0.9, 0.1],
          [level, level],
        ],
      };
    });
    const svg = drawEwc(result, { document });
    const lines = marks(panelOf(svg, "small"), "link");
    expect(lines).toHaveLength(2);
    const dashes = lines.map((line) =>
      line.closest("[stroke-dasharray]")?.getAttribute("stroke-dasharray"),
    );
    expect(new Set(dashes).size).toBe(2);
    for (const dash of dashes) expect(dash).toMatch(/\d/);
    for (const label of ["joint", "no penalty"]) expect(texts(svg)).toContain(label);
  });

  it("says of the kinds what their sweeps say", () => {
    const batched = seeEwc(
      ewcResultOf("which-fisher", drafts.sweep, ({ method, strength }) => {
        const useful = method === "exact" ? 1 : 1000;
        const a = strength !== null && strength >= useful ? 0.9 : 0.6;
        return {
          R: [
            [0.9, 0.9],
            [a, a],
          ],
        };
      }),
    );
    // exact from its first λ, 1, on; batched from three quarters of the two decades between 10 and 1000 on
    expect(batched).toContain("small: batched 2.5.");
  });
});

describe("strokes of methods", () => {
  it("are those of the paper where they are free, and never one for two methods", () => {
    const strokes = methodStrokes([
      { label: "a", method: "sgd" },
      { label: "b", method: "sgd" },
      { label: "c", method: "ewc" },
    ]);
    expect(strokes.get("a")?.color).toBe(blue);
    expect(strokes.get("c")?.color).not.toBe(blue);
    expect(new Set([...strokes.values()].map(({ color }) => color)).size).toBe(3);
    expect(methodStrokes([{ label: "EWC", method: "ewc" }]).get("EWC")?.color).toBe(red);
  });
});

describe("the page", () => {
  const provenance = {
    natgrad: VERSION,
    runtime: "Node 24 on linux x64",
    provider: { name: "native" as const, library: "OpenBLAS", threads: 2 },
    workers: 2,
    created: "2026-01-01T00:00:00.000Z",
    seconds: 61,
  };
  const figures = everyDrawing.map((drawing) => {
    const result = resultOf(drawing);
    const { figure, configuration } = result;
    return {
      figure,
      title: configuration.title,
      preset: "quick",
      files: { svg: `figure-${figure}.svg`, json: `figure-${figure}.json` },
      seconds: 3,
      statements: readings(result),
      result,
    };
  });
  const text = renderEwcPage({ provenance, figures }, { document });
  const page = new document.defaultView!.DOMParser().parseFromString(text, "text/html");

  it("is one file: nothing in it asks for anything from outside", () => {
    expect(page.querySelectorAll("script, link, img, iframe, object")).toHaveLength(0);
    expect(text).not.toMatch(/@import|src=|url\((?!#|data:font)/);
    for (const a of page.querySelectorAll("a")) expect(a.getAttribute("href")).toMatch(/^(#|\.\/)/);
  });

  it("has a section a figure, drawn twice under ids of its own", () => {
    for (const { figure } of figures) {
      const section = page.getElementById(`figure-${figure}`)!;
      expect(section.querySelectorAll("svg")).toHaveLength(2);
      expect(section.querySelector("figcaption")!.textContent).toContain("Settings: quick");
    }
    const ids = [...page.querySelectorAll("[id]")].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("has the paper's title for the paper's figures, and an experiment's own for an experiment", () => {
    const titleOf = (html: string): string => /<title>(.*)<\/title>/.exec(html)![1];
    expect(titleOf(text)).toBe("Overcoming catastrophic forgetting, reproduced");
    const mine = {
      ...figures[0],
      figure: "experiment" as const,
      title: "My own",
      preset: "a.json",
    };
    const own = renderEwcPage({ provenance, figures: [mine] }, { document });
    expect(titleOf(own)).toBe("My own");
    expect(own).toContain("<h1>My own</h1>");
    expect(own).not.toContain("Kirkpatrick");
    const both = renderEwcPage({ provenance, figures: [figures[0], mine] }, { document });
    expect(titleOf(both)).toBe(titleOf(text));
  });

  it("has the numbers as tables, and the statements with their verdicts", () => {
    const rows = [...page.querySelectorAll("#figure-2A tbody tr")].map((row) =>
      [...row.children].map((cell) => cell.textContent),
    );
    const share = (text: string): string => `${text}\u00a0%`;
    expect(rows).toEqual([
      [
        ...["EWC", "10", share("95.0"), share("92.0"), share("90.0"), share("94.0")],
        ...[share("5.0"), share("−5.0"), "–"],
      ],
      [
        ...[
          "SGD",
          "–",
          share("95.0"),
          `${share("74.5")} (72.0 to 77.0)`,
          share("55.0"),
          share("94.0"),
        ],
        ...[share("40.0"), share("−40.0"), "–"],
      ],
    ]);
    // and which Fisher it was
    const settings = [...page.querySelectorAll("#figure-2A .settings li")];
    expect(settings.map(({ textContent }) => textContent)).toEqual([
      "EWC: exact Fisher on all samples of a task, merged penalty, implicit steps of the penalty, no dropout, no early stopping",
      "SGD: no penalty, no dropout, no early stopping",
    ]);
    expect(page.querySelectorAll("article.statement").length).toBe(
      figures.flatMap(({ statements }) => statements).length,
    );
  });
});
