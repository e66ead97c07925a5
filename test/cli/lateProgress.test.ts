import { describe, expect, it } from "vitest";
import { lateProgress } from "../../src/cli/lateProgress.ts";
import { memoryContext } from "../support/outputs.ts";

describe("late progress", () => {
  it("says nothing of what is over in a second", () => {
    const context = memoryContext();
    let time = 0;
    const progress = lateProgress(context, () => time);
    for (; time < 1000; time += 100) progress.update("reading", time / 1000);
    progress.end();
    expect(context.stderr.text).toBe("");
  });

  it("shows each part of what takes longer under its own name", () => {
    const context = memoryContext();
    let time = 0;
    const progress = lateProgress(context, () => time);
    progress.update("reading", 0);
    time = 2000;
    progress.update("reading", 0.25, "5 rows");
    time = 3000;
    progress.update("reading", 0.5, "9 rows");
    progress.update("fitting", 0);
    progress.end();
    expect(context.stderr.text).toBe(
      "reading:  20 %  5 rows\nreading:  50 %  2 s left  9 rows\nfitting:  0 %\n",
    );
  });
});
