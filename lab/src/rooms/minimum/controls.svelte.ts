/** What the reader sets in the room Minimum. */
import type { Family, Point, Symmetric } from "../../compute/planar.ts";
import { readState, writeState } from "../../shell/codec.ts";
import type { Layer } from "./layers.ts";
import { blend, type NormalClass, type Scene } from "./scene.ts";
import { codec, type MinimumState, type PresetName, presets } from "./state.ts";

/** Standard deviations of a class stay above this: a class is no line. */
const NARROWEST = 0.15;

export class MinimumControls implements MinimumState {
  family = $state<Family>("bernoulli");
  samples = $state(0);
  seed = $state(0);
  classes = $state.raw<readonly [NormalClass, NormalClass]>(presets.B.classes);
  share = $state(0);
  noise = $state(0);
  bend = $state(0);
  priorVariance = $state<number | null>(null);
  wrong = $state<number | null>(null);
  shown = $state.raw<readonly Layer[]>([]);

  /** as it is set, wholly wrong */
  readonly scene: Scene = $derived({
    family: this.family,
    classes: this.classes,
    share: this.share,
    noise: this.noise,
    bend: this.bend,
    priorVariance: this.priorVariance,
  });
  /** 0 to 1 */
  readonly wrongness: number = $derived((this.wrong ?? 100) / 100);
  /** as it is shown */
  readonly current: Scene = $derived(blend(this.scene, this.wrongness));
  /** the preset that is set, if it is one */
  readonly preset: PresetName | undefined = $derived.by(() => {
    const names = Object.keys(presets) as PresetName[];
    return names.find((name) => {
      const preset = presets[name];
      if (this.family === "gaussian") {
        return this.noise === preset.noise && this.bend === preset.bend;
      }
      // as far as the address tells them apart
      const { write } = codec.classes;
      return write(this.classes) === write(preset.classes) && this.share === 0.5;
    });
  });

  constructor(params: ReadonlyMap<string, string>) {
    this.load(params);
  }

  load(params: ReadonlyMap<string, string>): void {
    Object.assign(this, readState(codec, params));
  }

  params(): ReadonlyMap<string, string> {
    return writeState<MinimumState>(codec, this);
  }

  choose(name: PresetName): void {
    const { classes, noise, bend } = presets[name];
    this.classes = classes;
    this.noise = noise;
    this.bend = bend;
    this.share = 0.5;
    this.wrong = null;
  }

  /** What is dragged is what is shown: the blend becomes the scene. */
  settle(): void {
    if (this.wrong === null) return;
    const { classes, share, noise, bend } = this.current;
    this.wrong = null;
    this.classes = classes;
    this.share = share;
    this.noise = noise;
    this.bend = bend;
  }

  moveMean(index: 0 | 1, mean: Point): void {
    this.settle();
    this.#setClass(index, { mean });
  }

  /** Gives the class the axis (u, v) of one standard deviation, and one of length `other` across it. */
  setAxis(index: 0 | 1, [u, v]: Point, other: number): void {
    this.settle();
    const length = Math.hypot(u, v);
    if (!(length > 0)) return;
    const along = Math.max(length, NARROWEST);
    this.#setClass(index, { A: spread([u / length, v / length], along, other) });
  }

  toggle(which: Layer): void {
    this.shown = this.shown.includes(which)
      ? this.shown.filter((one) => one !== which)
      : [...this.shown, which];
  }

  #setClass(index: 0 | 1, change: Partial<NormalClass>): void {
    const [a, b] = this.classes;
    this.classes = index === 0 ? [{ ...a, ...change }, b] : [a, { ...b, ...change }];
  }
}

/** The symmetric matrix with the eigenvalue `along` in the unit direction and `across` in the other one. */
function spread([u, v]: Point, along: number, across: number): Symmetric {
  return [along * u * u + across * v * v, (along - across) * u * v, along * v * v + across * u * u];
}
