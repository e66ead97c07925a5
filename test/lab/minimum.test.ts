/** The room Minimum in a real browser. */
import type { Page } from "playwright";
import { describe, expect, it } from "vitest";
import { minima } from "../../src/experiments/minima.ts";
import {
  arrayRows,
  fitModel,
  fromRows,
  informationMatrixTest,
  useKernels,
  wasmKernels,
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
  values,
} from "./browser.ts";

/** The panels of the paper's figures, and how the room is told to show them. */
const panels = [
  { figure: 2, panel: 0, hash: "classes=1,1,2,0,2;-1,-1,2,0,2" },
  { figure: 2, panel: 1, hash: "classes=1.5,1.5,3,0,3;-1.5,-1.5,1,0,1" },
  { figure: 2, panel: 2, hash: "" },
  { figure: 4, panel: 1, hash: "model=gaussian&noise=2&bend=0&prior=0.1" },
  { figure: 4, panel: 2, hash: "model=gaussian&prior=0.1" },
] as const;

// the kernels of the page
useKernels(wasmKernels());
/** The paper's, computed by the library. */
const paper = { 2: minima(2), 4: minima(4) };

describe.skipIf(await chromiumProblem())("the room Minimum", () => {
  const lab = useLab();

  it("shows the library's numbers, quietly, and speaks with nobody else", async () => {
    const { page, complaints, hosts } = await lab.open("#minimum");
    const expected = paper[2].panels[2];
    const theta = await values(page, "theta");
    theta.forEach((t, i) => {
      close(t, expected.minimum[i], 1e-9);
    });
    close(await value(page, "loss"), expected.loss, 1e-12);
    close(await value(page, "accuracy"), expected.accuracy ?? Number.NaN, 1e-12);
    const eigenvalues = await values(page, "eigenvalues");
    eigenvalues.forEach((t, i) => {
      close(t, expected.generalizedEigenvalues[i], 1e-9);
    });
    const rows = arrayRows({ X: fromRows(expected.data.x), y: expected.data.y, intercept: false });
    const fit = await fitModel(rows, { family: "bernoulli" });
    const test = await informationMatrixTest(rows, fit);
    close(await value(page, "statistic"), test.statistic, 1e-8);
    close(await value(page, "p-value"), test.pValue, 1e-6);
    // the study at as many samples, and at the end of the way, is the view itself
    close(await value(page, "growth-larger"), eigenvalues[1], 1e-9);
    close(await value(page, "wrongness-smaller"), eigenvalues[0], 1e-9);
    expect(complaints).toEqual([]);
    expect([...hosts]).toEqual([new URL(lab.address).host]);
  });

  it("is each panel of the paper's figures, and saves it in their format", async () => {
    const { page, complaints } = await lab.open("#minimum");
    for (const { figure, panel, hash } of panels) {
      await page.goto(`${lab.address}#minimum?${hash}`);
      const expected = paper[figure].panels[panel];
      await poll(async () => (await values(page, "theta"))[0]).toBeCloseTo(expected.minimum[0], 9);
      const file = await saved(page, "This minimum as JSON");
      const { result, lab: view } = JSON.parse(file.bytes.toString());
      expect(view.address).toBe(hash === "" ? "#minimum" : `#minimum?${hash}`);
      expect(result.configuration).toEqual(paper[figure].configuration);
      const found = result.panels[0];
      expect(found.data).toEqual(expected.data);
      for (const part of ["fisher", "empiricalFisher", "hessian"] as const) {
        for (const [i, entry] of found[part].flat().entries()) {
          expect(Math.abs(entry - expected[part].flat()[i])).toBeLessThan(1e-9);
        }
      }
      // an ellipse may begin elsewhere: its points have the paper's distance from the minimum
      for (const part of ["fisher", "empiricalFisher"] as const) {
        const C = part === "fisher" ? found.hessian : found.empiricalFisher;
        for (const [x, y] of found.ellipses[part]) {
          const [u, v] = [x - found.minimum[0], y - found.minimum[1]];
          const distance = u * u * C[0][0] + 2 * u * v * C[0][1] + v * v * C[1][1];
          close(1000 * distance, 9, 1e-6);
        }
      }
    }
    const svg = await saved(page, "This minimum as SVG");
    expect(svg.bytes.toString()).toMatch(
      /^<svg xmlns=.*least-squares loss at its minimum.*Misspecified B/s,
    );
    const curves = await saved(page, "These curves as SVG");
    expect(curves.bytes.toString()).toMatch(
      /Eigenvalues as the model becomes wrong against % of the way/,
    );
    const json = await saved(page, "Figure 4 of the paper as JSON");
    // sines of two engines may differ in their last bit
    const rounded = (_: string, v: unknown): unknown =>
      typeof v === "number" ? Number(v.toPrecision(12)) : v;
    const { result } = JSON.parse(json.bytes.toString(), rounded);
    expect(result).toEqual(JSON.parse(JSON.stringify(paper[4]), rounded));
    expect(complaints).toEqual([]);
  });

  it("follows centres and axes that are dragged, or moved by keys", async () => {
    const { page, complaints } = await lab.open("#minimum?n=200");
    let last = await value(page, "loss");
    for (const handle of ["mean-0", "axis-0-0", "axis-1-1", "mean-1"]) {
      await drag(page, handle, [18, -11]);
      last = await changed(page, "loss", last);
    }
    await poll(() => page.url()).toContain("classes=");
    await page.getByTestId("axis-1-0").focus();
    await page.keyboard.press("Shift+ArrowUp");
    last = await changed(page, "loss", last);
    // an axis that becomes the shorter one stays in the hand
    const label = (): Promise<string | null> =>
      page.getByTestId("axis-0-0").getAttribute("aria-label");
    const before = await label();
    await drag(page, "axis-0-0", [-30, 60]);
    expect(await label()).not.toBe(before);
    expect(complaints).toEqual([]);
  });

  it("bends and blurs a line, slides, plays, steps and scrubs", async () => {
    const { page } = await lab.open("#minimum?model=gaussian&n=200");
    let last = await value(page, "statistic");
    await drag(page, "bend", [0, 40]);
    last = await changed(page, "statistic", last);
    await drag(page, "noise", [0, -25]);
    last = await changed(page, "statistic", last);
    await page.getByRole("slider", { name: "Samples" }).first().focus();
    await page.keyboard.press("ArrowRight");
    last = await changed(page, "statistic", last);
    await page.getByRole("button", { name: "One step back" }).click();
    await page.getByText("99 % wrong").waitFor();
    await page.getByRole("slider", { name: /^From the model/ }).fill("0");
    last = await changed(page, "statistic", last);
    const [low, high] = await values(page, "eigenvalues");
    // the model's own world: the noise of 200 samples around 1
    expect([low > 0.6, high < 1.6]).toEqual([true, true]);
    await page.getByRole("button", { name: "Play" }).click();
    await page.getByText(/^([1-9]|\d\d) % wrong$/).waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    const chart = page.getByTestId("wrongness").locator(".plane");
    const box = await chart.boundingBox();
    await chart.click({ position: { x: (box?.width ?? 0) / 2, y: 20 } });
    await page.getByText("50 % wrong").waitFor();
  });

  it("has no minimum where the classes can be separated, and says so", async () => {
    const { page, complaints } = await lab.open(
      "#minimum?n=50&classes=5,5,0.2,0,0.2;-5,-5,0.2,0,0.2",
    );
    await page.getByText("A line parts the classes: there is no minimum.").waitFor();
    expect(complaints).toEqual([]);
  });

  it("gives the same view from its link", async () => {
    const { page } = await lab.open("#minimum?n=300&show=fehs&wrong=60&seed=4");
    await page.getByRole("checkbox", { name: "Hessian" }).uncheck();
    await page.getByRole("slider", { name: "Share of class 0" }).fill("0.3");
    const names = ["loss", "statistic", "growth-larger"];
    await atRest(page, "curves");
    const read = (from: Page): Promise<number[]> =>
      Promise.all(names.map((name) => value(from, name)));
    const before = await read(page);
    const link = await copied(page, "Link to this view");
    expect(link).toContain("show=fes");
    const again = await lab.open(new URL(link).hash);
    await atRest(again.page, "curves");
    const after = await read(again.page);
    // the blend that was settled is kept to five digits
    for (const [i, number] of after.entries()) close(number, before[i], 2e-3);
    expect(await again.page.getByRole("checkbox", { name: "Hessian" }).isChecked()).toBe(false);
    expect(await copied(again.page, "Link to this view")).toBe(link);
  });

  it("is the library: its code prints the numbers of the page", async () => {
    for (const hash of ["n=120&share=0.4&wrong=30", "model=gaussian&n=150&noise=1.7&seed=2"]) {
      const { page } = await lab.open(`#minimum?${hash}`);
      const [theta, eigenvalues] = [await values(page, "theta"), await values(page, "eigenvalues")];
      const statistic = await value(page, "statistic");
      const text = await runCode(await copied(page, "As library code"));
      const numbers = (text.match(/-?\d+\.?\d*(e-?\d+)?/g) ?? []).map(Number);
      const expected = [...theta, ...eigenvalues, statistic];
      for (const [i, number] of expected.entries()) close(numbers[i], number, 1e-7);
    }
  });

  it.each(["light", "dark"] as const)("has no findings of axe in the %s", async (colorScheme) => {
    const { page } = await lab.open("#minimum", { colorScheme });
    await value(page, "growth-larger");
    expect(await findings(page)).toEqual([]);
  });

  it("fits a narrow screen", async () => {
    const { page } = await lab.open("#minimum", { viewport: { width: 360, height: 780 } });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });

  it("has its numbers on a narrow screen, is left for the other room and entered again", async () => {
    const { page, complaints } = await lab.open("#minimum?n=300", {
      viewport: { width: 360, height: 780 },
    });
    const before = await value(page, "loss");
    await page.getByRole("link", { name: "Fields" }).click();
    await page.getByRole("heading", { name: "Three ways downhill" }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "At the bottom of the valley" }).waitFor();
    close(await value(page, "loss"), before, 1e-12);
    await atRest(page, "curves");
    expect(await value(page, "growth-larger")).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
  });
});
