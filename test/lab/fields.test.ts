/** The room Fields in a real browser. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright";
import { describe, expect, it, onTestFinished } from "vitest";
import { figure1 } from "../../src/experiments/fields.ts";
import { lognormalLine } from "../../src/experiments/toyData.ts";
import { createDocument } from "../../src/figures/raster.ts";
import { renderSvg } from "../../src/figures/render.ts";
import {
  curved,
  gaussian,
  glm,
  LegacyRandom,
  naturalGradient,
  preconditioned,
  preconditioners,
  type Step,
  sampled,
  stream,
} from "../../src/index.ts";
import { chromiumProblem } from "../support/chromium.ts";
import { findings } from "./axe.ts";
import {
  atRest,
  changed,
  close,
  copied,
  drag,
  poll,
  runCode,
  saved,
  useLab,
  value,
} from "./browser.ts";

/** Numbers of the curves, once they are those of the controls. */
async function shown(page: Page, names: readonly string[]): Promise<number[]> {
  await atRest(page, "curves");
  return Promise.all(names.map((name) => value(page, name)));
}

describe.skipIf(await chromiumProblem())("the room Fields", () => {
  const lab = useLab();

  /** The last step of each panel from a start, by the library alone, on the samples of the initial view. */
  function lastSteps(start: readonly [number, number]): {
    steps: Record<string, Step>;
    least: number;
  } {
    const { X, y } = lognormalLine(new LegacyRandom(0), 100);
    const objective = glm({ X, y, likelihood: gaussian() });
    const path = [...naturalGradient(objective, { iterations: 3 })];
    const follow = (name: "GD" | "NGD" | "EFGD", scale: number): Step => {
      const options = { start: Float64Array.from(start), stepSize: 0.05 * scale, iterations: 300 };
      const compareWith = preconditioners.NGD({ damping: 1e-8 });
      const method = preconditioners[name]({ damping: 1e-8 });
      return [...preconditioned(objective, method, { ...options, compareWith })][300];
    };
    return {
      steps: { GD: follow("GD", 1 / 3), NGD: follow("NGD", 1), EFGD: follow("EFGD", 3) },
      least: path[3].loss,
    };
  }

  it("shows the library's numbers, quietly, lightly, and speaks with nobody else", async () => {
    const { page, complaints, hosts, weight } = await lab.open();
    const { steps, least } = lastSteps([2, 4.5]);
    for (const [name, step] of Object.entries(steps)) {
      // a difference of losses of about 1
      expect(Math.abs((await value(page, `loss-${name}`)) - (step.loss - least))).toBeLessThan(
        1e-12,
      );
      close(await value(page, `gradient-${name}`), step.gradientNorm, 1e-8);
    }
    close(await value(page, "cosine-EFGD"), steps.EFGD.cosine ?? Number.NaN, 1e-8);
    expect(complaints).toEqual([]);
    expect([...hosts]).toEqual([new URL(lab.address).host]);
    // what other rooms and figures for paper need is fetched when they are asked for
    expect(await weight()).toBeLessThan(200_000);
  });

  it("follows a start that is dragged, and one that the keys move", async () => {
    const { page, complaints } = await lab.open();
    const before = await value(page, "loss-EFGD");
    await drag(page, "start-1-0", [20, 30]);
    await changed(page, "loss-EFGD", before);
    await poll(() => page.url()).toContain("starts=");
    await atRest(page, "curves");
    const dragged = await value(page, "loss-EFGD");
    const [b, w] = (/starts=([^;]+)/.exec(page.url())?.[1] ?? "").split(",").map(Number);
    expect([b > 2, w < 4.5]).toEqual([true, true]);
    // the address has five digits
    const { steps, least } = lastSteps([b, w]);
    close(dragged, steps.EFGD.loss - least, 1e-3);
    const handle = page.getByTestId("start-0-0");
    await handle.focus();
    await page.keyboard.press("Shift+ArrowLeft");
    await changed(page, "loss-EFGD", dragged);
    expect(await handle.getAttribute("aria-label")).toMatch(/^Start 1, bias .*slope/);
    expect(complaints).toEqual([]);
  });

  it("lets a finger drag a start", async () => {
    const { page } = await lab.open("", { hasTouch: true, viewport: { width: 360, height: 780 } });
    const before = await value(page, "loss-NGD");
    const box = await page.getByTestId("start-0-1").locator(".dot").boundingBox();
    if (!box) throw new Error("no start");
    const session = await page.context().newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", dx: number): Promise<unknown> =>
      session.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: type === "touchEnd" ? [] : [{ x: box.x + 6 + dx, y: box.y + 6 - dx }],
      });
    await touch("touchStart", 0);
    await touch("touchMove", 15);
    await touch("touchMove", 30);
    await touch("touchEnd", 30);
    await changed(page, "loss-NGD", before);
    expect(await page.evaluate(() => scrollY)).toBe(0);
  });

  it("moves, adds and removes samples, by pointer and by keys", async () => {
    const { page } = await lab.open();
    const before = await value(page, "loss-GD");
    await drag(page, "sample", [-10, 60]);
    const moved = await changed(page, "loss-GD", before);
    await poll(() => page.url()).toContain("points=");
    await page.getByTestId("sample").focus();
    await page.keyboard.press("PageUp");
    await page.keyboard.press("Delete");
    await page.getByRole("heading", { name: "99 samples, edited" }).waitFor();
    const removed = await changed(page, "loss-GD", moved);
    await page.keyboard.press("Insert");
    await page.getByRole("heading", { name: "100 samples, edited" }).waitFor();
    await page.keyboard.press("ArrowUp");
    await changed(page, "loss-GD", removed);
    await page.getByText("Add", { exact: true }).click();
    const plane = page.getByRole("group", { name: "Samples and fitted models" });
    await plane.click({ position: { x: 30, y: 40 } });
    await page.getByRole("heading", { name: "101 samples, edited" }).waitFor();
  });

  it("slides, plays and steps", async () => {
    const { page } = await lab.open();
    const before = await value(page, "loss-NGD");
    const slider = page.locator("input[type=range]").and(page.getByLabel("Step size γ"));
    await slider.focus();
    await page.keyboard.press("ArrowLeft");
    await changed(page, "loss-NGD", before);
    await poll(() => page.url()).toContain("step=0.0479");
    await page.getByRole("button", { name: "One step back" }).click();
    await page.getByText("step 299 of 300").waitFor();
    await page.getByRole("slider", { name: "Step", exact: true }).fill("10");
    await page.getByText("step 10 of 300").waitFor();
    await page.getByRole("button", { name: "Play" }).click();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("button", { name: "Reset" }).click();
    await page.getByText("step 300 of 300").waitFor();
    expect(await changed(page, "loss-NGD", Number.NaN)).toBeCloseTo(before, 15);
  });

  it("begins with something that moves, and stands still for those who want that", async () => {
    const moving = await lab.open("", { reducedMotion: "no-preference" });
    await moving.page.getByRole("button", { name: "Pause" }).waitFor();
    await poll(() => moving.page.getByText(/^step [1-9]\d* of 300$/).count()).toBe(1);
    const still = await lab.open();
    await still.page.getByText("step 300 of 300").waitFor();
    expect(await still.page.getByRole("button", { name: "Play" }).count()).toBe(1);
  });

  it("changes by its prose: numbers that are dragged, phrases that act", async () => {
    const { page } = await lab.open();
    await value(page, "loss-NGD");
    const amount = page.getByRole("slider", { name: "Steps" }).last();
    await amount.focus();
    await page.keyboard.press("ArrowRight");
    await page.getByText("step 310 of 310").waitFor();
    const phrase = page.getByRole("button", { name: /Put this Monte-Carlo Fisher/ });
    await phrase.click();
    expect(await phrase.getAttribute("aria-pressed")).toBe("true");
    expect(await value(page, "loss-MC")).toBeGreaterThan(0);
    await page.getByRole("button", { name: "logistic regression" }).click();
    await page.getByText("Noise in the labels").waitFor();
  });

  it("gives the same view from its link, also with samples of one's own", async () => {
    const { page } = await lab.open("#fields?panels=MC;VA;Adam&k=3&seed=5&n=40&t=77&steps=90");
    await drag(page, "start-0-2", [-20, 10]);
    await drag(page, "sample", [5, -20]);
    const names = ["loss-MC", "gradient-VA", "loss-Adam"];
    await poll(() => page.url()).toContain("points=");
    const before = await shown(page, names);
    const link = await copied(page, "Link to this view");
    const again = await lab.open(new URL(link).hash);
    const after = await shown(again.page, names);
    // the start is kept to five digits, the samples exactly
    for (const [i, number] of after.entries()) close(number, before[i], 1e-3);
    await again.page.getByText("step 77 of 90").waitFor();
    expect(await copied(again.page, "Link to this view")).toBe(link);
  });

  it("is left for where the address says, also when its own is about to be written", async () => {
    const { page } = await lab.open("#fields?n=60");
    await page.getByRole("heading", { name: "60 samples" }).waitFor();
    const slider = page.locator("input[type=range]").and(page.getByLabel("Steps", { exact: true }));
    await slider.evaluate(async (steps: HTMLInputElement) => {
      steps.value = "200";
      steps.dispatchEvent(new Event("input", { bubbles: true }));
      await new Promise((resolve) => setTimeout(resolve));
      // when the page is free again the address is both to be written and to be read
      const started = performance.now();
      while (performance.now() - started < 400);
      location.hash = "#minimum";
    });
    await page.getByRole("heading", { name: "At the bottom of the valley" }).waitFor();
    await page.getByRole("heading", { name: "1000 samples" }).waitFor();
    expect(new URL(page.url()).hash).toBe("#minimum");
  });

  it("is the library: its code prints the numbers of the page", async () => {
    const hash = "#fields?model=bernoulli&panels=NGD;MC*0.5;VA&k=2&prior=4&steps=50";
    const { page } = await lab.open(hash);
    await drag(page, "sample", [40, 0]);
    await poll(() => page.url()).toContain("points=");
    const gradients = await shown(page, ["gradient-NGD", "gradient-MC", "gradient-VA"]);
    const lines = (await runCode(await copied(page, "As library code"))).trim().split("\n");
    for (const [i, line] of lines.entries()) {
      close(Number(line.split(" ").at(-1)), gradients[i], 1e-9);
    }
    expect(await copied(page, "As command line")).toMatch(
      /^# .*\nnatgrad diagnose natgrad-fields.csv/,
    );
  });

  it("saves its figure as SVG, PNG and JSON, and the paper's as the command line writes it", async () => {
    const { page, complaints } = await lab.open("#fields?n=60&panels=GD;MC;Adam");
    await value(page, "loss-MC");
    const svg = await saved(page, "These fields as SVG");
    expect(svg.name).toBe("natgrad-fields.svg");
    expect(svg.bytes.toString()).toMatch(/^<svg xmlns=.*Fields of Gradient descent, Monte-Carlo/s);
    const png = await saved(page, "These fields as PNG");
    expect(png.bytes.subarray(1, 4).toString()).toBe("PNG");
    expect(png.bytes.readUInt32BE(16)).toBe(1920);
    const json = JSON.parse((await saved(page, "These fields as JSON")).bytes.toString());
    expect(json.lab.address).toBe("#fields?n=60&panels=GD;MC;Adam");
    expect(json.result.panels[2]).toMatchObject({ method: "Adam" });
    expect(json.result.panels[2].paths[3].loss).toHaveLength(301);
    const curves = JSON.parse((await saved(page, "These curves as JSON")).bytes.toString());
    expect(curves.result.map(({ id }: { id: string }) => id)).toEqual([
      "loss",
      "gradient",
      "cosine",
    ]);
    expect(curves.result[1].lines[2]).toMatchObject({ label: "Adam" });
    expect(curves.result[1].lines[2].values).toHaveLength(301);
    const paper = await saved(page, "Figure 1 of the paper as SVG");
    const expected = renderSvg(figure1(), { document: await createDocument() });
    expect(paper.bytes.toString() === expected).toBe(true);
    const csv = await saved(page, "Samples as CSV");
    expect(csv.bytes.toString().split("\n")).toHaveLength(62);
    expect(complaints).toEqual([]);
  });

  it("opens tables, views and result files, and says what it cannot open", async () => {
    const { page, complaints } = await lab.open();
    const input = page.locator("input[type=file]");
    const give = (name: string, text: string): Promise<void> =>
      input.setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
    const rows = Array.from({ length: 30 }, (_, i) => `${100 + i},<b>x</b>,${3 * i + (i % 7)}`);
    await give("mine.csv", ["age,=cmd()|,dose", ...rows].join("\n"));
    await page.getByText("mine.csv: dose on age, 30 rows").waitFor();
    await page.getByRole("heading", { name: "30 samples, edited" }).waitFor();
    await poll(() => page.url()).toContain("window=");
    const before = await value(page, "gradient-NGD");
    await give("labels.csv", ["x,y", ...rows.map((_, i) => `${i % 11},${i % 2}`)].join("\n"));
    await page.getByText("Noise in the labels").waitFor();
    await changed(page, "gradient-NGD", before);
    await give("nothing.csv", "a,b\nx,y\n");
    await page.getByText("nothing.csv has 0 numeric columns").waitFor();
    await give("figure-1.json", '{"result":{"figure":1}}');
    await page.getByRole("heading", { name: "1000 samples" }).waitFor();
    expect(await copied(page, "As command line")).toBe("natgrad paper --figure 1");
    await give("view.json", '{"lab":{"address":"#minimum?n=100"}}');
    await page.getByRole("heading", { name: "At the bottom of the valley" }).waitFor();
    expect(complaints).toEqual([]);
  });

  it("survives a hostile table: nothing in it is run, nothing of it is left in what is saved", async () => {
    const { page, complaints, hosts } = await lab.open();
    const names = [
      "<img src=x onerror=globalThis.hurt=1>",
      "</script><script>globalThis.hurt=1</script>",
      "=HYPERLINK(1)",
      "__proto__",
    ];
    const rows = Array.from({ length: 20 }, (_, i) => `${i},${i % 5},${i % 3},${2 * i + (i % 4)}`);
    const header = names.map((name) => `"${name}"`).join(",");
    await page.locator("input[type=file]").setInputFiles({
      name: "<b>$(reboot)</b>.csv",
      mimeType: "text/csv",
      buffer: Buffer.from([header, ...rows].join("\n")),
    });
    await page.getByText("<b>$(reboot)</b>.csv: __proto__ on <img src=x").waitFor();
    await page.getByRole("heading", { name: "20 samples, edited" }).waitFor();
    await atRest(page, "curves");
    expect(await page.evaluate(() => "hurt" in globalThis)).toBe(false);
    expect(await page.locator("main img, main script, [role=status] b").count()).toBe(0);
    const csv = (await saved(page, "Samples as CSV")).bytes.toString();
    expect(csv).toMatch(/^x,y\n(-?[\d.]+,-?[\d.]+\n){20}$/);
    for (const entry of ["As command line", "As library code"]) {
      expect(await copied(page, entry)).not.toMatch(/reboot|HYPERLINK|hurt/);
    }
    expect(await copied(page, "Link to this view")).not.toMatch(/reboot|HYPERLINK|hurt/);
    expect(complaints).toEqual([]);
    expect(hosts.size).toBe(1);
  });

  it("survives a table of 100 MB: it is not read for single points, and the page goes on", async () => {
    const folder = await mkdtemp(join(tmpdir(), "natgrad-huge-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, "huge.csv");
    const row = "1.25,2.5,-3.75,0\n";
    await writeFile(file, `a,b,c,y\n${row.repeat(100e6 / row.length)}`);
    const { page, complaints } = await lab.open();
    await page.locator("input[type=file]").setInputFiles(file);
    await page
      .getByText(/huge\.csv/)
      .first()
      .waitFor();
    await page.getByRole("link", { name: "Fields" }).click();
    await page.getByRole("heading", { name: "100 samples" }).waitFor();
    const before = await value(page, "loss-NGD");
    await page.getByTestId("start-0-0").focus();
    await page.keyboard.press("Shift+ArrowLeft");
    await changed(page, "loss-NGD", before);
    expect(complaints).toEqual([]);
  });

  it("shows a method's step and ellipse where the pointer is, a finger taps, or the keys are", async () => {
    const { page } = await lab.open("", { hasTouch: true });
    await atRest(page, "curves");
    const drawn = (): Promise<string> =>
      page
        .getByRole("group", { name: /^Natural gradient: paths/ })
        .locator("canvas")
        .last()
        .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
    const without = await drawn();
    const plane = page.getByRole("group", { name: /^Natural gradient: paths/ });
    await plane.hover({ position: { x: 60, y: 200 } });
    await poll(drawn).not.toBe(without);
    await page.mouse.move(5, 5);
    await poll(drawn).toBe(without);
    // a panel shows what another one is asked
    await page.getByRole("slider", { name: "Step", exact: true }).focus();
    await page.getByTestId("start-0-0").focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Shift+Tab");
    await poll(drawn).not.toBe(without);
  });

  it("has Monte-Carlo paths that are the library's", async () => {
    const { page } = await lab.open("#fields?panels=MC;NGD;EFGD&k=4&steps=40&damping=0.001");
    const { X, y } = lognormalLine(new LegacyRandom(0), 100);
    const objective = glm({ X, y, likelihood: gaussian() });
    const kind = sampled({ draws: 4, random: stream(0, "labels") });
    const run = preconditioned(objective, curved("MC", kind, { damping: 1e-3 }), {
      start: Float64Array.of(2, 4.5),
      stepSize: 0.05,
      iterations: 40,
    });
    close(await value(page, "gradient-MC"), [...run][40].gradientNorm, 1e-9);
  });

  it.each(["light", "dark"] as const)("has no findings of axe in the %s", async (colorScheme) => {
    const { page } = await lab.open("", { colorScheme });
    await value(page, "loss-NGD");
    await page.getByRole("button", { name: "Share" }).click();
    expect(await findings(page)).toEqual([]);
  });

  it("fits a narrow screen: nothing is wider than it, nor stands beside it", async () => {
    const { page } = await lab.open("", { viewport: { width: 360, height: 780 } });
    await value(page, "loss-NGD");
    await page.getByRole("button", { name: "Share" }).click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    // what stands to the left of a page cannot be scrolled to
    const boxes = await page.getByRole("button", { name: /As |as |Link/ }).all();
    expect(boxes.length).toBeGreaterThan(10);
    for (const button of boxes) {
      const box = await button.boundingBox();
      expect(box && box.x >= 0 && box.x + box.width <= 360).toBe(true);
    }
  });
});
