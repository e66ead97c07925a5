import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openJournal } from "../../src/cli/journal.ts";
import { temporaryFolder } from "../support/files.ts";

function journalFile(): string {
  return join(temporaryFolder(), "deep", "journal.jsonl");
}

/** A journal with two pieces, closed. */
function filled(path: string): void {
  const journal = openJournal(path);
  journal.append("a", { values: [1, null], loss: 0.1 + 0.2 });
  journal.append("b", [2]);
  journal.close();
}

describe("the journal", () => {
  it("gives back what an earlier call has appended, number for number", () => {
    const path = journalFile();
    filled(path);
    const journal = openJournal(path);
    expect(journal.read("a")).toEqual({ values: [1, null], loss: 0.1 + 0.2 });
    expect(journal.read("b")).toEqual([2]);
    expect(journal.read("c")).toBeUndefined();
    expect([journal.reused, journal.added]).toEqual([2, 0]);
    journal.close();
  });

  it("has each piece in the file as soon as it is appended", () => {
    const path = journalFile();
    const journal = openJournal(path);
    journal.append("a", 1);
    expect(readFileSync(path, "utf8")).toBe('{"key":"a","value":1}\n');
    expect(journal.added).toBe(1);
    journal.close();
  });

  it.each([1, 5, 14])("loses only the last piece when a kill cuts %i bytes off", (cut) => {
    const path = journalFile();
    filled(path);
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, whole.length - cut));
    const resumed = openJournal(path);
    expect(resumed.read("a")).toBeDefined();
    expect(resumed.read("b")).toBeUndefined();
    resumed.append("b", [3]);
    resumed.close();
    const again = openJournal(path);
    expect([again.read("a"), again.read("b")]).toEqual([
      { values: [1, null], loss: 0.1 + 0.2 },
      [3],
    ]);
    again.close();
  });

  it("passes over lines that are none of its own", () => {
    const path = journalFile();
    filled(path);
    appendFileSync(path, 'nonsense\n[1]\nnull\n{"key":1,"value":2}\n{"key":"c"}\n\n');
    const journal = openJournal(path);
    expect(journal.read("b")).toEqual([2]);
    expect(journal.read("c")).toBeUndefined();
    journal.close();
  });

  it("forgets everything when it is to be fresh", () => {
    const path = journalFile();
    filled(path);
    const journal = openJournal(path, { fresh: true });
    expect(journal.read("a")).toBeUndefined();
    expect(existsSync(path)).toBe(true);
    journal.close();
    expect(readFileSync(path, "utf8")).toBe("");
  });

  it("says what is wrong where it cannot be written", () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    expect(() => openJournal(join(file, "journal.jsonl"))).toThrow(
      `cannot write ${join(file, "journal.jsonl")}: a part of the path is a file`,
    );
  });
});
