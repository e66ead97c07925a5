import { existsSync, readdirSync } from "node:fs";
import { open } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openSpool } from "../../src/tables/spool.ts";
import { openWorkspace } from "../../src/tables/workspace.ts";
import { csv, failure, folder } from "./tables.ts";

describe("a spool", () => {
  it("gives back what was put in, as often as wanted, two readers at once too", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 200 }),
        fc.array(fc.double({ noNaN: true }), { maxLength: 60 }),
        async (width, blockRows, memory, values) => {
          const rows = Math.floor(values.length / width);
          await using spool = openSpool({ width, blockRows, folder, memory });
          for (let row = 0; row < rows; row += blockRows) {
            const count = Math.min(blockRows, rows - row);
            spool.buffer.set(values.slice(row * width, (row + count) * width));
            await spool.append(count);
          }
          expect(spool.rows).toBe(rows);
          const read = async (): Promise<number[]> => {
            const found: number[] = [];
            for await (const { data } of spool.blocks()) found.push(...data);
            return found;
          };
          const expected = values.slice(0, rows * width);
          expect(await read()).toEqual(expected);
          expect(await Promise.all([read(), read()])).toEqual([expected, expected]);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("takes no block after a short one", async () => {
    await using spool = openSpool({ width: 1, blockRows: 2, folder });
    await spool.append(1);
    expect(await failure(spool.append(2))).toMatch(/RangeError/);
  });

  it("has no name while it is open, and can be left at any time", async () => {
    const before = readdirSync(folder);
    await using spool = openSpool({ width: 1, blockRows: 2, folder, memory: 32 });
    for (let i = 0; i < 5; i++) await spool.append(2);
    expect(readdirSync(folder)).toEqual(before);
    for await (const { rows } of spool.blocks()) {
      expect(rows).toBe(2);
      break;
    }
    const stop = new AbortController();
    const walk = async (): Promise<void> => {
      for await (const _ of spool.blocks(stop.signal)) stop.abort(new Error("stop"));
    };
    expect(await failure(walk())).toBe("Error: stop");
  });

  it("makes a file only for what memory is not to hold", async () => {
    const opened: string[] = [];
    const openFile = (path: string) => {
      opened.push(path);
      return open(path, "wx+");
    };
    await using small = openSpool({ width: 2, blockRows: 4, folder, openFile, memory: 64 });
    await small.append(4);
    expect(opened).toEqual([]);
    await small.append(3);
    expect(opened).toHaveLength(1);
  });

  it("says where the disk is full", async () => {
    const full = async (path: string) => {
      const file = await open(path, "wx+");
      const write = () =>
        Promise.reject(Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC" }));
      return { read: file.read.bind(file), close: () => file.close(), write };
    };
    const before = readdirSync(folder).length;
    expect(
      await failure(csv("x,y\n1,2.5\n2,3\n", { target: "y", openFile: full, folder, memory: 0 })),
    ).toMatch(
      /^MissingError: cannot write .*: no space is left on the device; free some or name another folder \(ENOSPC\); TMPDIR names the folder$/,
    );
    expect(readdirSync(folder)).toHaveLength(before + 1);
  });

  it.skipIf(!existsSync("/dev/full"))(
    "says so too for the device that is always full",
    async () => {
      const openFile = () => open("/dev/full", "r+");
      await using spool = openSpool({ width: 1, blockRows: 1, folder, memory: 0, openFile });
      expect(await failure(spool.append(1))).toMatch(/no space is left on the device/);
    },
  );

  it("needs a folder that is there", async () => {
    expect(await failure(openWorkspace(`${folder}/none`))).toMatch(
      /^MissingError: cannot write .*natgrad-…: the folder cannot be made/,
    );
  });
});
