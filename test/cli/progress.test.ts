import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { byteCount, duration, startProgress } from "../../src/cli/progress.ts";
import { MemoryOutput } from "../support/outputs.ts";

beforeEach(() => {
  vi.stubEnv("FORCE_COLOR", undefined);
  vi.stubEnv("TERM", "xterm");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** erasing a line, and the colours of the bar */
const escapes = new RegExp(["\\r\x1b\\[2K", "\x1b\\[36m", "\x1b\\[39m"].join("|"));

function start(isTTY: boolean, columns = 100) {
  const stream = new MemoryOutput({ isTTY, columns });
  let time = 0;
  const progress = startProgress({ stream, label: "a1a", now: () => time });
  return {
    stream,
    progress,
    wait: (ms: number) => {
      time += ms;
    },
  };
}

describe("progress in a terminal", () => {
  it("draws label, bar, percent, time left and a note, and removes them", () => {
    const { stream, progress, wait } = start(true);
    progress.update(0);
    wait(10_000);
    progress.update(0.25, "EFGD");
    expect(stream.text.split("\r\x1b[2K").at(-1)).toBe(
      `a1a  ${"█".repeat(6)}${"░".repeat(18)}   25 %  30 s left  EFGD`,
    );
    progress.end("a1a is done");
    expect(stream.text.endsWith("\r\x1b[2Ka1a is done\n")).toBe(true);
  });

  it("measures resumed work from where it began", () => {
    const { stream, progress, wait } = start(true);
    progress.update(0.5);
    wait(60_000);
    progress.update(0.75);
    expect(stream.text).toContain("75 %  1 min 00 s left");
  });

  it("does not draw more than ten times a second, but always the end", () => {
    const { stream, progress, wait } = start(true);
    for (let i = 0; i <= 1000; i++) {
      progress.update(i / 1000);
      wait(1);
    }
    expect(stream.text.split("\r\x1b[2K").length - 1).toBe(11);
    expect(stream.text).toContain("100 %");
  });

  it("stays within the width of the terminal", () => {
    const { stream, progress } = start(true, 40);
    progress.update(0.5, "a long note that would not fit in forty columns");
    expect(stream.text.replace("\r\x1b[2K", "").length).toBe(39);
  });

  it("colours the bar where that is forced, within the same width", () => {
    vi.stubEnv("FORCE_COLOR", "1");
    const { stream, progress } = start(true, 60);
    progress.update(0.5, "a long note that would not fit in sixty columns");
    const [, before, bar, after] = stream.text.split(escapes);
    expect(bar).toBe("█".repeat(12) + "░".repeat(12));
    expect((before + bar + after).length).toBe(59);
  });

  it("writes lines above the bar", () => {
    const { stream, progress } = start(true);
    progress.update(0.5);
    const bar = stream.text.replace("\r\x1b[2K", "");
    progress.log("a warning");
    expect(stream.text.endsWith(`\r\x1b[2Ka warning\n${bar}`)).toBe(true);
  });
});

describe("progress elsewhere", () => {
  it("is a line every 10 %", () => {
    const { stream, progress, wait } = start(false);
    for (let i = 0; i <= 1000; i++) {
      progress.update(i / 1000, i === 500 ? "half" : "");
      wait(100);
    }
    progress.end();
    const lines = stream.text.trimEnd().split("\n");
    expect(lines.length).toBe(11);
    expect(lines[0]).toBe("a1a:  0 %");
    expect(lines[5]).toBe("a1a:  50 %  50 s left  half");
    expect(lines[10]).toBe("a1a:  100 %");
    expect(stream.text).not.toContain("\x1b");
  });

  it("skips tenths that were jumped over", () => {
    const { stream, progress } = start(false);
    progress.update(0.35);
    progress.update(0.39);
    progress.update(1);
    expect(stream.text).toBe("a1a:  30 %\na1a:  100 %\n");
  });

  it("writes logs and the last line plainly", () => {
    const { stream, progress } = start(false);
    progress.log("a warning");
    progress.end("done");
    expect(stream.text).toBe("a warning\ndone\n");
  });
});

describe("words for numbers", () => {
  it.each([
    [0.2, "1 s"],
    [59, "59 s"],
    [59.5, "1 min 00 s"],
    [125, "2 min 05 s"],
    [3600, "1 h 00 min"],
    [4830, "1 h 20 min"],
  ])("%d seconds: %s", (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });

  it.each([
    [48, "48 B"],
    [3200, "3.2 kB"],
    [11_000_000, "11.0 MB"],
  ])("%d bytes: %s", (bytes, words) => {
    expect(byteCount(bytes)).toBe(words);
  });
});
