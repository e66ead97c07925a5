/** The room Diagnose in a real browser. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Page } from "playwright";
import { describe, expect, it, onTestFinished } from "vitest";
import { diagnoseResult } from "../../src/cli/reportSchema.ts";
import { diagnose, useKernels, wasmKernels } from "../../src/index.ts";
import type { Diagnosis } from "../../src/statistics/results.ts";
import { readTable, type TableOptions } from "../../src/tables/index.ts";
import { chromiumProblem } from "../support/chromium.ts";
import { findings } from "./axe.ts";
import { close, copied, poll, saved, settled, useLab, value, values } from "./browser.ts";

// the kernels of the page
useKernels(wasmKernels());

const root = join(import.meta.dirname, "..", "..");
const patience = { timeout: 90_000 };

/** Waits until everything is known that was asked for. */
async function atRest(page: Page): Promise<void> {
  await page
    .locator('[data-testid=fits][aria-busy="false"]', { hasText: /known from|No fits|Simulate/ })
    .waitFor(patience);
}

/** A folder with a file in it, for the command line and the library. */
async function folderWith(name: string, contents: string | Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "natgrad-diagnose-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, name), contents);
  return folder;
}

async function inNode(folder: string, args: readonly string[]): Promise<string> {
  const options = { cwd: folder, maxBuffer: 2 ** 26 };
  const all = ["--conditions=natgrad-source", ...args];
  return (await promisify(execFile)(process.execPath, all, options)).stdout;
}

/** The library's own diagnosis of a file. */
async function expected(
  file: string,
  options: TableOptions,
  replications: number,
): Promise<Diagnosis> {
  await using table = await readTable({ file }, options);
  return await diagnose(table, { family: table.family, replications });
}

/** Lets the page open a table. */
async function give(page: Page, name: string, text: string): Promise<void> {
  const input = page.getByTestId("table-file");
  await input.setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
}

const problem = (page: Page) => page.getByTestId("problem");

/** Rows of y = 1 + a − b + noise, with what else is asked for. */
function rows(count: number, more: (n: number) => string = () => ""): string {
  const line = (n: number): string => {
    const [a, b] = [Math.sin(7 * n), Math.cos(3 * n * n)];
    return `${a.toFixed(5)},${b.toFixed(5)},${more(n)}${(1 + a - b + Math.sin(n * n)).toFixed(5)}`;
  };
  return Array.from({ length: count }, (_, n) => line(n)).join("\n");
}

/** Numbers of two results are equal to rounding, and all else is the same. */
function same(found: unknown, wanted: unknown, path = ""): void {
  if (typeof wanted === "number" && typeof found === "number") {
    const size = Math.max(1e-6, Math.abs(wanted));
    expect(Math.abs(found - wanted) / size, path).toBeLessThan(1e-5);
  } else if (Array.isArray(wanted) && Array.isArray(found)) {
    expect(found.length, path).toBe(wanted.length);
    for (const [i, entry] of wanted.entries()) same(found[i], entry, `${path}[${i}]`);
  } else if (wanted !== null && typeof wanted === "object") {
    expect(Object.keys(found as object).sort(), path).toEqual(Object.keys(wanted).sort());
    for (const [name, entry] of Object.entries(wanted)) {
      same((found as Record<string, unknown>)[name], entry, `${path}.${name}`);
    }
  } else expect(found, path).toEqual(wanted);
}

describe.skipIf(await chromiumProblem())("the room Diagnose", () => {
  const lab = useLab();

  it("shows the library's numbers, quietly, and speaks with nobody else", async () => {
    for (const { hash, options } of [
      { hash: "wrong=40&n=150", options: { target: "y" } },
      {
        hash: "data=cancer",
        options: {
          target: "diagnosis",
          features: ["mean texture", "mean smoothness", "mean symmetry", "mean fractal dimension"],
        },
      },
      {
        hash: "data=wine",
        options: { target: "cultivar", features: ["alcohol", "malic acid"] },
      },
    ]) {
      const { page, complaints, hosts } = await lab.open(`#diagnose?${hash}&fits=19`);
      await atRest(page);
      const csv = await saved(page, "Samples as CSV");
      const folder = await folderWith("t.csv", csv.bytes);
      const found = await expected(join(folder, "t.csv"), options, 19);
      const all = async (testId: string, numbers: readonly number[]): Promise<void> => {
        const shown = await values(page, testId);
        expect(shown).toHaveLength(numbers.length);
        for (const [i, number] of numbers.entries()) close(shown[i], number, 1e-9);
      };
      await all("coefficients", [...found.fit.theta]);
      for (const { kind, coefficients } of found.covariances) {
        await all(
          `errors-${kind}`,
          coefficients.map(({ standardError }) => standardError),
        );
      }
      await all("eigenvalues", found.eigenvalues);
      await all("statistic", [found.test?.statistic ?? Number.NaN]);
      await all("p-value", [found.test?.pValue ?? Number.NaN]);
      await all("simulated-p", [found.test?.bootstrap?.pValue ?? Number.NaN]);
      const { smallest, largest } = found.bootstrap?.band ?? {};
      await all("band", [smallest ?? Number.NaN, largest ?? Number.NaN]);
      await all("top-share", [found.gradients.topShare]);
      for (const key of ["curvature", "standardErrors", "model"] as const) {
        const answer = page.getByTestId(`answer-${key}`);
        expect(await answer.getAttribute("data-answer")).toBe(found.verdict[key].answer);
        expect(await answer.textContent()).toContain(found.verdict[key].text);
      }
      expect(complaints).toEqual([]);
      expect([...hosts]).toEqual([new URL(lab.address).host]);
      await page.close();
    }
  });

  it("writes what the command line writes, and gives its call and the library's", async () => {
    const { page, complaints } = await lab.open(
      "#diagnose?data=iris&fits=9&level=0.9&correction=HC1&base=species=virginica&seed=3",
    );
    await atRest(page);
    const csv = await saved(page, "Samples as CSV");
    expect(csv.name).toBe("natgrad-diagnose.csv");
    const folder = await folderWith(csv.name, csv.bytes);
    const line = await copied(page, "As command line");
    expect(line).toBe(
      "# the samples: Share, Samples as CSV\n" +
        "natgrad diagnose natgrad-diagnose.csv --target 'petal width' --base species=virginica " +
        "--correction HC1 --level 0.9 --bootstrap 9 --seed 3",
    );
    const typed = line.split("\n")[1].match(/'[^']*'|\S+/g) ?? [];
    const words = typed.slice(1).map((word) => word.replaceAll("'", ""));
    const main = join(root, "src", "cli", "main.ts");
    await inNode(folder, [main, ...words, "--out", "report"]);
    const { readFile } = await import("node:fs/promises");
    const written = async (name: string): Promise<string> =>
      readFile(join(folder, "report", name), "utf8");

    const json = await saved(page, "Eigenvalues as JSON");
    const { provenance: _1, ...result } = diagnoseResult.parse(JSON.parse(`${json.bytes}`));
    const { provenance: _2, ...wanted } = JSON.parse(await written("result.json"));
    // what the last steps are is left to rounding
    for (const one of [result, wanted]) {
      one.fit.scoring = [];
      for (const point of one.diagnosis.points) {
        for (const part of ["excess", "decrement", "gradientNorm", "steps", "damping"]) {
          delete point[part];
        }
        point.matrices = [];
      }
      delete one.diagnosis.paths;
    }
    same(result, wanted);

    const [text] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "report.txt" }).click(),
    ]);
    const report = await readFile(await text.path(), "utf8");
    const verdictOf = (all: string): string => all.slice(all.indexOf("Verdict"));
    expect(verdictOf(report)).toBe(verdictOf(await written("report.txt")));
    const [html] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "report.html" }).click(),
    ]);
    const shape = (all: string): string => all.replaceAll(/[\d.]+/g, "0").slice(0, 200);
    const pageText = await readFile(await html.path(), "utf8");
    expect(shape(pageText)).toBe(shape(await written("report.html")));
    expect(pageText.match(/<figure>/g)).toHaveLength(
      (await written("report.html")).match(/<figure>/g)?.length ?? 0,
    );
    const svg = await saved(page, "Ellipses as SVG");
    expect(`${svg.bytes}`).toMatch(/^<svg xmlns=.*90 % confidence ellipses/s);
    const png = await saved(page, "Damping as PNG");
    expect(png.bytes.subarray(1, 4).toString()).toBe("PNG");

    const code = (await copied(page, "As library code"))
      .replace('"natgrad"', `"${join(root, "src", "index.ts")}"`)
      .replace('"natgrad/tables/node"', `"${join(root, "src", "tables", "index.ts")}"`);
    await writeFile(join(folder, "code.mjs"), code);
    const printed = await inNode(folder, ["code.mjs"]);
    const numbers = (printed.match(/-?\d+\.?\d*(e-?\d+)?/g) ?? []).map(Number);
    for (const testId of ["coefficients", "errors-sandwich", "eigenvalues", "statistic"]) {
      for (const shown of await values(page, testId)) {
        const nearest = Math.min(...numbers.map((number) => Math.abs(number - shown)));
        expect(nearest / Math.abs(shown), `${testId} ${shown}`).toBeLessThan(1e-6);
      }
    }
    expect(complaints).toEqual([]);
  });

  it("slides from right to wrong, and answers to what is chosen", async () => {
    const { page, complaints } = await lab.open("#diagnose?n=200&fits=0&wrong=0");
    await atRest(page);
    const largest = async (): Promise<number> => Math.max(...(await values(page, "eigenvalues")));
    const before = await largest();
    await page.getByRole("slider", { name: "From the right model to the wrong one" }).fill("90");
    await poll(largest).toBeGreaterThan(1.5 * before);
    await poll(() => page.url()).toContain("wrong=90");
    await page.getByRole("slider", { name: "How wrong the model is, percent" }).focus();
    await page.keyboard.press("Home");
    await poll(largest).toBe(before);

    const pair = page.getByTestId("pair");
    await page.getByRole("radio", { name: /^age and group=high/ }).check({ force: true });
    await poll(() => pair.getAttribute("data-pair")).toBe("age and group=high");
    await page.keyboard.press("ArrowDown");
    await poll(() => pair.getAttribute("data-pair")).not.toBe("age and group=high");
    await page.getByRole("slider", { name: "Level of intervals" }).fill("0.8");
    await page.getByText("Each ellipse holds both coefficients with 80 %").waitFor();

    const count = async (): Promise<number> => (await values(page, "coefficients")).length;
    await page.getByRole("checkbox", { name: "group" }).uncheck();
    await poll(count).toBe(3);
    await page.getByLabel("Explain").selectOption("group");
    await page.getByText("categorical: 3 labels").waitFor();
    await page.getByLabel("Family").selectOption("poisson");
    await poll(() => problem(page).textContent()).toContain(
      'the target "group" is text, but the family poisson needs numbers',
    );
    await page.getByLabel("Family").selectOption("categorical");
    await atRest(page);
    const damping = page.getByTestId("damping").locator(".plane");
    const box = await damping.boundingBox();
    await damping.click({ position: { x: 0.9 * (box?.width ?? 0), y: 20 } });
    await poll(() => page.url()).toMatch(/damping=[1-9]/);
    await page.getByRole("slider", { name: "Damping" }).focus();
    await page.keyboard.press("Home");
    await poll(() => page.url()).toContain("damping=0.000001");
    await page.getByRole("slider", { name: "Steps of the descents" }).focus();
    await page.keyboard.press("ArrowRight");
    await poll(() => page.url()).toContain("step=1");
    expect(complaints).toEqual([]);
  });

  it("simulates fits after the rest is shown, and can be stopped", async () => {
    const { page } = await lab.open("#diagnose?fits=9999");
    await page.getByTestId("answer-curvature").waitFor(patience);
    await page.getByRole("progressbar", { name: "Simulated fits" }).waitFor(patience);
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByTestId("fits").getByText("nothing is known of chance").waitFor();
    await page.getByRole("slider", { name: "Simulated fits" }).last().focus();
    await page.keyboard.press("Home");
    await page.getByText("No fits are simulated").waitFor(patience);
  });

  it("gives the same view from its link; of a file the address has all but the rows", async () => {
    const hash =
      "#diagnose?data=iris&fits=9&target=species&features=sepal width,petal length&ridge=1&level=0.99";
    const { page } = await lab.open(hash);
    await atRest(page);
    await page.getByRole("checkbox", { name: "sepal length" }).check();
    await poll(async () => (await values(page, "coefficients")).length).toBe(8);
    await atRest(page);
    const names = ["coefficients", "eigenvalues", "top-share"];
    const before = await settled(page, names);
    const link = await copied(page, "Link to this view");
    const again = await lab.open(new URL(link).hash);
    await atRest(again.page);
    expect(await settled(again.page, names)).toEqual(before);
    expect(await copied(again.page, "Link to this view")).toBe(link);

    await give(page, "mine.csv", `a,b,y\n${rows(40)}\n`);
    await poll(() => value(page, "rows")).toBe(40);
    await page.getByRole("checkbox", { name: "b", exact: true }).uncheck();
    await poll(() => page.url()).toContain("file=mine.csv");
    expect(await copied(page, "As command line")).toBe(
      "natgrad diagnose mine.csv --target y --exclude b --level 0.99 --bootstrap 9",
    );
    const other = await lab.open(new URL(await copied(page, "Link to this view")).hash);
    await other.page.getByText("mine.csv, which an address cannot hold").waitFor();
    await give(other.page, "mine.csv", `a,b,y\n${rows(40)}\n`);
    await atRest(other.page);
    expect(await values(other.page, "coefficients")).toHaveLength(2);
    expect(other.complaints).toEqual([]);
  });

  it("reads tables as the command line does, and says what is wrong in its words", async () => {
    const { page, complaints } = await lab.open("#diagnose?fits=0");
    const head = "a,b,g,date,y";
    const more = (n: number): string => `${"uvw"[n % 3]},2020-01-${10 + (n % 20)},`;
    const text = `\uFEFF${head}\r\n${rows(60, more).replaceAll("\n", "\r\n")}\r\n`;
    await give(page, "good.csv", text);
    await poll(() => value(page, "rows")).toBe(60);
    const folder = await folderWith("good.csv", text);
    const options = { target: "y", exclude: ["date"] };
    const found = await expected(join(folder, "good.csv"), options, 0);
    const theta = await values(page, "coefficients");
    for (const [i, t] of [...found.fit.theta].entries()) close(theta[i], t, 1e-9);
    await page.getByText("left out: dates or times").waitFor();

    const says = async (message: string | RegExp): Promise<void> => {
      await poll(() => problem(page).textContent()).toMatch(message);
    };
    await give(page, "gaps.csv", `a,b,y\n,1,2\n${rows(30)}\n`);
    await says(/^values are missing \(a 1; first in row 1, column "a"\)/);
    await page.getByRole("button", { name: "Leave those rows out" }).click();
    await poll(() => value(page, "rows")).toBe(31);
    await page.getByText("1 dropped for missing values (a 1)").waitFor();
    await give(page, "collinear.csv", `a,b,c,y\n${rows(30, (n) => `${2 * n},`)}\n`);
    await poll(() => value(page, "rows")).toBe(30);
    const twice = rows(30)
      .split("\n")
      .map((line) => `${line.split(",")[0]},${line}`);
    await give(page, "collinear.csv", `d,a,b,y\n${twice.join("\n")}\n`);
    await says(/^the columns are collinear, .*"a" = "d"|"d" = "a"/);
    await page.getByRole("button", { name: /^Leave out “[ad]”/ }).click();
    await poll(async () => (await values(page, "coefficients")).length).toBe(3);
    await give(page, "thousands.csv", 'a,y\n"1,234",2.5\n"5,678",5\n"12,111",1\n"3,141",4\n');
    await page.getByText(/its numbers have thousands separators, such as "1,234"/).waitFor();
    await page.getByRole("checkbox", { name: "a", exact: true }).check();
    await says("read them with --thousands ,");
    await page.getByRole("button", { name: "Read with thousands ," }).click();
    await poll(async () => (await values(page, "coefficients")).length).toBe(2);
    for (const [name, contents, message] of [
      ["empty.csv", "", "empty.csv is empty, expected a header line and rows"],
      ["one.csv", "a,y\n1,2\n", "the table has one row, and a fit needs two or more"],
      ["names.csv", "a,b,a,y\n1,2,3,4\n", 'columns 1 and 3 are both named "a": rename one of them'],
      ["ragged.csv", "a,y\n1,2\n3\n", "line 3 has 1 values, expected 2 as in the header"],
      ["quotes.csv", 'a,y\n1,2\n"3,4\n', "line 3: quotes are out of order"],
      ["book.csv", "PK\u0003\u0004", "book.csv is a zip archive or an Excel workbook"],
      ["constant.csv", "a,y\n2,2\n2,2\n", 'the target "y" is constant'],
    ] as const) {
      await give(page, name, contents);
      await says(message);
    }
    await give(page, "headless.csv", "1,2\n3,5\n4,4\n7,1\n");
    await page.getByTestId("headless").getByText("the first line should have the names").waitFor();
    const parts = (
      "radius,texture,perimeter,area,smoothness,compactness,concavity,concave points,symmetry," +
      "fractal dimension"
    ).split(",");
    const features = parts.flatMap((part) => [`mean ${part}`, `${part} error`, `worst ${part}`]);
    await page.goto(`${lab.address}#diagnose?fits=0&data=cancer&features=${features.join(",")}`);
    await says(/^complete separation: a combination of the columns "mean radius"/);
    expect(complaints).toEqual([]);
  });

  it("shows whatever is in a hostile file as text, and lets no formula out", async () => {
    const { page, complaints, hosts } = await lab.open("#diagnose?fits=0");
    const script = "<script>window.hacked = 1</script>";
    const formula = "=cmd|' /C calc'!A0";
    const names = [
      script,
      `"${formula}"`,
      "__proto__",
      "constructor",
      "<img src=x onerror=hacked=1>",
    ];
    const levels = ["@SUM(1)", "<b>x</b>", "-2+3"];
    const lines = rows(60, (n) => `${n % 7},${(n * n) % 11},${levels[n % 3]},`).split("\n");
    await give(page, "=1+1;--x.csv", [[...names, "y"].join(","), ...lines].join("\n"));
    await poll(() => value(page, "rows")).toBe(60);
    await page.getByRole("checkbox", { name: script }).waitFor();
    await page.getByRole("rowheader", { name: formula }).waitFor();
    expect(await page.evaluate(() => ("hacked" in window ? 1 : 0))).toBe(0);
    expect(await page.locator("main script, main img, main b").count()).toBe(0);
    const csv = `${(await saved(page, "Coefficients as CSV")).bytes}`;
    expect(csv).toContain(`\n"'${formula}",`);
    for (const line of csv.split("\n").slice(1)) expect(line).not.toMatch(/^"?[=+@-]/);
    const svg = await saved(page, "Intervals as SVG");
    expect(`${svg.bytes}`).not.toContain("<script>");
    expect(await copied(page, "As command line")).toBe(
      "natgrad diagnose '=1+1;--x.csv' --target y --bootstrap 0",
    );
    expect(complaints).toEqual([]);
    expect([...hosts]).toEqual([new URL(lab.address).host]);
  });

  it("takes 100 MB that are dropped, piece by piece, and many labels", async () => {
    const { page, complaints } = await lab.open("#diagnose?fits=0");
    const count = await page.evaluate(() => {
      // long notes, each of them another: a column that is left out
      const note = "x".repeat(600);
      const line = (n: number): string =>
        `${Math.sin(7 * n).toFixed(4)},${n % 5},${note}${n},${(Math.cos(n * n) + (n % 5)).toFixed(4)}\n`;
      const part = Array.from({ length: 2000 }, (_, n) => line(n)).join("");
      const parts = Math.ceil(100e6 / part.length);
      const file = new File(["a,b,note,y\n", ...Array(parts).fill(part)], "huge.csv");
      // what is shown meanwhile is gone when a busy machine looks for it
      const shown = new Set<string>();
      new MutationObserver(() => {
        const progress = document.querySelector("main progress");
        if (progress) shown.add(progress.ariaLabel ?? "");
        document.body.dataset.shown = [...shown].join(" ");
      }).observe(document.body, { childList: true, subtree: true });
      const data = new DataTransfer();
      data.items.add(file);
      window.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
      return 2000 * parts;
    });
    // the page goes on meanwhile
    await page.getByText("How it is fitted and tested").click();
    await poll(() => value(page, "rows")).toBe(count);
    expect(await page.locator("body").getAttribute("data-shown")).toMatch(/reading|fitting/);
    await page.getByText("left out: more than 256 labels").waitFor();
    expect(await values(page, "coefficients")).toHaveLength(3);
    const many = Array.from({ length: 20_000 }, (_, n) => `l${n % 10_000},${n % 7}.5`);
    await give(page, "many.csv", `g,y\n${many.join("\n")}\n`);
    await page.getByText("left out: more than 256 labels").waitFor(patience);
    await page.getByRole("checkbox", { name: "g", exact: true }).check();
    await poll(() => problem(page).textContent()).toMatch(
      /^column "g" has 10,000 levels .*, at most 256 are taken as indicators/,
    );
    await page.getByRole("button", { name: "Leave out “g”" }).click();
    await poll(async () => (await values(page, "coefficients")).length).toBe(1);
    expect(complaints).toEqual([]);
  });

  it.each(["light", "dark"] as const)("has no findings of axe in the %s", async (colorScheme) => {
    const { page } = await lab.open("#diagnose?fits=9", { colorScheme });
    await atRest(page);
    await page.getByText("How it is fitted and tested").click();
    expect(await findings(page)).toEqual([]);
    await give(page, "bad.csv", "a,y\n1,2\n,3\n2,4\n");
    await problem(page).waitFor();
    expect(await findings(page)).toEqual([]);
  });

  it("fits a narrow screen", async () => {
    const { page, complaints } = await lab.open("#diagnose?fits=9&data=iris", {
      viewport: { width: 360, height: 740 },
    });
    await atRest(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await page.getByText("How it is fitted and tested").click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(complaints).toEqual([]);
  });
});
