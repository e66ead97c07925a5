import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { sources, upToDate } from "../../tools/assembly.ts";

describe("generated kernel modules", () => {
  it.each(sources.map(({ entry, output }) => [basename(output), entry, output]))(
    "%s is what its source compiles to (else run: node tools/assembly.ts)",
    async (_, entry, output) => {
      expect(await upToDate(entry, output)).toBe(true);
    },
    30_000,
  );
});
