/** What the reader sets in the room Race. */
import type { GridConfiguration, Method } from "../../../../src/experiments/results.ts";
import type { Point } from "../../compute/planar.ts";
import { readState, writeState } from "../../shell/codec.ts";
import type { DataName, OwnProblem } from "./data.ts";
import { type GridName, gridOf } from "./grids.ts";
import type { Settings, StartRuns } from "./startsWorker.ts";
import { type Choice, codec, type RaceState } from "./state.ts";
import type { DonePanel } from "./tally.ts";

/** A race that was run elsewhere: a panel of a result file. */
export interface OpenedRace {
  readonly name: string;
  readonly configuration: GridConfiguration;
  readonly panels: readonly DonePanel[];
  /** the one that is shown */
  readonly panel: DonePanel;
}

/** Figure 5 of data that are not in the page: its curves are all that there is. */
export interface OpenedStarts {
  readonly name: string;
  readonly dataset: string;
  readonly settings: Settings;
  /** c of the starts c · θ* */
  readonly factors: readonly number[];
  readonly runs: readonly StartRuns[];
}

export class RaceControls implements RaceState {
  data = $state<DataName>("Wine");
  grid = $state<GridName>("finer");
  iterations = $state(0);
  GD = $state.raw<Choice | null>(null);
  NGD = $state.raw<Choice | null>(null);
  EFGD = $state.raw<Choice | null>(null);
  position = $state<number | null>(null);
  starts = $state.raw<readonly Point[]>([]);
  /** the reader's table; not in the address */
  own = $state.raw<OwnProblem | undefined>();
  /** a result file in place of a race of the page; not in the address */
  opened = $state.raw<OpenedRace | undefined>();
  openedStarts = $state.raw<OpenedStarts | undefined>();
  readonly configuration: GridConfiguration = $derived(
    this.opened?.configuration ?? gridOf(this.grid, this.iterations),
  );
  readonly choices: Readonly<Record<Method, Choice | null>> = $derived({
    GD: this.GD,
    NGD: this.NGD,
    EFGD: this.EFGD,
  });

  constructor(params: ReadonlyMap<string, string>) {
    this.load(params);
  }

  load(params: ReadonlyMap<string, string>): void {
    this.#close();
    Object.assign(this, readState(codec, params));
  }

  params(): ReadonlyMap<string, string> {
    return writeState<RaceState>(codec, this);
  }

  /** Other data have other best runs: what was chosen is forgotten. */
  enter(data: DataName): void {
    this.#close();
    this.data = data;
    this.forget();
  }

  /** Shows a panel of a result file. */
  enterPanel(opened: OpenedRace): void {
    this.#close();
    this.opened = opened;
    this.forget();
  }

  enterStarts(opened: OpenedStarts): void {
    this.#close();
    this.openedStarts = opened;
    this.forget();
  }

  choose(method: Method, choice: Choice | null): void {
    this[method] = choice;
  }

  forget(): void {
    this.GD = null;
    this.NGD = null;
    this.EFGD = null;
    this.position = null;
  }

  moveStart(index: number, to: Point): void {
    this.starts = this.starts.map((start, i) => (i === index ? to : start));
  }

  #close(): void {
    this.opened = undefined;
    this.openedStarts = undefined;
  }
}
