/** The room Minimum: its controls, its results, and what the shell asks of it. */
import { Playback } from "../../parts/playback.svelte.ts";
import { PlayingRoom } from "../../parts/playingRoom.ts";
import type { Opened } from "../../shell/opened.ts";
import type { Picture, Room } from "../../shell/room.ts";
import { commandLine, libraryCode } from "./code.ts";
import { MinimumControls } from "./controls.svelte.ts";
import MinimumView from "./MinimumView.svelte";
import { pictures } from "./pictures.ts";
import { MinimumResults } from "./results.svelte.ts";

export class MinimumRoom extends PlayingRoom implements Room {
  readonly view = MinimumView;
  readonly controls: MinimumControls;
  readonly results: MinimumResults;
  /** from the right model to the wrong one, in hundredths */
  readonly playback: Playback;
  readonly pictures: readonly Picture[];
  protected readonly moved = ["wrong"];
  untouched = $state(true);

  constructor(params: ReadonlyMap<string, string>) {
    super();
    this.controls = new MinimumControls(params);
    this.results = new MinimumResults(this.controls);
    const { controls } = this;
    this.playback = new Playback(
      () => controls.wrong ?? 100,
      () => 100,
      (position) => this.seek(position),
    );
    this.pictures = pictures(this);
    if (params.size === 0) this.begin();
  }

  seek(wrong: number): void {
    this.controls.wrong = wrong >= 100 ? null : wrong;
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
}
