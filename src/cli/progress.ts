/** Progress on stderr: one line that is drawn anew in a terminal, a line every 10 % elsewhere. */
import { styleText } from "node:util";
import type { Output } from "./context.ts";

export interface Progress {
  /** `fraction` done, from 0 to 1, and what is being done; values below the last one are taken as they are. */
  update(fraction: number, note?: string): void;
  /** Writes a line of its own (a warning, a finished part) without disturbing the bar. */
  log(line: string): void;
  /** Removes the bar; `line` says how it ended. To be called also where the work fails. */
  end(line?: string): void;
}

export interface ProgressOptions {
  readonly stream: Output;
  /** what the work is, in a word or two */
  readonly label: string;
  /** milliseconds; for tests */
  readonly now?: () => number;
}

const barWidth = 24;
/** milliseconds between two drawings */
const interval = 100;

/**
 * Starts a progress line.
 *
 *     const progress = startProgress({ stream: context.stderr, label: "a1a" });
 *     progress.update(0.25, "EFGD");   // a1a ██████░░░░…  25 %  12 s left  EFGD
 *     progress.end();
 *
 * The time left is that of the work seen since the first update, so resumed work is not counted as fast.
 */
export function startProgress(options: ProgressOptions): Progress {
  const { stream, label, now = Date.now } = options;
  const terminal = Boolean(stream.isTTY) && process.env.TERM !== "dumb";
  let first: { fraction: number; time: number } | undefined;
  let drawn = Number.NEGATIVE_INFINITY;
  let tenth = -1;
  let line = "";

  const remaining = (fraction: number): string => {
    if (!first || fraction <= first.fraction || fraction >= 1) return "";
    const elapsed = now() - first.time;
    return `${duration((elapsed * (1 - fraction)) / (fraction - first.fraction) / 1000)} left`;
  };

  const draw = (fraction: number, note: string): void => {
    const done = Math.round(fraction * barWidth);
    const bar = "█".repeat(done) + "░".repeat(barWidth - done);
    const parts = [label, bar, percent(fraction), remaining(fraction), note];
    const text = parts
      .filter(Boolean)
      .join("  ")
      .slice(0, (stream.columns ?? 80) - 1);
    line = text.replace(bar, styleText("cyan", bar, { stream }));
    stream.write(`\r\x1b[2K${line}`);
  };

  return {
    update(fraction, note = "") {
      const part = Math.min(Math.max(fraction, 0), 1);
      first ??= { fraction: part, time: now() };
      if (terminal) {
        if (now() - drawn < interval && part < 1) return;
        drawn = now();
        draw(part, note);
      } else if (Math.floor(part * 10 + 1e-9) > tenth) {
        tenth = Math.floor(part * 10 + 1e-9);
        const parts = [`${label}:`, percent(tenth / 10).trim(), remaining(part), note];
        stream.write(`${parts.filter(Boolean).join("  ")}\n`);
      }
    },
    log(text) {
      stream.write(terminal && line ? `\r\x1b[2K${text}\n${line}` : `${text}\n`);
    },
    end(text) {
      if (terminal && line) stream.write("\r\x1b[2K");
      line = "";
      if (text) stream.write(`${text}\n`);
    },
  };
}

function percent(fraction: number): string {
  return `${String(Math.floor(fraction * 100 + 1e-9)).padStart(3)} %`;
}

/** Seconds in words: "8 s", "2 min 05 s", "1 h 20 min". */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** Bytes in words: "48 B", "3.2 kB", "11.0 MB". */
export function byteCount(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
