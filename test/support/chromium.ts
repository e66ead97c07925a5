/** A Chromium for tests that drive a page from outside; the same one that runs the browser tests. */
import { execFileSync } from "node:child_process";
import chromium from "@sparticuz/chromium";
import type { LaunchOptions } from "playwright";

/** How to launch it. CHROMIUM names an executable; otherwise it is the one that npm installed. */
export async function chromiumOptions(): Promise<LaunchOptions> {
  const named = process.env.CHROMIUM;
  if (named) {
    const executablePath = execFileSync("which", [named], { encoding: "utf8" }).trim();
    return { executablePath, args: ["--no-sandbox"] };
  }
  return {
    executablePath: await chromium.executablePath(),
    // one process for everything is for the smallest machines: slow, and it dies as a whole
    args: chromium.args.filter((arg) => arg !== "--single-process"),
  };
}

/** Why it cannot be started, for a test to be skipped with; undefined where it can, and in CI, where it has to. */
export async function chromiumProblem(): Promise<string | undefined> {
  if (process.env.CI || process.env.CHROMIUM) return undefined;
  try {
    const { executablePath } = await chromiumOptions();
    execFileSync(executablePath ?? "", ["--version"], { stdio: "pipe" });
    return undefined;
  } catch (error) {
    return `Chromium does not start: ${error instanceof Error ? error.message : error}`;
  }
}
