/** The automated check of accessibility. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright";

const path = createRequire(new URL("../../lab/package.json", import.meta.url)).resolve("axe-core");

/** Rules that the page breaks, each with the elements that break it. */
export async function findings(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(path, "utf8"));
  return page.evaluate(async () => {
    interface Violation {
      readonly id: string;
      readonly nodes: readonly { readonly html: string }[];
    }
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: readonly Violation[] }> };
    };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
}
