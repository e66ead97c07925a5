/** The room Diagnose: its controls, its results, and what the shell asks of it. */
import { disagreeingPairs, type Pair } from "../../../../src/figures/coefficientPairs.ts";
import type { NamedBlob } from "../../compute/tables/text.ts";
import { Playback } from "../../parts/playback.svelte.ts";
import { PlayingRoom } from "../../parts/playingRoom.ts";
import type { Opened } from "../../shell/opened.ts";
import type { Picture, Room } from "../../shell/room.ts";
import { until } from "../../shell/until.svelte.ts";
import { commandLine, libraryCode } from "./code.ts";
import { coefficientsText } from "./coefficients.ts";
import { DiagnoseControls } from "./controls.svelte.ts";
import DiagnoseView from "./DiagnoseView.svelte";
import { pictures } from "./pictures.ts";
import type { Report } from "./report.ts";
import { DiagnoseResults } from "./results.svelte.ts";
import type { DataName } from "./samples.ts";
import { ranges } from "./state.ts";

/** where the first visit's model stops becoming wrong, in hundredths */
const SHOWN = 60;

export class DiagnoseRoom extends PlayingRoom implements Room {
  readonly view = DiagnoseView;
  readonly controls: DiagnoseControls;
  readonly results: DiagnoseResults;
  /** of the simulated samples, from the right model to the wrong one */
  readonly playback: Playback;
  readonly pictures: readonly Picture[];
  protected readonly moved = ["wrong"];
  /** the first visit's way ends before the model is wholly wrong */
  #first = false;
  /** the two coefficients whose ellipses are shown: those that were chosen, else those that differ most */
  readonly pair: Pair | undefined = $derived.by(() => {
    const { found } = this.results;
    if (!found) return undefined;
    const chosen = (this.controls.pair ?? []).map((name) => found.fit.names.indexOf(name));
    if (chosen.length === 2 && chosen.every((t) => t >= 0) && chosen[0] !== chosen[1]) {
      return [chosen[0], chosen[1]];
    }
    return disagreeingPairs(found.covariances)[0];
  });

  constructor(params: ReadonlyMap<string, string>) {
    super();
    this.controls = new DiagnoseControls(params);
    this.results = new DiagnoseResults(this.controls);
    const { controls } = this;
    this.playback = new Playback(
      () => controls.wrong,
      () => (this.#first ? SHOWN : ranges.wrong.max),
      (position) => {
        controls.wrong = position;
      },
    );
    this.pictures = pictures(this);
    if (params.size === 0) this.begin();
  }

  seek(wrong: number): void {
    this.#first = false;
    this.playback.pause();
    this.controls.wrong = wrong;
  }

  choose(data: Exclude<DataName, "file">): void {
    this.playback.pause();
    this.controls.choose(data);
  }

  drop(file: NamedBlob): void {
    this.playback.pause();
    this.controls.drop(file);
  }

  get isFile(): boolean {
    return this.controls.data === "file";
  }

  override load(params: ReadonlyMap<string, string>): void {
    this.#first = false;
    super.load(params);
  }

  commandLine(): string {
    const { found, seen } = this.results;
    if (!found || !seen) return "natgrad diagnose --help";
    const { options, full } = found.asked;
    const line = commandLine(full.name, options, this.controls.pair);
    return this.isFile ? line : `# the samples: Share, Samples as CSV\n${line}`;
  }

  libraryCode(): string {
    const { found } = this.results;
    if (!found) return "// there is no fit\n";
    const code = libraryCode(found.asked.full, found.asked.full.name);
    return this.isFile ? code : `// the samples: Share, Samples as CSV\n${code}`;
  }

  /** What the CSV of the menu holds: rows that the page has drawn itself, else what was found in the reader's. */
  get tableLabel(): string {
    return this.isFile ? "Coefficients" : "Samples";
  }

  table(): string {
    const { found, samples } = this.results;
    return this.isFile ? coefficientsText(found?.covariances ?? []) : samples;
  }

  /** What files are made of, once it is that of what is chosen. Throws where there is no diagnosis. */
  async report(signal: AbortSignal): Promise<Report> {
    await until(() => this.results.current, signal);
    const { found, diagnosis } = this.results;
    if (!found || !diagnosis) throw new Error("there is no diagnosis");
    const provider = await this.results.provider();
    return { found, diagnosis, pair: this.controls.pair ? this.pair : undefined, provider };
  }

  open(file: Opened): boolean {
    if (file.kind !== "table" && file.kind !== "rows") return false;
    this.drop(file.file);
    return true;
  }

  protected override begin(): void {
    this.#first = true;
    super.begin();
  }
}
