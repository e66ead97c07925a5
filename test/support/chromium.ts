/** A Chromium for tests that drive a page from outside; the same one that runs the browser tests. */
import { execFileSync } from "node:child_process";
import chromium from "@sparticuz/chromium";
import type { LaunchOptions } from "playwright";

/**
 * How to launch it. CHROMIUM names an executable; otherwise it is the one that npm installed. Pages are drawn by the
 * processor: an emulated graphics card takes twenty times as long.
 */
export async function chromiumOptions(): Promise<LaunchOptions & { executablePath: string }> {
  const named = process.env.CHROMIUM;
  return {
    executablePath: named
      ? execFileSync("which", [named], { encoding: "utf8" }).trim()
      : await chromium.executablePath(),
    args: ["--no-sandbox", "--disable-gpu"],
  };
}

/** Why it cannot be started, for a test to be skipped with; undefined where it can, and in CI, where it has to. */
export async function chromiumProblem(): Promise<string | undefined> {
  if (process.env.CI || process.env.CHROMIUM) return undefined;
  try {
    const { executablePath } = await chromiumOptions();
    execFileSync(executablePath, ["--version"], { stdio: "pipe" });
    return undefined;
  } catch (error) {
    return `Chromium does not start: ${error instanceof Error ? error.message : error}`;
  }
}
