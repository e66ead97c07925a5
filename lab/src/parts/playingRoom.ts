/** What rooms with a playback have in common: address, way back, and what a first visit sees move. */
import { stillness } from "../shell/theme.svelte.ts";
import type { Playback } from "./playback.svelte.ts";

type Params = ReadonlyMap<string, string>;

/** A constructor ends with `if (params.size === 0) this.begin();`: a link shows what it was copied from. */
export abstract class PlayingRoom {
  abstract readonly controls: { params(): Params; load(params: Params): void };
  abstract readonly results: { close(): void };
  abstract readonly playback: Playback;
  /** keys of the address whose fields the playback sets */
  protected abstract readonly moved: readonly string[];

  params(): Params {
    // an address that follows every frame of the playback is of no use to anybody
    const params = new Map(this.controls.params());
    if (this.playback.playing) for (const key of this.moved) params.delete(key);
    return params;
  }

  load(params: Params): void {
    this.playback.pause();
    this.controls.load(params);
  }

  reset(): void {
    this.load(new Map());
    this.begin();
  }

  close(): void {
    this.playback.pause();
    this.results.close();
  }

  /** What a first visit begins with, and a reset. */
  protected begin(): void {
    if (!stillness()) this.playback.play();
  }
}
