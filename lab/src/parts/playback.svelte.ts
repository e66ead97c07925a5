/** A position that plays from 0 to `last` in a few seconds, and can be stepped and scrubbed. */

/** seconds from end to end, however many steps */
const DURATION = 6;

export class Playback {
  playing = $state(false);
  readonly #position: () => number;
  readonly #last: () => number;
  readonly #move: (position: number) => void;
  #frame = 0;

  /** `move` sets the position, which may be any number from 0 to `last`. */
  constructor(position: () => number, last: () => number, move: (position: number) => void) {
    this.#position = position;
    this.#last = last;
    this.#move = move;
  }

  play(): void {
    if (this.playing) return;
    this.playing = true;
    let position = this.#position() >= this.#last() ? 0 : this.#position();
    let before: number | undefined;
    const tick = (now: number): void => {
      const last = this.#last();
      position += (last * (now - (before ?? now))) / (1000 * DURATION);
      before = now;
      this.#move(Math.min(last, Math.floor(position)));
      if (position >= last) this.playing = false;
      else this.#frame = requestAnimationFrame(tick);
    };
    this.#frame = requestAnimationFrame(tick);
  }

  pause(): void {
    cancelAnimationFrame(this.#frame);
    this.playing = false;
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  step(by: number): void {
    this.pause();
    this.#move(Math.min(this.#last(), Math.max(0, this.#position() + by)));
  }
}
