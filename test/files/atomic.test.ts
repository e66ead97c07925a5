import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { MissingError } from "../../src/errors.ts";
import { writeAtomically, writeFailure } from "../../src/files/atomic.ts";
import { temporaryFolder } from "../support/files.ts";

describe("writeAtomically", () => {
  it("makes folders, writes text and bytes, replaces, and leaves nothing beside", async () => {
    const folder = join(temporaryFolder(), "a", "b");
    const path = join(folder, "x");
    await writeAtomically(path, "text");
    expect(readFileSync(path, "utf8")).toBe("text");
    await writeAtomically(path, Uint8Array.from([1, 2]));
    expect([...readFileSync(path)]).toEqual([1, 2]);
    expect(readdirSync(folder)).toEqual(["x"]);
  });

  it("leaves one whole file of several written at once", async () => {
    const path = join(temporaryFolder(), "x");
    const texts = Array.from({ length: 8 }, (_, i) => String(i).repeat(10_000));
    await Promise.all(texts.map((text) => writeAtomically(path, text)));
    expect(texts).toContain(readFileSync(path, "utf8"));
  });

  it("refuses a folder in place of the file, and keeps it", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "x");
    mkdirSync(join(path, "inside"), { recursive: true });
    await expect(writeAtomically(path, "text")).rejects.toThrow(MissingError);
    expect(readdirSync(folder)).toEqual(["x"]);
    expect(readdirSync(path)).toEqual(["inside"]);
  });

  it("refuses a path through a file", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    const path = join(file, "x");
    await expect(writeAtomically(path, "text")).rejects.toThrow(
      `cannot write ${path}: a part of the path is a file; name another folder (E`,
    );
  });

  it.skipIf(process.platform !== "linux")("refuses a read-only folder", async () => {
    // nobody, not even root, makes files in /proc
    await expect(writeAtomically("/proc/natgrad/x", "text")).rejects.toThrow(
      /^cannot write \/proc\/natgrad\/x: .*name another/,
    );
  });

  /** Runs a module that imports writeAtomically, in a shell after `limits`. */
  function child(body: string, limits = "true") {
    const source = new URL("../../src/files/atomic.ts", import.meta.url).href;
    const code = `import { writeAtomically } from "${source}";\n${body}`;
    return spawn("sh", [
      "-c",
      `${limits}; exec "$0" --input-type=module -e "$1"`,
      process.execPath,
      code,
    ]);
  }

  const ended = (process: ReturnType<typeof child>) =>
    new Promise<number | null>((resolve) => {
      process.on("close", resolve);
    });

  it.skipIf(process.platform === "win32")(
    "removes what it wrote where the file would be too large, and keeps the old one",
    async () => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, "x"), "old");
      const path = JSON.stringify(join(folder, "x"));
      const writer = child(
        `await writeAtomically(${path}, "x".repeat(1e6)).catch((error) => console.log(error.message));`,
        "ulimit -f 8",
      );
      let said = "";
      writer.stdout.on("data", (chunk) => {
        said += chunk;
      });
      await ended(writer);
      expect(said).toContain("the file would be larger than the system allows");
      expect(readdirSync(folder)).toEqual(["x"]);
      expect(readFileSync(join(folder, "x"), "utf8")).toBe("old");
    },
  );

  it("leaves a whole file or none when it is killed", async () => {
    const path = join(temporaryFolder(), "x");
    const size = 300_000;
    const writer = child(
      `for (let i = 0; ; i = (i + 1) % 10) await writeAtomically(${JSON.stringify(path)}, String(i).repeat(${size}));`,
    );
    while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 17));
    writer.kill("SIGKILL");
    await ended(writer);
    const text = readFileSync(path, "utf8");
    expect(text).toBe(text[0].repeat(size));
  });
});

describe("writeFailure", () => {
  const failure = (code: string) =>
    writeFailure("out/x", Object.assign(new Error("from the system"), { code })).message;

  it.each([
    ["ENOSPC", "no space is left on the device; free some or name another folder"],
    ["EROFS", "the file system is read-only; name another folder"],
    ["EACCES", "permission is denied; make the folder writable or name another"],
  ])("says what to do about %s", (code, words) => {
    expect(failure(code)).toBe(`cannot write out/x: ${words} (${code})`);
  });

  it("passes on what it does not know", () => {
    expect(failure("EIO")).toBe("cannot write out/x: from the system (EIO)");
    expect(writeFailure("x", "a string").message).toBe("cannot write x: a string");
  });
});
