/** The room Race: its controls, its results, and what the shell asks of it. */
import type { Method } from "../../../../src/experiments/results.ts";
import { notice } from "../../shell/notice.svelte.ts";
import type { Opened } from "../../shell/opened.ts";
import type { Picture, Room } from "../../shell/room.ts";
import { commandLine, libraryCode } from "./code.ts";
import { RaceControls } from "./controls.svelte.ts";
import { problemOf, tableOf } from "./data.ts";
import { pictures } from "./pictures.ts";
import RaceView from "./RaceView.svelte";
import { RaceResults } from "./results.svelte.ts";
import type { Choice } from "./state.ts";

/** px of the window below which maps are stacked and higher */
const NARROW = 640;

export class RaceRoom implements Room {
  readonly view = RaceView;
  readonly controls: RaceControls;
  readonly results: RaceResults;
  readonly pictures: readonly Picture[];
  untouched = $state(true);
  /** px of the window */
  width = $state(innerWidth);
  readonly narrow: boolean = $derived(this.width < NARROW);

  constructor(params: ReadonlyMap<string, string>) {
    this.controls = new RaceControls(params);
    if (this.controls.data === "table") this.#missTable();
    this.results = new RaceResults(this.controls);
    this.pictures = pictures(this);
  }

  choose(method: Method, choice: Choice | null): void {
    this.untouched = false;
    this.controls.choose(method, choice);
  }

  /** Another panel of the result file that is open. */
  showPanel(dataset: string): void {
    const { opened } = this.controls;
    const panel = opened?.panels.find((one) => one.dataset === dataset);
    if (opened && panel) this.controls.enterPanel({ ...opened, panel });
  }

  params(): ReadonlyMap<string, string> {
    return this.controls.params();
  }

  load(params: ReadonlyMap<string, string>): void {
    this.controls.load(params);
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
    if (!problem) throw new Error("the samples of this result are not in its file");
    return tableOf(problem);
  }

  open(file: Opened): boolean {
    if (file.kind === "table") {
      this.controls.own = problemOf(file.name, file.table);
      this.controls.enter("table");
      return true;
    }
    if (file.kind !== "figure" || ![3, 5, 6].includes(file.figure)) return false;
    import("./resultFile.ts")
      .then(({ enterResult }) => enterResult(this.controls, file.name, file.result))
      .catch((error: unknown) => notice.warn(error));
    return true;
  }

  close(): void {
    this.results.close();
  }

  /** A link holds no table. */
  #missTable(): void {
    this.controls.enter("Wine");
    notice.warn("This view is of a table that is not in its link. Open the table to see it.");
  }
}
