/**
 * How fast the lab follows a pointer, in a real Chromium:
 *
 *     npm run bench --workspace lab
 *
 * For each scene: the time from a pointer's move until all canvases that depend on it are drawn (single moves, each
 * after the last was drawn), how much of it passed until the workers were asked, until the last of them had answered,
 * and until all was drawn, and the frames of a drag of two seconds. The page is not changed for it: what the canvases
 * and the workers are told is listened to from outside. CHROMIUM names another browser, as for the tests.
 */
import { readdir, readFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Page, chromium as playwright } from "playwright";
import { startLabServer } from "../../src/cli/labServer.ts";
import { chromiumOptions } from "../../test/support/chromium.ts";

const folder = join(import.meta.dirname, "..", "..", "dist", "lab");

interface Scene {
  readonly name: string;
  readonly hash: string;
  readonly handle: string;
  /** canvases that show what the handle decides */
  readonly canvases: number;
}

const scenes: readonly Scene[] = [
  {
    name: "Fields, linear: a start",
    hash: "#fields?n=1000&prior=0.1&starts=2,4.5",
    handle: "start-0-0",
    canvases: 4,
  },
  {
    name: "Fields, logistic: a start",
    hash: "#fields?model=bernoulli&n=1000&starts=2,4.5",
    handle: "start-0-0",
    canvases: 4,
  },
  {
    name: "Fields, linear: a sample, four starts",
    hash: "#fields?n=1000",
    handle: "sample",
    canvases: 7,
  },
  {
    name: "Fields, logistic: a sample, four starts",
    hash: "#fields?model=bernoulli&n=1000",
    handle: "sample",
    canvases: 7,
  },
  { name: "Minimum, logistic: a class", hash: "#minimum?n=1000", handle: "mean-0", canvases: 4 },
  {
    name: "Minimum, linear: the bend",
    hash: "#minimum?model=gaussian&n=1000",
    handle: "bend",
    canvases: 4,
  },
];

const browser = await playwright.launch(await chromiumOptions());
const server = await startLabServer({ folder, port: 0 });
console.log(
  `Chromium ${browser.version()}, ${cpus()[0].model}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}`,
);
try {
  await report();
} finally {
  await browser.close();
  await server.close();
}

async function report(): Promise<void> {
  console.log(`\ngzip before the first room is left: ${await weight()} kB`);
  console.log(`first view: ${await firstView()} ms until the paths are drawn\n`);
  console.log(
    "ms from pointer to picture: median, 95 %; asked + answered + drawn   frames of a drag: median, 95 %, longer than 20 ms",
  );
  for (const scene of scenes) {
    const page = await open(scene);
    const single = await singleMoves(page, scene);
    const frames = await drag(page, scene);
    const part = (key: "asked" | "answered" | "drawn"): string =>
      quantile(
        single.map((move) => move[key]),
        0.5,
      );
    const whole = single.map(({ asked, answered, drawn }) => asked + answered + drawn);
    console.log(
      `${scene.name.padEnd(42)} ${quantile(whole, 0.5)} ${quantile(whole, 0.95)}; ` +
        `${part("asked")} + ${part("answered")} + ${part("drawn")}   ` +
        `${quantile(frames, 0.5)} ${quantile(frames, 0.95)} ${frames.filter((ms) => ms > 20).length} of ${frames.length}`,
    );
    await page.close();
  }
}

/** What the page has asked for when its first room stands still, compressed. */
async function weight(): Promise<string> {
  const page = await browser.newPage();
  const paths = new Set<string>();
  page.on("request", (request) => paths.add(new URL(request.url()).pathname));
  await page.goto(server.address);
  await page.waitForTimeout(2000);
  await page.close();
  let bytes = 0;
  for (const path of paths) {
    const file = join(folder, path === "/" ? "index.html" : path);
    bytes += gzipSync(await readFile(file), { level: 9 }).length;
  }
  const all = await readdir(folder, { recursive: true });
  return `${(bytes / 1000).toFixed(0)} (${paths.size} of ${all.length} files)`;
}

async function firstView(): Promise<string> {
  const times: number[] = [];
  for (let k = 0; k < 5; k++) {
    const context = await browser.newContext({ reducedMotion: "reduce" });
    const page = await context.newPage();
    await page.addInitScript(listen);
    await page.goto(server.address);
    await page.waitForFunction(() => (globalThis as unknown as Heard).painted.length >= 8);
    times.push(
      await page.evaluate(() =>
        Math.max(...(globalThis as unknown as Heard).painted.map(({ at }) => at)),
      ),
    );
    await context.close();
  }
  return quantile(times, 0.5);
}

async function open({ hash }: Scene): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.addInitScript(listen);
  await page.goto(server.address + hash);
  await page.waitForTimeout(1500);
  return page;
}

interface Heard {
  painted: { readonly at: number; readonly canvas: number }[];
  /** when a worker was first asked, and when each answered */
  asked: number;
  answered: number[];
  moved: number;
}

/** ms of a move: until the workers are asked, until the last answer before the picture, until the picture */
interface Move {
  readonly asked: number;
  readonly answered: number;
  readonly drawn: number;
}

/** Runs in the page before its own scripts. */
function listen(): void {
  const heard = globalThis as unknown as Heard;
  heard.painted = [];
  heard.asked = 0;
  heard.answered = [];
  heard.moved = 0;
  const { addEventListener: listenTo, postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (...args: unknown[]): void {
    heard.asked ||= performance.now();
    postMessage.apply(this, args as Parameters<typeof postMessage>);
  };
  // before the page's own listener: what that draws comes after the answer
  const known = new WeakSet<Worker>();
  Worker.prototype.addEventListener = function (...args: unknown[]): void {
    if (!known.has(this)) {
      known.add(this);
      listenTo.call(this, "message", () => heard.answered.push(performance.now()));
    }
    listenTo.apply(this, args as Parameters<typeof listenTo>);
  };
  const numbers = new Map<HTMLCanvasElement, number>();
  const { clearRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...args): void {
    const canvas = numbers.get(this.canvas) ?? numbers.size;
    numbers.set(this.canvas, canvas);
    clearRect.apply(this, args);
    // after all drawing of this turn
    queueMicrotask(() => heard.painted.push({ at: performance.now(), canvas }));
  };
  addEventListener(
    "pointermove",
    () => {
      heard.moved = performance.now();
      heard.painted = [];
      heard.asked = 0;
      heard.answered = [];
    },
    { capture: true },
  );
}

async function grasp(page: Page, { handle }: Scene): Promise<{ x: number; y: number }> {
  const box = await page.getByTestId(handle).boundingBox();
  if (!box) throw new Error(`no ${handle}`);
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  return at;
}

async function singleMoves(page: Page, scene: Scene): Promise<Move[]> {
  const { x, y } = await grasp(page, scene);
  const moves: Move[] = [];
  for (let k = 0; k < 60; k++) {
    await page.mouse.move(x + 25 * Math.sin(k / 5), y - 30 + 20 * Math.cos(k / 5));
    await page.waitForFunction(
      (count) =>
        new Set((globalThis as unknown as Heard).painted.map((p) => p.canvas)).size >= count,
      scene.canvases,
      { polling: 5, timeout: 10_000 },
    );
    const move = await page.evaluate((count) => {
      const { painted, moved, asked, answered } = globalThis as unknown as Heard;
      const seen = new Set<number>();
      const { at: end } = painted.find(({ canvas }) => seen.add(canvas).size >= count) ?? {
        at: Number.NaN,
      };
      const last = Math.max(...answered.filter((at) => at <= end));
      return { asked: asked - moved, answered: last - asked, drawn: end - last };
    }, scene.canvases);
    if (k >= 10) moves.push(move);
    // what is still under way, as the paths of other starts, is not the next move's
    await page.waitForTimeout(60);
  }
  await page.mouse.up();
  return moves;
}

async function drag(page: Page, scene: Scene): Promise<number[]> {
  await page.waitForTimeout(800);
  const { x, y } = await grasp(page, scene);
  await page.evaluate(() => {
    const frames: number[] = [];
    let last = performance.now();
    const tick = (): void => {
      const now = performance.now();
      frames.push(now - last);
      last = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    Object.assign(globalThis, { frames });
  });
  const started = performance.now();
  for (let k = 0; performance.now() - started < 2000; k++) {
    await page.mouse.move(x + 40 * Math.sin(k / 12), y - 20 + 20 * Math.cos(k / 9));
    const next = started + (k + 1) * (1000 / 60);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
  }
  const frames = await page.evaluate(() => (globalThis as unknown as { frames: number[] }).frames);
  await page.mouse.up();
  return frames.slice(3);
}

function quantile(values: readonly number[], share: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(1);
}
