/** The room Memory: its controls, its results, and what the shell asks of it. */
import { Playback } from "../../parts/playback.svelte.ts";
import { PlayingRoom } from "../../parts/playingRoom.ts";
import { notice } from "../../shell/notice.svelte.ts";
import type { Opened } from "../../shell/opened.ts";
import type { Picture, Room } from "../../shell/room.ts";
import { commandLine, libraryCode } from "./code.ts";
import { MemoryControls } from "./controls.svelte.ts";
import { imageOf } from "./drawing.ts";
import MemoryView from "./MemoryView.svelte";
import type { OpenedResult } from "./openedResult.ts";
import { pictures } from "./pictures.ts";
import { exampleOf, putBack } from "./pixels.ts";
import { MemoryResults } from "./results.svelte.ts";
import { table } from "./table.ts";

export class MemoryRoom extends PlayingRoom implements Room {
  readonly view = MemoryView;
  readonly tableLabel = "Epochs";
  readonly controls: MemoryControls;
  readonly results: MemoryResults;
  /** through the epochs of the stream */
  readonly playback: Playback;
  readonly pictures: readonly Picture[];
  protected readonly moved = ["t"];
  /** input of the network that is looked at */
  pixel = $state(27);
  untouched = $state(true);
  /** a result file that is shown beside the room's own runs */
  opened = $state.raw<OpenedResult>();
  /** lines are shown up to this epoch: what plays is not told beforehand */
  readonly revealed: number = $derived.by(() =>
    this.playback.playing ? this.controls.now : this.controls.last,
  );

  /** the digit that the networks are shown, `[64]` from 0 to 1 */
  readonly digit: Float64Array | undefined = $derived.by(() => {
    const { digit } = this.controls;
    const [first] = this.results.tasks;
    if (digit !== null) return imageOf(digit);
    return first && putBack(exampleOf(first.examples), first.order);
  });
  /** the last task that is learned at the epoch that is looked at; negative before any */
  readonly after: number = $derived.by(
    () => Math.floor(this.controls.now / this.controls.epochs) - 1,
  );
  readonly #stop: () => void;

  constructor(params: ReadonlyMap<string, string>) {
    super();
    this.controls = new MemoryControls(params);
    this.results = new MemoryResults(this.controls);
    const { controls } = this;
    this.playback = new Playback(
      () => controls.now,
      () => controls.last,
      (time) => controls.seek(time),
    );
    this.pictures = pictures(this);
    this.#stop = $effect.root(() => {
      $effect(() => {
        // networks that learn something more are asked again
        const { ewc, l2, sgd } = this.results.tracks;
        if (this.digit && ewc.learned + l2.learned + sgd.learned > 0) {
          this.results.read(this.digit, this.after);
        }
      });
    });
    if (params.size === 0) this.begin();
  }

  /** What is changed is seen to its end. */
  touch(): void {
    this.untouched = false;
    if (this.playback.playing) {
      this.playback.pause();
      this.controls.time = null;
    }
  }

  commandLine(): string {
    return commandLine(this.controls);
  }

  libraryCode(): string {
    return libraryCode(this.controls);
  }

  table(): string {
    return table(this.results);
  }

  open(file: Opened): boolean {
    if (file.kind !== "ewc") return false;
    this.#show(file.name, file.result).catch((error: unknown) => notice.warn(error));
    return true;
  }

  async #show(name: string, result: unknown): Promise<void> {
    const { readResult } = await import("./openedResult.ts");
    this.opened = readResult(name, result);
  }

  override close(): void {
    this.#stop();
    super.close();
  }
}
