/** What the reader sets in the room Memory. */
import type { Scenario } from "../../../../src/continual/tasks.ts";
import { readState, writeState } from "../../shell/codec.ts";
import type { MethodId } from "./methods.ts";
import { codec, type FisherKind, type MemoryState, type StreamKind } from "./state.ts";

export class MemoryControls implements MemoryState {
  stream = $state<StreamKind>("permuted");
  scenario = $state<Scenario>("task");
  tasks = $state(0);
  square = $state(0);
  width = $state(0);
  layers = $state(0);
  epochs = $state(0);
  stepSize = $state(0);
  seed = $state(0);
  strength = $state(0);
  anchor = $state(0);
  fisher = $state<FisherKind>("exact");
  examples = $state<number | null>(null);
  batch = $state(0);
  time = $state<number | null>(null);
  shown = $state<MethodId>("ewc");
  digit = $state<string | null>(null);

  /** epochs of the whole stream */
  readonly last: number = $derived(this.tasks * this.epochs);
  /** epochs from the start of the stream to what is looked at */
  readonly now: number = $derived(Math.min(this.time ?? this.last, this.last));

  constructor(params: ReadonlyMap<string, string>) {
    this.load(params);
  }

  load(params: ReadonlyMap<string, string>): void {
    Object.assign(this, readState(codec, params));
  }

  params(): ReadonlyMap<string, string> {
    return writeState<MemoryState>(codec, this);
  }

  /** Looks at an epoch; the last is the end, however many there are. */
  seek(time: number): void {
    this.time = time >= this.last ? null : Math.max(0, time);
  }
}
