import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { startCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/files.ts";
import { serve } from "../support/server.ts";

/** Away from the user's own data. */
function apart() {
  const cache = temporaryFolder();
  return { NATGRAD_DATA: "", XDG_CACHE_HOME: cache, NATGRAD_OFFLINE: "", NATGRAD_MIRROR: "" };
}

describe("the process natgrad", () => {
  it("exits 0 with its version on stdout", async () => {
    const { code, out, err } = await startCli(["--version"]).result;
    expect([code, out, err]).toEqual([0, `${packageJson.version}\n`, ""]);
  });

  it("exits 1 when something failed", async () => {
    const env = { ...apart(), NATGRAD_OFFLINE: "1" };
    const { code, err } = await startCli(["data", "fetch", "yacht"], env).result;
    expect([code, err]).toEqual([1, "error: 1 of 1 data sets could not be fetched: Yacht\n"]);
  });

  it("exits 2 on wrong usage", async () => {
    const { code, out, err } = await startCli(["data", "fetch", "--nosuch"]).result;
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(/^error: unknown option '--nosuch'.*\n$/);
  });

  it("exits 130 on Ctrl-C, without half a file", async () => {
    const env = apart();
    let asked = (): void => {};
    const request = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const { address } = await serve((_, response) => {
      response.write("the first bytes, and no more");
      asked();
    });
    const run = startCli(["data", "fetch", "yacht"], { ...env, NATGRAD_MIRROR: address });
    await request;
    run.child.kill("SIGINT");
    const ended = await run.result;
    expect([ended.code, ended.signal, ended.out]).toEqual([130, null, ""]);
    expect(ended.err).toContain("stopped\n");
    expect(existsSync(join(env.XDG_CACHE_HOME, "natgrad"))).toBe(false);
  });

  it("does not mind a reader that has gone", async () => {
    const { child, result } = startCli(["data", "list", "--json"], apart());
    child.stdout?.destroy();
    const { code, err } = await result;
    expect([code, err]).toEqual([0, ""]);
  });
});
