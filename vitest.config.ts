import { execFileSync } from "node:child_process";
import chromium from "@sparticuz/chromium";
import { playwright } from "@vitest/browser-playwright";
import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

// the package's own imports ("#files", "#native") then name the sources, not dist
const source = "natgrad-source";
const shared = {
  resolve: { conditions: [source, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [source, ...defaultServerConditions] } },
};

/** Suites that run in both worlds: no Node API in them. */
const isomorphic = [
  "test/linalg/!(assembly|native|provider).test.ts",
  "test/likelihoods/*.test.ts",
  "test/statistics/{diagnose,distributions,fit,informationMatrixTest,rows,verdict}.test.ts",
];

const node: TestProjectInlineConfiguration = {
  ...shared,
  test: {
    // a hang, not a speed: machines are busy
    testTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    name: "node",
    include: ["test/**/*.test.ts"],
    exclude: ["test/browser/**"],
  },
};

/** CHROMIUM names an executable; otherwise it is the one that npm installed. */
async function browser(): Promise<TestProjectInlineConfiguration> {
  const named = process.env.CHROMIUM;
  try {
    const executablePath = named
      ? execFileSync("which", [named], { encoding: "utf8" }).trim()
      : await chromium.executablePath();
    // a missing system library shows here, with its name
    execFileSync(executablePath, ["--version"], { encoding: "utf8", stdio: "pipe" });
    // one process for everything is for the smallest machines: slow, and it dies as a whole
    const args = chromium.args.filter((arg) => arg !== "--single-process");
    return {
      ...shared,
      test: {
        name: "browser",
        testTimeout: 60_000,
        include: [...isomorphic, "test/browser/**/*.test.ts"],
        browser: {
          enabled: true,
          headless: true,
          screenshotFailures: false,
          provider: playwright({
            launchOptions: { executablePath, args: named ? ["--no-sandbox"] : args },
          }),
          instances: [{ browser: "chromium" }],
        },
      },
    };
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).trim();
    const message =
      `Chromium does not start, so the browser tests cannot run: ${reason}\n` +
      "Install its libraries (Debian and Ubuntu: apt-get install libnss3), or name another one: CHROMIUM=…";
    if (process.env.CI || named) throw new Error(message, { cause: error });
    console.warn(message);
    // one skipped test with the reason stands in the report
    return {
      ...shared,
      test: {
        name: "browser",
        include: ["test/support/noBrowser.ts"],
        env: { NATGRAD_NO_BROWSER: message },
      },
    };
  }
}

export default defineConfig({ test: { projects: [node, await browser()] } });
