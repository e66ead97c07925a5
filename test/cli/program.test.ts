import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { run } from "../../src/cli/program.ts";
import { table } from "../../src/cli/table.ts";
import { memoryContext } from "../support/outputs.ts";

beforeEach(() => {
  vi.stubEnv("FORCE_COLOR", undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function natgrad(...args: string[]) {
  const context = memoryContext();
  const code = await run(args, context);
  return { code, out: context.stdout.text, err: context.stderr.text };
}

describe("the program", () => {
  it("prints its version", async () => {
    expect(await natgrad("--version")).toEqual({
      code: 0,
      out: `${packageJson.version}\n`,
      err: "",
    });
  });

  it("prints help on stdout when asked, on stderr as wrong usage when not", async () => {
    for (const args of [["--help"], ["help"], ["data", "--help"], ["data", "fetch", "-h"]]) {
      const { code, out, err } = await natgrad(...args);
      expect([code, err]).toEqual([0, ""]);
      expect(out).toMatch(/^Usage: natgrad/);
    }
    for (const args of [[], ["data"]]) {
      const { code, out, err } = await natgrad(...args);
      expect([code, out]).toEqual([2, ""]);
      expect(err).toMatch(/^Usage: natgrad/);
    }
  });

  it("names exit codes and environment in its help", async () => {
    const { out } = await natgrad("--help");
    for (const word of ["130", "NATGRAD_DATA", "NATGRAD_KERNELS", "NATGRAD_DEBUG", "NO_COLOR"]) {
      expect(out).toContain(word);
    }
  });

  it.each([
    [["dta"], "error: unknown command 'dta' (Did you mean data?)\n"],
    [["data", "lst"], "error: unknown command 'lst' (Did you mean list?)\n"],
    [["data", "list", "--jsn"], "error: unknown option '--jsn' (Did you mean --json?)\n"],
    [["data", "fetch", "--cache"], "error: option '--cache <folder>' argument missing\n"],
    [
      ["doctor", "me"],
      "error: too many arguments for 'doctor'. Expected 0 arguments but got 1: me.\n",
    ],
  ])("%j is wrong usage, said in one line", async (args, message) => {
    const { code, out, err } = await natgrad(...args);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toBe(message);
  });

  it("colours errors where that is forced, not where it is refused or there is no terminal", async () => {
    vi.stubEnv("NO_COLOR", undefined);
    vi.stubEnv("FORCE_COLOR", undefined);
    expect((await natgrad("dta")).err).not.toContain("\x1b");
    vi.stubEnv("FORCE_COLOR", "1");
    expect((await natgrad("dta")).err).toBe(
      "\x1b[31merror: unknown command 'dta' (Did you mean data?)\x1b[39m\n",
    );
    vi.stubEnv("FORCE_COLOR", undefined);
    vi.stubEnv("NO_COLOR", "1");
    expect((await natgrad("dta")).err).not.toContain("\x1b");
  });

  it("prints a stack only where NATGRAD_DEBUG is set", async () => {
    vi.stubEnv("NATGRAD_DEBUG", "");
    expect((await natgrad("data", "verify", "nosuch")).err).not.toContain("\n    at ");
    vi.stubEnv("NATGRAD_DEBUG", "1");
    const { code, err } = await natgrad("data", "verify", "nosuch");
    expect(code).toBe(2);
    expect(err).toContain('UsageError: unknown data set "nosuch"');
    expect(err).toContain("\n    at ");
  });

  it("returns 130 when it is interrupted", async () => {
    const abort = new AbortController();
    const context = memoryContext(abort.signal);
    abort.abort(new Error("interrupted"));
    expect(await run(["data", "verify", "iris"], context)).toBe(130);
    expect([context.stdout.text, context.stderr.text]).toEqual(["", "stopped\n"]);
  });
});

describe("table", () => {
  it("sets columns two blanks apart, numbers on the right", () => {
    const text = table(
      ["name", "rows"],
      [
        ["Iris", 150],
        ["Powerplant", 9568],
      ],
    );
    expect(text).toBe("name        rows\nIris         150\nPowerplant  9568");
  });

  it("has a heading even without rows", () => {
    expect(table(["a", "b"], [])).toBe("a  b");
  });
});
