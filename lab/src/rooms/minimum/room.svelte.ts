/** The room Minimum: its controls, its results, and what the shell asks of it. */
import { Playback } from "../../parts/playback.svelte.ts";
import type { Opened } from "../../shell/opened.ts";
import type { Picture, Room } from "../../shell/room.ts";
import { stillness } from "../../shell/theme.svelte.ts";
import { commandLine, libraryCode } from "./code.ts";
import { MinimumControls } from "./controls.svelte.ts";
import MinimumView from "./MinimumView.svelte";
import { pictures } from "./pictures.ts";
import { MinimumResults } from "./results.svelte.ts";

export class MinimumRoom implements Room {
  readonly view = MinimumView;
  readonly controls: MinimumControls;
  readonly results: MinimumResults;
  /** from the right model to the wrong one, in hundredths */
  readonly playback: Playback;
  readonly pictures: readonly Picture[];
  untouched = $state(true);

  constructor(params: ReadonlyMap<string, string>) {
    this.controls = new MinimumControls(params);
    this.results = new MinimumResults(this.controls);
    const { controls } = this;
    this.playback = new Playback(
      () => controls.wrong ?? 100,
      () => 100,
      (position) => this.seek(position),
    );
    this.pictures = pictures(this);
    if (params.size === 0 && !stillness()) this.playback.play();
  }

  seek(wrong: number): void {
    this.controls.wrong = wrong >= 100 ? null : wrong;
  }

  params(): ReadonlyMap<string, string> {
    const params = new Map(this.controls.params());
    if (this.playback.playing) params.delete("wrong");
    return params;
  }

  load(params: ReadonlyMap<string, string>): void {
    this.playback.pause();
    this.controls.load(params);
  }

  reset(): void {
    this.load(new Map());
    if (!stillness()) this.playback.play();
  }

  commandLine(): string {
    return commandLine(this.controls);
  }

  libraryCode(): string {
    return libraryCode(this.controls);
  }

  table(): string {
    const { answer } = this.results;
    const linear = this.controls.family === "gaussian";
    const lines = [linear ? "x,y" : "x1,x2,y"];
    for (let n = 0; n < (answer?.y.length ?? 0); n++) {
      const [u, v, y] = [answer?.X[2 * n], answer?.X[2 * n + 1], answer?.y[n]];
      lines.push(linear ? `${u},${y}` : `${u},${v},${y}`);
    }
    return `${lines.join("\n")}\n`;
  }

  open(file: Opened): boolean {
    if (file.kind !== "figure" || (file.figure !== 2 && file.figure !== 4)) return false;
    this.load(new Map());
    if (file.figure === 4) {
      this.controls.family = "gaussian";
      this.controls.priorVariance = 0.1;
    }
    return true;
  }

  close(): void {
    this.playback.pause();
    this.results.close();
  }
}
