/** The built lab, served and opened in Chromium; what it asks for and complains about is kept. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright";
import { afterAll, beforeAll, expect, onTestFailed, onTestFinished, vi } from "vitest";
import { type LabServer, startLabServer } from "../../src/cli/labServer.ts";
import { builtLab } from "../support/builtLab.ts";
import { chromiumOptions } from "../support/chromium.ts";

/** ms after which something hangs; machines are busy, and may stand still for a minute */
const HANG = 600_000;
/** ms for a single step of a test */
const STEP = 90_000;

const root = join(import.meta.dirname, "..", "..");

export interface OpenPage {
  readonly page: Page;
  /** console errors and warnings, uncaught exceptions */
  readonly complaints: readonly string[];
  /** of everything that was asked for */
  readonly hosts: ReadonlySet<string>;
  /** bytes of it, compressed */
  weight(): Promise<number>;
}

export interface Lab {
  /** A new page, with its own storage, that has drawn its first picture. Motion is reduced unless asked for. */
  open(hash?: string, options?: BrowserContextOptions): Promise<OpenPage>;
  readonly address: string;
}

/** Serves the lab and starts the browser for the tests of a file. */
export function useLab(): Lab {
  let folder: string;
  let server: LabServer;
  let browser: Browser;
  vi.setConfig({ testTimeout: HANG });
  beforeAll(async () => {
    folder = await builtLab();
    server = await startLabServer({ folder, port: 0 });
    browser = await chromium.launch(await chromiumOptions());
  }, HANG);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  return {
    get address() {
      return server.address;
    },
    async open(hash = "", options = {}) {
      const context = await browser.newContext({
        reducedMotion: "reduce",
        viewport: { width: 1280, height: 900 },
        ...options,
      });
      context.setDefaultTimeout(STEP);
      // a page that stays open goes on computing
      onTestFinished(() => context.close());
      const page = await context.newPage();
      const complaints: string[] = [];
      onTestFailed(() => console.error(page.url(), complaints));
      const hosts = new Set<string>();
      const files = new Set<string>();
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) complaints.push(message.text());
      });
      page.on("pageerror", ({ message }) => complaints.push(message));
      page.on("request", (request) => {
        const { protocol, host, pathname } = new URL(request.url());
        if (protocol === "blob:") return;
        hosts.add(host);
        files.add(pathname === "/" ? "index.html" : pathname);
      });
      await page.goto(server.address + hash);
      await page.waitForSelector("h1");
      const weight = async (): Promise<number> => {
        const contents = await Promise.all([...files].map((file) => readFile(join(folder, file))));
        return contents.reduce((sum, bytes) => sum + gzipSync(bytes).length, 0);
      };
      return { page, complaints, hosts, weight };
    },
  };
}

/** Waits until what is found is as expected. */
export function poll<T>(find: () => T | Promise<T>): ReturnType<typeof expect.poll<T>> {
  return expect.poll(find, { timeout: STEP });
}

/** The number behind a readout, at full precision; waits until there is one. */
export async function value(page: Page, testId: string): Promise<number> {
  return (await values(page, testId))[0];
}

export async function values(page: Page, testId: string): Promise<number[]> {
  const place = page.getByTestId(testId);
  await poll(() => place.getAttribute("data-value")).toMatch(/\d/);
  return ((await place.getAttribute("data-value")) ?? "").split(" ").map(Number);
}

/** Waits until a readout says something else than `before`, and gives it. */
export async function changed(page: Page, testId: string, before: number): Promise<number> {
  await poll(() => value(page, testId)).not.toBe(before);
  return value(page, testId);
}

/** Waits until everything that stands somewhere is that of the inputs. */
export async function atRest(page: Page, testId: string): Promise<void> {
  const place = page.getByTestId(testId);
  await poll(() => place.getAttribute("aria-busy")).toBe("false");
}

/** Drags the middle of a handle by some pixels. */
export async function drag(
  page: Page,
  testId: string,
  by: readonly [number, number],
): Promise<void> {
  const box = await page.getByTestId(testId).locator("circle").last().boundingBox();
  if (!box) throw new Error(`no ${testId}`);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + by[0] / 2, y + by[1] / 2);
  await page.mouse.move(x + by[0], y + by[1]);
  await page.mouse.up();
}

/** The content of the file that an entry of the menu saves. */
export async function saved(page: Page, entry: string): Promise<{ name: string; bytes: Buffer }> {
  await page.getByRole("button", { name: "Share" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: entry, exact: true }).click(),
  ]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** What an entry of the menu copies. */
export async function copied(page: Page, entry: string): Promise<string> {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Share" }).click();
  await page.getByRole("button", { name: entry, exact: true }).click();
  await page.getByText(/^Copied/).waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

/** Reads numbers once they have stopped changing. */
export async function settled(page: Page, names: readonly string[]): Promise<number[]> {
  const read = (): Promise<number[]> => Promise.all(names.map((name) => value(page, name)));
  let before = await read();
  for (;;) {
    await page.waitForTimeout(150);
    const now = await read();
    if (now.every((number, i) => number === before[i])) return now;
    before = now;
  }
}

/** What a module prints that imports natgrad. */
export async function runCode(code: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "natgrad-code-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "code.mjs");
  await writeFile(file, code.replace('from "natgrad"', `from "${join(root, "src", "index.ts")}"`));
  const args = ["--conditions=natgrad-source", file];
  return (await promisify(execFile)(process.execPath, args)).stdout;
}

/** Equal but for a relative error. */
export function close(found: number, expected: number, tolerance: number): void {
  expect(Math.abs(found - expected) / Math.max(Math.abs(expected), 1e-12)).toBeLessThan(tolerance);
}
