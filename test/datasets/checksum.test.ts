import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { checkedContents, sha256 } from "../../src/datasets/checksum.ts";
import type { CheckedForm, DataFile } from "../../src/datasets/dataset.ts";
import { gunzip, isGzip } from "../../src/datasets/gzip.ts";
import { FormatError } from "../../src/errors.ts";
import { textFile } from "../support/files.ts";

const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

function expecting(text: string, form: CheckedForm): DataFile {
  const bytes = new TextEncoder().encode(text);
  return { path: "x", urls: [], form, sha256: hash(bytes), size: bytes.length };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("sha256", () => {
  it("agrees with Node's", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect(await sha256(bytes)).toBe(hash(bytes));
      }),
    );
  });

  it("says why it cannot in an insecure page", async () => {
    vi.stubGlobal("crypto", {});
    await expect(sha256(new Uint8Array())).rejects.toThrow("https or localhost only");
  });
});

describe("gunzip", () => {
  const packed = gzipSync("some contents, ".repeat(100));
  const file = (bytes: Uint8Array) => ({ path: "x.gz", bytes });

  it("unpacks what gzip packed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async (bytes) => {
        expect(isGzip(gzipSync(bytes))).toBe(true);
        expect(await gunzip(file(gzipSync(bytes)))).toEqual(bytes);
      }),
    );
  });

  it("refuses a file cut anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: packed.length - 1 }), async (length) => {
        await expect(gunzip(file(packed.subarray(0, length)))).rejects.toThrow(FormatError);
      }),
    );
  });

  it("refuses a damaged checksum, and says so", async () => {
    const damaged = Uint8Array.from(packed);
    damaged[packed.length - 6] ^= 1;
    await expect(gunzip(file(damaged))).rejects.toThrow(
      `x.gz: found a truncated or damaged gzip file (${packed.length} bytes), expected one that unpacks`,
    );
  });

  it("stops at a limit", async () => {
    await expect(gunzip(file(packed), 1499)).rejects.toThrow("x.gz: found more than 1499 unpacked");
    expect((await gunzip(file(packed), 1500)).length).toBe(1500);
  });
});

describe("checkedContents", () => {
  it("compares exact bytes", async () => {
    const file = expecting("a b\n", "exact");
    expect((await checkedContents(file, textFile("a b\n"))).bytes).toEqual(textFile("a b\n").bytes);
    await expect(checkedContents(file, textFile("a c\n"))).rejects.toThrow(
      `some.txt: found SHA-256 ${hash(textFile("a c\n").bytes)}, expected ${file.sha256}`,
    );
  });

  it("compares unpacked bytes, however they were packed", async () => {
    const file = expecting("contents", "unpacked");
    for (const bytes of [
      gzipSync("contents", { level: 1 }),
      gzipSync("contents", { level: 9 }),
      textFile("contents").bytes,
    ]) {
      const checked = await checkedContents(file, { path: "x.gz", bytes });
      expect(new TextDecoder().decode(checked.bytes)).toBe("contents");
    }
    await expect(
      checkedContents(file, { path: "x.gz", bytes: gzipSync("Contents") }),
    ).rejects.toThrow(/^x.gz: found SHA-256 [0-9a-f]{64} unpacked, expected/);
  });

  it("compares lines without trailing blanks", async () => {
    const file = expecting("1 1:1\n2 2:2\n", "trimmed");
    const checked = await checkedContents(file, textFile("1 1:1 \t\r\n2 2:2 \n"));
    expect(new TextDecoder().decode(checked.bytes)).toBe("1 1:1\n2 2:2\n");
    await expect(checkedContents(file, textFile("1 1:1\n2  2:2\n"))).rejects.toThrow(FormatError);
    await expect(checkedContents(file, textFile("1 1:2\n2 2:2\n"))).rejects.toThrow(
      "without trailing blanks",
    );
  });

  it("says empty and truncated", async () => {
    const file = expecting("12345", "exact");
    await expect(checkedContents(file, textFile(""))).rejects.toThrow(
      "some.txt: found an empty file, expected 5 bytes",
    );
    await expect(checkedContents(file, textFile("123"))).rejects.toThrow(
      "some.txt: found 3 bytes, expected 5 (truncated?)",
    );
    await expect(checkedContents(file, textFile("1234567"))).rejects.toThrow(
      /found 7 bytes, expected 5$/,
    );
  });
});
