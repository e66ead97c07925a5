/** The room Fields: its controls, its results, and what the shell asks of it. */
import { Playback } from "../../parts/playback.svelte.ts";
import { PlayingRoom } from "../../parts/playingRoom.ts";
import { notice } from "../../shell/notice.svelte.ts";
import type { Opened } from "../../shell/opened.ts";
import type { Picture, Room } from "../../shell/room.ts";
import { commandLine, libraryCode } from "./code.ts";
import { FieldsControls } from "./controls.svelte.ts";
import FieldsView from "./FieldsView.svelte";
import { pictures } from "./pictures.ts";
import { FieldsResults } from "./results.svelte.ts";
import { samplesOf, tableOf } from "./table.ts";

export class FieldsRoom extends PlayingRoom implements Room {
  readonly view = FieldsView;
  readonly controls: FieldsControls;
  readonly results: FieldsResults;
  readonly playback: Playback;
  readonly pictures: readonly Picture[];
  protected readonly moved = ["t"];
  /** nothing has been dragged yet: the view may invite to it */
  untouched = $state(true);

  constructor(params: ReadonlyMap<string, string>) {
    super();
    this.controls = new FieldsControls(params);
    this.results = new FieldsResults(this.controls);
    const { controls } = this;
    this.playback = new Playback(
      () => controls.position,
      () => controls.steps,
      (position) => controls.seek(position),
    );
    this.pictures = pictures(this);
    if (params.size === 0) this.begin();
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
}
