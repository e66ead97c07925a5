/** The room Race in a real browser, against the library in Node. */
import { join } from "node:path";
import type { Page } from "playwright";
import { describe, expect, it } from "vitest";
import { tableOf } from "../../lab/src/rooms/race/data.ts";
import { gridOf } from "../../lab/src/rooms/race/grids.ts";
import { runFrom, startPlane } from "../../lab/src/rooms/race/starts.ts";
import { inlineExecutor } from "../../src/experiments/race/executor.ts";
import { cosinesAlong, runSettings } from "../../src/experiments/race/grid.ts";
import { runRace } from "../../src/experiments/race/index.ts";
import { lanesOf } from "../../src/experiments/race/job.ts";
import { bestSettings, figure5 } from "../../src/experiments/startingPoints.ts";
import { figureRaces } from "../../src/figures/races.ts";
import { createDocument } from "../../src/figures/raster.ts";
import { svgFile } from "../../src/figures/render.ts";
import { useKernels, wasmKernels } from "../../src/index.ts";
import { chromiumProblem } from "../support/chromium.ts";
import { findings } from "./axe.ts";
import {
  changed,
  close,
  copied,
  drag,
  poll,
  runCode,
  saved,
  useLab,
  value,
  values,
} from "./browser.ts";
import { iris } from "./raceProblem.ts";

// the kernels of the page
useKernels(wasmKernels());

/** The grid of most pages of these tests, and its race by the library. */
const SMALL = "#race?data=Iris&grid=quick&iterations=20";
const configuration = gridOf("quick", 20);
const race = await runRace(iris, configuration, { executor: inlineExecutor() });
const lanes = lanesOf(iris);
const best = (method: string) => race.grids.find((grid) => grid.method === method);

/** Waits until all runs are finished. */
async function finished(page: Page): Promise<void> {
  await page.locator('[data-testid=progress][data-done="true"]').waitFor();
  await page.locator('[data-testid=loss][aria-busy="false"]').waitFor();
  await page.locator('[data-testid=starts-EFGD][aria-busy="false"]').waitFor();
}

/** The middle of a cell of a map, in px of the window. */
async function middle(
  page: Page,
  method: string,
  step: number,
  damping: number,
): Promise<[number, number]> {
  const names: Readonly<Record<string, string>> = {
    GD: "Gradient descent",
    NGD: "Natural gradient",
    EFGD: "Empirical Fisher",
  };
  const box = await page
    .getByRole("region", { name: names[method] })
    .locator(".plane")
    .boundingBox();
  if (!box) throw new Error(`no map of ${method}`);
  const [columns, rows] = [configuration.stepSizes.length, configuration.dampings.length];
  return [
    box.x + ((step + 0.5) * box.width) / columns,
    box.y + box.height - ((damping + 0.5) * box.height) / rows,
  ];
}

/** What the library finds for a cell of the small grid. */
function run(method: "NGD" | "EFGD", step: number, damping: number) {
  const setting = {
    stepSize: configuration.stepSizes[step],
    damping: configuration.dampings[damping],
  };
  const { losses, curve } = runSettings(lanes, method, [setting], configuration);
  return { setting, loss: losses[0], curve, cosines: cosinesAlong(lanes, setting, 20, method) };
}

describe.skipIf(await chromiumProblem())("the room Race", () => {
  const lab = useLab();

  it("shows the library's numbers, quietly, and speaks with nobody else", async () => {
    const { page, complaints, hosts } = await lab.open(SMALL);
    await finished(page);
    for (const method of ["GD", "NGD", "EFGD"] as const) {
      const [loss, stepSize, damping] = await values(page, `best-${method}`);
      const expected = best(method);
      expect({ loss, stepSize, damping }).toEqual({
        loss: expected?.loss,
        stepSize: expected?.stepSize,
        damping: expected?.damping ?? 0,
      });
      expect(await value(page, `loss-${method}`)).toBe(expected?.curve.at(-1));
    }
    expect(await value(page, "cosine-EFGD")).toBe(race.cosines.at(-1));
    expect(complaints).toEqual([]);
    expect([...hosts]).toEqual([new URL(lab.address).host]);
  });

  it("chooses cells by pointer and keys, and reads the charts at a shared cursor", async () => {
    const { page, complaints } = await lab.open(SMALL);
    await finished(page);
    const clicked = run("NGD", 18, 3);
    const [x, y] = await middle(page, "NGD", 18, 3);
    await page.mouse.move(x, y);
    expect((await values(page, "read-NGD"))[0]).toBe(clicked.loss);
    await page.mouse.down();
    await page.mouse.up();
    await page.mouse.move(0, 0);
    await poll(() => value(page, "loss-NGD")).toBe(clicked.loss);
    await poll(() => value(page, "cosine-NGD")).toBe(clicked.cosines[20]);
    await poll(() => page.url()).toContain("ngd=-1,-4");

    // one cell to the right and two up, then ten to the left; Enter goes back to the best
    await page.getByTestId("cell-NGD").focus();
    for (const key of ["ArrowRight", "ArrowUp", "ArrowUp"]) await page.keyboard.press(key);
    const moved = run("NGD", 19, 5);
    expect(await values(page, "read-NGD")).toEqual([
      moved.loss,
      moved.setting.stepSize,
      moved.setting.damping,
    ]);
    await page.keyboard.press("Shift+ArrowLeft");
    expect((await values(page, "read-NGD"))[0]).toBe(run("NGD", 9, 5).loss);
    await page.keyboard.press("Enter");
    await poll(() => value(page, "loss-NGD")).toBe(best("NGD")?.loss);
    expect(page.url()).not.toContain("efgd=");

    const chart = page.getByTestId("loss").locator(".plane");
    const box = await chart.boundingBox();
    await chart.click({ position: { x: (box?.width ?? 0) / 2, y: 20 } });
    await poll(() => value(page, "loss-NGD")).toBe(best("NGD")?.curve[10]);
    await poll(() => value(page, "cosine-EFGD")).toBe(race.cosines[10]);
    expect(complaints).toEqual([]);
  });

  it("plays, steps and scrubs through the step sizes of all three", async () => {
    const { page, complaints } = await lab.open(SMALL);
    await finished(page);
    await page.getByText("each at its best").waitFor();
    await page.getByRole("slider", { name: /^Step size of all three/ }).fill("17");
    const row = configuration.dampings.indexOf(best("NGD")?.damping ?? 0);
    expect((await values(page, "read-NGD"))[0]).toBe(run("NGD", 17, row).loss);
    await page.getByRole("button", { name: "One step forward" }).click();
    expect((await values(page, "read-NGD"))[0]).toBe(run("NGD", 18, row).loss);
    const column = configuration.dampings.indexOf(best("EFGD")?.damping ?? 0);
    expect((await values(page, "read-EFGD"))[0]).toBe(run("EFGD", 18, column).loss);
    await page.getByRole("slider", { name: /^Step size of all three/ }).fill("24");
    await page.getByRole("button", { name: "Play" }).click();
    // played to the end, all are at their best again
    await page.getByText("each at its best").waitFor();
    await page.getByRole("button", { name: "Play" }).waitFor();
    expect((await values(page, "read-EFGD"))[0]).toBe(best("EFGD")?.loss);
    expect(complaints).toEqual([]);
  });

  it("plays by itself on a first visit, until a cell is chosen", async () => {
    const { page } = await lab.open("#race", { reducedMotion: "no-preference" });
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("button", { name: "Reset" }).click();
    await page.getByRole("button", { name: "Pause" }).waitFor();
    await page.getByTestId("cell-EFGD").focus();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("button", { name: "Play" }).waitFor();
    await poll(() => page.url()).toContain("efgd=");
  });

  it("fills its maps bit by bit, and leaves a race when its inputs change", async () => {
    const { page, complaints } = await lab.open("#race?data=BreastCancer&grid=paper");
    const progress = page.getByTestId("progress");
    const first = await changed(page, "progress", 0);
    expect(first).toBeLessThan(0.5);
    expect(await changed(page, "progress", first)).toBeGreaterThan(first);
    await page.getByTestId("best-EFGD").getByText("at").waitFor();
    expect(await progress.getAttribute("data-done")).toBe("false");
    await page.goto(lab.address + SMALL);
    await finished(page);
    expect((await values(page, "best-EFGD"))[0]).toBe(best("EFGD")?.loss);
    expect(await value(page, "progress")).toBe(1);
    expect(complaints).toEqual([]);
  });

  it("runs the chosen settings from starts that are dragged, or moved by keys", async () => {
    const { page } = await lab.open(SMALL);
    await finished(page);
    const before = await value(page, "starts-EFGD-D");
    await page.getByRole("region", { name: "From other starting points" }).scrollIntoViewIfNeeded();
    await drag(page, "start-3", [20, -40]);
    await changed(page, "starts-EFGD-D", before);
    await page.getByTestId("start-2").focus();
    await page.keyboard.press("Shift+ArrowUp");
    // the address with both changes
    await poll(() => page.url()).toMatch(/starts=0\.875,0;0\.75,0;0\.5,0\.\d+;/);
    const starts = new URLSearchParams(new URL(page.url()).hash.split("?")[1]).get("starts");
    const points = (starts ?? "").split(";").map((start) => start.split(",").map(Number));
    const plane = startPlane(iris);
    const lowest = plane.problem.loss(plane.goal);
    for (const method of ["NGD", "EFGD"] as const) {
      const { stepSize = 0, damping } = best(method) ?? {};
      for (const [k, [c, b]] of points.entries()) {
        const { losses } = runFrom(plane, method, { stepSize, damping: damping ?? 0 }, [c, b]);
        const expected = losses[20] - lowest;
        await poll(async () => {
          const found = await value(page, `starts-${method}-${"ABCD"[k]}`);
          return Math.abs(found - expected) < 1e-9 * losses[20];
        }).toBe(true);
      }
    }
    await page.getByRole("button", { name: "Back to Figure 5’s starts" }).click();
    await poll(() => page.url()).not.toContain("starts=");
  });

  it("gives the same view from its link, and the same numbers from its code", async () => {
    const { page } = await lab.open(SMALL);
    await finished(page);
    const [x, y] = await middle(page, "EFGD", 17, 6);
    await page.mouse.click(x, y);
    await poll(() => value(page, "loss-EFGD")).toBe(run("EFGD", 17, 6).loss);
    const code = await copied(page, "As library code");
    const printed = await runCode(
      code.replace(
        '"natgrad/experiments"',
        `"${join(import.meta.dirname, "..", "..", "src", "experiments", "index.ts")}"`,
      ),
    );
    const numbers = printed
      .trim()
      .split("\n")
      .map((line) => line.split(" ").map(Number));
    for (const [i, grid] of race.grids.entries()) {
      expect(numbers[i].slice(1)).toEqual([grid.loss, grid.stepSize, grid.damping ?? Number.NaN]);
    }
    expect(await copied(page, "As command line")).toContain("natgrad diagnose natgrad-race.csv");
    const link = await copied(page, "Link to this view");
    const again = await lab.open(new URL(link).hash);
    await finished(again.page);
    await poll(() => value(again.page, "loss-EFGD")).toBe(run("EFGD", 17, 6).loss);
    expect(again.page.url()).toBe(link);
    await again.page.goto(`${lab.address}#race?data=table`);
    await again.page.getByText("a table that is not in its link").waitFor();
  });

  it("saves the race, its maps and its curves as the command line draws them", async () => {
    const { page, complaints } = await lab.open(SMALL);
    await finished(page);
    const { result, lab: view } = JSON.parse(
      (await saved(page, "This race as JSON")).bytes.toString(),
    );
    expect(view.address).toBe(SMALL);
    const timeless = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value), (key, v) => (key === "seconds" ? 0 : v));
    expect(timeless(result)).toEqual(timeless({ figure: 6, configuration, panels: [race] }));
    const drawing = { document: await createDocument(), id: "race", width: 480 };
    const svg = (await saved(page, "This race as SVG")).bytes.toString();
    expect(svg).toBe(svgFile(figureRaces(result, drawing)));

    const maps = JSON.parse((await saved(page, "These heat maps as JSON")).bytes.toString());
    expect(maps.result.losses.NGD).toEqual(best("NGD")?.losses);
    const picture = (await saved(page, "These heat maps as SVG")).bytes.toString();
    expect(picture).toMatch(/^<svg xmlns=.*Last loss of every run.*Empirical Fisher.*rgb\(/s);
    const curves = JSON.parse((await saved(page, "These curves as JSON")).bytes.toString());
    expect(curves.result[0].lines[1].values).toEqual(best("NGD")?.curve);

    const starts = JSON.parse((await saved(page, "As Figure 5 as JSON")).bytes.toString());
    const { dataset } = figure5(iris, bestSettings(race));
    starts.result.dataset.forEach(({ curve }: { curve: number[] }, i: number) => {
      expect(curve).toHaveLength(dataset[i].curve.length);
      curve.forEach((loss, k) => {
        close(loss, dataset[i].curve[k], 1e-9);
      });
    });
    const table = await saved(page, "Samples as CSV");
    expect(table.bytes.toString()).toBe(tableOf(iris));
    expect(complaints).toEqual([]);
  });

  it("opens tables and result files, and refuses what it cannot race", async () => {
    const { page, complaints } = await lab.open(SMALL);
    const open = async (name: string, text: string): Promise<void> =>
      page
        .getByLabel("A table or result file", { exact: true })
        .setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
    // names that would run as a formula or a script are only text
    const rows = Array.from({ length: 40 }, (_, n) => `${Math.sin(n)},${n % 3},${(n * 7) % 2}`);
    await open("own.csv", ["=1+1,<img src=x onerror=alert(1)>,y", ...rows].join("\n"));
    await page.getByText("own.csv, with its last column as the target").waitFor();
    await page.getByText("Logistic regression, 40 samples, 3 parameters").waitFor();
    await finished(page);
    const y = Float64Array.from({ length: 40 }, (_, n) => (n * 7) % 2);
    const data = Float64Array.from({ length: 80 }, (_, k) =>
      k % 2 === 0 ? Math.sin(k / 2) : ((k - 1) / 2) % 3,
    );
    const X = { rows: 40, cols: 2, data };
    const own = await runRace({ dataset: "own", likelihood: "bernoulli", X, y }, configuration, {
      executor: inlineExecutor(),
    });
    for (const { method, loss, stepSize } of own.grids) {
      expect((await values(page, `best-${method}`)).slice(0, 2)).toEqual([loss, stepSize]);
    }
    await open("bad.csv", "a,b\n1,x\n2,y\n");
    await page.getByText(/bad.csv has 1 numeric column/).waitFor();
    await open("small.csv", "a,b,y\n1,2,3\n2,3,5\n");
    await page.getByText("2 complete rows; 2 features and a bias need at least 4").waitFor();

    const missing = { status: "missing", dataset: "a1a", reason: "none", remedy: "none" };
    const panels = [missing, { ...race, dataset: "Boston" }, race];
    const provenance = {};
    const file = { provenance, result: { figure: 6, configuration, panels } };
    await open("figure-6.json", JSON.stringify(file));
    await page.getByText("The samples of this result are not in its file").waitFor();
    expect((await values(page, "best-EFGD"))[0]).toBe(best("EFGD")?.loss);
    expect(await value(page, "cosine-EFGD")).toBe(race.cosines.at(-1));
    await page.getByText("Iris", { exact: true }).click();
    // its samples are embedded: its cells can be run again
    await page.getByTestId("cell-NGD").focus();
    await page.keyboard.press("ArrowLeft");
    const [loss, stepSize] = await values(page, "read-NGD");
    expect(stepSize).toBeLessThan(best("NGD")?.stepSize ?? 0);
    await poll(() => value(page, "loss-NGD")).toBe(loss);
    const fifth = figure5(iris, bestSettings(race));
    const configured = { ...fifth.configuration, dataset: "Boston" };
    await open(
      "boston.json",
      JSON.stringify({ provenance, result: { ...fifth, configuration: configured } }),
    );
    await page.getByText("times the minimum of Boston").waitFor();
    expect(await value(page, "starts-EFGD-0.5 θ*")).toBe(
      fifth.dataset.find(({ start, method }) => start === 0.5 && method === "EFGD")?.curve.at(-1),
    );
    await page.getByRole("button", { name: "Share" }).click();
    await page.getByRole("button", { name: "Samples as CSV" }).click();
    await page.getByText("The samples of this result are not in its file.").waitFor();
    await page.getByRole("button", { name: "Close boston.json" }).click();
    await open("figure-3.json", JSON.stringify({ result: { figure: 3, panels: [] } }));
    await page.getByText("figure-3.json is not a whole result of natgrad").waitFor();
    await open(
      "figure-5.json",
      JSON.stringify({ provenance, result: figure5(iris, bestSettings(race)) }),
    );
    await finished(page);
    await poll(() => page.url()).toContain("efgd=");
    expect(complaints).toEqual([]);
  });

  it.each(["light", "dark"] as const)("has no findings of axe in the %s", async (colorScheme) => {
    const { page } = await lab.open(SMALL, { colorScheme });
    await finished(page);
    expect(await findings(page)).toEqual([]);
  });

  it("fits a narrow screen", async () => {
    const { page } = await lab.open(SMALL, { viewport: { width: 360, height: 740 } });
    await finished(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });
});
