/** The room Fields: its controls, its results, and what the shell asks of it. */
import { Playback } from "../../parts/playback.svelte.ts";
import { notice } from "../../shell/notice.svelte.ts";
import type { Opened } from "../../shell/opened.ts";
import type { Picture, Room } from "../../shell/room.ts";
import { stillness } from "../../shell/theme.svelte.ts";
import { commandLine, libraryCode } from "./code.ts";
import { FieldsControls } from "./controls.svelte.ts";
import FieldsView from "./FieldsView.svelte";
import { pictures } from "./pictures.ts";
import { FieldsResults } from "./results.svelte.ts";
import { samplesOf, tableOf } from "./table.ts";

export class FieldsRoom implements Room {
  readonly view = FieldsView;
  readonly controls: FieldsControls;
  readonly results: FieldsResults;
  readonly playback: Playback;
  readonly pictures: readonly Picture[];
  /** nothing has been dragged yet: the view may invite to it */
  untouched = $state(true);

  constructor(params: ReadonlyMap<string, string>) {
    this.controls = new FieldsControls(params);
    this.results = new FieldsResults(this.controls);
    const { controls } = this;
    this.playback = new Playback(
      () => controls.position,
      () => controls.steps,
      (position) => controls.seek(position),
    );
    this.pictures = pictures(this);
    // a first visit begins with something that moves; a link shows what it was copied from
    if (params.size === 0 && !stillness()) this.playback.play();
  }

  params(): ReadonlyMap<string, string> {
    // an address that follows every frame of the playback is of no use to anybody
    const params = new Map(this.controls.params());
    if (this.playback.playing) params.delete("t");
    return params;
  }

  load(params: ReadonlyMap<string, string>): void {
    this.playback.pause();
    this.controls.load(params);
  }

  reset(): void {
    this.load(new Map());
    this.playback.pause();
    if (!stillness()) {
      this.controls.seek(0);
      this.playback.play();
    }
  }

  commandLine(): string {
    return commandLine(this.controls);
  }

  libraryCode(): string {
    return libraryCode(this.controls);
  }

  table(): string {
    return tableOf(this.controls.shown);
  }

  open(file: Opened): boolean {
    if (file.kind === "figure" && file.figure === 1) {
      this.controls.paper();
      return true;
    }
    if (file.kind !== "table") return false;
    const { points, family, remark } = samplesOf(file.table);
    void this.results.windowFor(points, family).then(
      (window) => {
        this.playback.pause();
        this.controls.take(points, family, window);
        notice.say(`${file.name}: ${remark}`);
      },
      (error) => notice.warn(error),
    );
    return true;
  }

  close(): void {
    this.playback.pause();
    this.results.close();
  }
}
