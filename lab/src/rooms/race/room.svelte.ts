/** The room Race: its controls, its results, and what the shell asks of it. */
import { untrack } from "svelte";
import type { Method } from "../../../../src/experiments/results.ts";
import { Playback } from "../../parts/playback.svelte.ts";
import { PlayingRoom } from "../../parts/playingRoom.ts";
import { notice } from "../../shell/notice.svelte.ts";
import type { Opened } from "../../shell/opened.ts";
import type { Picture, Room } from "../../shell/room.ts";
import { stillness } from "../../shell/theme.svelte.ts";
import { commandLine, libraryCode } from "./code.ts";
import { RaceControls } from "./controls.svelte.ts";
import { type DataName, problemOf, tableOf } from "./data.ts";
import { pictures } from "./pictures.ts";
import RaceView from "./RaceView.svelte";
import { RaceResults } from "./results.svelte.ts";
import { type Choice, optimizers } from "./state.ts";
import { choiceOf } from "./tally.ts";

/** px of the window below which maps are stacked and higher */
const NARROW = 640;

export class RaceRoom extends PlayingRoom implements Room {
  readonly view = RaceView;
  readonly controls: RaceControls;
  readonly results: RaceResults;
  readonly pictures: readonly Picture[];
  protected readonly moved = ["gd", "ngd", "efgd"];
  /** moves all rings from the smallest step size to the largest */
  readonly playback: Playback;
  untouched = $state(true);
  /** px of the window */
  width = $state(innerWidth);
  readonly narrow: boolean = $derived(this.width < NARROW);
  #ended: (() => void) | undefined;

  constructor(params: ReadonlyMap<string, string>) {
    super();
    this.controls = new RaceControls(params);
    if (this.controls.data === "table") this.#missTable();
    this.results = new RaceResults(this.controls);
    this.pictures = pictures(this);
    this.playback = new Playback(
      () => this.step,
      () => this.steps,
      (step) => this.seek(step),
    );
    if (params.size === 0) this.begin();
  }

  /** no ring has been moved from its best run */
  get atBest(): boolean {
    return optimizers.every((method) => this.controls.choices[method] === null);
  }

  /** the place of the empirical Fisher's step size; 0 while all are at their best */
  get step(): number {
    const { chosen, tallies } = this.results;
    if (this.atBest || !chosen.EFGD) return 0;
    return Math.floor(chosen.EFGD.place / tallies.EFGD.columns);
  }

  /** the place of the last step size */
  get steps(): number {
    return this.controls.configuration.stepSizes.length - 1;
  }

  /** Chooses for each optimizer the run with that step size and the damping of its best one; played to the end, the best. */
  seek(step: number): void {
    this.untouched = false;
    if (this.playback.playing && step >= this.steps) {
      this.controls.forget();
      return;
    }
    const { tallies } = this.results;
    const stepSize = this.controls.configuration.stepSizes[step];
    for (const method of optimizers) {
      const { settings, best } = tallies[method];
      const found = settings[best];
      if (found) this.controls.choose(method, choiceOf(method, { ...found, stepSize }));
    }
  }

  /** Races on other data. */
  enter(data: DataName): void {
    this.playback.pause();
    this.controls.enter(data);
  }

  choose(method: Method, choice: Choice | null): void {
    this.playback.pause();
    this.untouched = false;
    this.controls.choose(method, choice);
  }

  /** Another panel of the result file that is open. */
  showPanel(dataset: string): void {
    const { opened } = this.controls;
    const panel = opened?.panels.find((one) => one.dataset === dataset);
    this.playback.pause();
    if (opened && panel) this.controls.enterPanel({ ...opened, panel });
  }

  override load(params: ReadonlyMap<string, string>): void {
    this.#ended?.();
    super.load(params);
    if (this.controls.data === "table" && !this.controls.own) this.#missTable();
  }

  commandLine(): string {
    return commandLine(this.controls);
  }

  libraryCode(): string {
    return libraryCode(this.controls);
  }

  table(): string {
    const { problem } = this.results;
    if (!problem) throw new Error("The samples of this result are not in its file.");
    return tableOf(problem);
  }

  open(file: Opened): boolean {
    if (file.kind === "table") {
      this.controls.own = problemOf(file.name, file.table);
      this.enter("table");
      return true;
    }
    if (file.kind !== "figure" || ![3, 5, 6].includes(file.figure)) return false;
    import("./resultFile.ts")
      .then(({ enterResult }) => enterResult(this.controls, file.name, file.result))
      .catch((error: unknown) => notice.warn(error));
    return true;
  }

  override close(): void {
    this.#ended?.();
    super.close();
  }

  /** Plays once, from the smallest step size, when the race is run; not if something has been chosen by then. */
  protected override begin(): void {
    if (stillness()) return;
    this.untouched = true;
    this.#ended = $effect.root(() => {
      $effect(() => {
        if (!this.results.panel || !this.untouched) return;
        untrack(() => {
          this.seek(0);
          this.playback.play();
        });
      });
    });
  }

  /** A link holds no table. */
  #missTable(): void {
    this.controls.enter("Wine");
    notice.warn("This view is of a table that is not in its link. Open the table to see it.");
  }
}
