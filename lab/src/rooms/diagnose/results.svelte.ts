/** What the worker of the room Diagnose finds: columns, fit and comparisons, and after a rest the simulated fits. */
import { proxy, type Remote, wrap } from "comlink";
import { untrack } from "svelte";
import { UsageError } from "../../../../src/cli/context.ts";
import type { DiagnoseCommandOptions } from "../../../../src/cli/diagnose.ts";
import { type DiagnoseRequest, diagnoseRequest } from "../../../../src/cli/modelRequest.ts";
import type { Diagnosis } from "../../../../src/statistics/results.ts";
import { latest } from "../../compute/latest.ts";
import type { CsvFileOptions } from "../../compute/tables/csvFile.ts";
import type { NamedBlob } from "../../compute/tables/text.ts";
import { watched } from "../../shell/worker.ts";
import { SAVED } from "./code.ts";
import type { DiagnoseControls } from "./controls.svelte.ts";
import { type Look, optionsOf } from "./options.ts";
import { type DataName, fileOf, sampleText } from "./samples.ts";
import type { DiagnoseWorker, Fitted, Progress, Request } from "./worker.ts";

/** ms without a change after which fits are simulated */
const REST = 350;
/** rows times coefficients: of more, fits are simulated when the reader says so */
const MUCH = 1e6;

/** A file and how it is read. */
interface Source {
  /** the table: its name, or the file itself where it is the reader's */
  readonly table: DataName | NamedBlob;
  /** tells files apart */
  readonly id: number;
  readonly file: NamedBlob;
  readonly csv: CsvFileOptions;
}

interface Seen extends Source {
  readonly look: Look;
}

interface Asked extends Request {
  readonly full: DiagnoseRequest;
  readonly options: DiagnoseCommandOptions;
}

/** What was found, and for what. */
export interface Found extends Fitted {
  readonly asked: Asked;
  readonly seconds: number;
}

export class DiagnoseResults {
  seen = $state.raw<Seen>();
  /** the fit that is shown */
  found = $state.raw<Found>();
  /** with what else is known of it; absent until it is */
  diagnosis = $state.raw<Diagnosis>();
  /** what is shown is that of other inputs */
  outdated = $state(true);
  progress = $state.raw<Progress>();
  simulated = $state.raw<{ readonly done: number; readonly total: number }>();
  /** the simulated fits were stopped by the reader */
  stopped = $state(false);
  /** they would take long, and wait for the reader */
  offered = $state(false);
  /** they are over, whether there were any or not */
  complete = $state(false);
  /** the samples that are shown, as CSV; a reader's file stays where it is */
  samples = "";
  /** why there is no diagnosis */
  problem = $state<string>();

  /** what is shown is what was asked for, or why there is none of it */
  readonly current = $derived(this.problem !== undefined || (!this.outdated && !this.progress));

  readonly #controls: DiagnoseControls;
  readonly #worker = watched(
    new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
  );
  readonly #remote: Remote<DiagnoseWorker> = wrap<DiagnoseWorker>(this.#worker);
  readonly #stop: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #generation = 0;
  #since = 0;
  #last: Asked | undefined;
  #table: Source["table"] | undefined;
  #file: NamedBlob | undefined;
  #id = 0;

  readonly #looks = latest<Source, Look>(
    ({ file, csv }) => this.#remote.look(file, csv),
    (look, source) => {
      this.seen = { ...source, look };
    },
    (error) => this.#fail(error),
  );
  readonly #updates = latest<Asked, Fitted & { readonly diagnosis: Diagnosis }>(
    async (asked) => {
      const { id, file, csv, request } = asked;
      this.#since = performance.now();
      // what is told on the way has a channel of its own, and may come after the answer
      let answered = false;
      const listener = {
        progress: (found: Progress) => {
          if (!answered) this.progress = found;
        },
        fitted: (found: Fitted) => {
          if (answered || asked !== this.#last) return;
          this.problem = undefined;
          this.found = this.#with(found, asked);
          this.diagnosis = undefined;
        },
      };
      try {
        return await this.#remote.diagnose({ id, file, csv, request }, proxy(listener));
      } finally {
        answered = true;
        this.progress = undefined;
      }
    },
    ({ diagnosis, ...found }, asked) => {
      this.problem = undefined;
      this.progress = undefined;
      this.found = this.#with(found, asked);
      this.diagnosis = diagnosis;
      if (asked !== this.#last) return;
      this.outdated = false;
      if (asked.full.diagnose.replications === 0) return;
      if (found.data.rows * found.fit.names.length > MUCH) this.offered = true;
      else this.#timer = setTimeout(() => void this.simulate(), REST);
    },
    (error) => this.#fail(error),
  );

  constructor(controls: DiagnoseControls) {
    this.#controls = controls;
    this.#stop = $effect.root(() => {
      $effect(() => {
        const { data, dropped, wrong, samples } = controls;
        const csv = csvOptions(controls);
        untrack(() => void this.#open({ data, dropped, wrong, samples }, csv));
      });
      $effect(() => {
        const { seen } = this;
        if (!seen) return;
        const options = optionsOf(controls, seen.look);
        untrack(() => this.#ask(seen, options));
      });
    });
  }

  close(): void {
    this.#stop();
    clearTimeout(this.#timer);
    this.#worker.terminate();
  }

  provider(): Promise<Record<string, unknown>> {
    return this.#remote.provider();
  }

  /** Simulates fits, and replaces the diagnosis by the one that knows them. */
  async simulate(): Promise<void> {
    const generation = ++this.#generation;
    this.stopped = false;
    this.offered = false;
    const total = this.found?.asked.full.diagnose.replications ?? 199;
    this.simulated = { done: 0, total };
    try {
      const diagnosis = await this.#remote.simulate(
        proxy((done: number, total: number) => {
          if (generation === this.#generation) this.simulated = { done, total };
        }),
      );
      if (generation !== this.#generation) return;
      // what is told of the progress may come after the answer
      this.#generation++;
      if (diagnosis) {
        this.diagnosis = diagnosis;
        this.complete = true;
      }
      this.simulated = undefined;
    } catch (error) {
      if (generation === this.#generation) this.#fail(error);
    }
  }

  stop(): void {
    this.stopped = true;
    this.#halt();
  }

  #halt(): void {
    this.#generation++;
    this.complete = false;
    this.offered = false;
    clearTimeout(this.#timer);
    this.simulated = undefined;
    void this.#remote.stop();
  }

  /** Looks at the table that is chosen. */
  async #open(
    {
      data,
      dropped,
      wrong,
      samples,
    }: Pick<DiagnoseControls, "data" | "dropped" | "wrong" | "samples">,
    csv: CsvFileOptions,
  ): Promise<void> {
    this.#halt();
    this.outdated = true;
    const table = data === "file" ? dropped : data;
    // what is known of another table is not asked about this one's columns
    if (table === undefined || table !== this.#table) this.#clear();
    this.#table = table;
    if (data === "file") {
      if (dropped) this.#looks.ask({ table: dropped, id: this.#idOf(dropped), file: dropped, csv });
      return;
    }
    const contents = await sampleText(data, { wrong, samples });
    if (this.#table !== data) return;
    this.samples = contents;
    const file = fileOf(data, contents);
    this.#looks.ask({ table: data, id: this.#idOf(file), file, csv });
  }

  #idOf(file: NamedBlob): number {
    if (file !== this.#file) this.#id++;
    this.#file = file;
    return this.#id;
  }

  #clear(): void {
    this.#giveUp();
    this.#looks.cancel();
    this.#updates.cancel();
    this.#last = undefined;
    this.progress = undefined;
    this.seen = undefined;
    this.found = undefined;
    this.diagnosis = undefined;
    this.problem = undefined;
  }

  #ask({ id, file, csv }: Seen, options: DiagnoseCommandOptions): void {
    this.#halt();
    this.#giveUp();
    this.outdated = true;
    this.stopped = false;
    try {
      const full = diagnoseRequest(this.#controls.data === "file" ? file.name : SAVED, options);
      const { name, table, fit, diagnose } = full;
      this.#last = { id, file, csv, request: { name, table, fit, diagnose }, full, options };
      this.#updates.ask(this.#last);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      this.#fail(error);
    }
  }

  /** What is under way is not waited for. */
  #giveUp(): void {
    if (this.progress) void this.#remote.cancel();
  }

  #with(found: Fitted, asked: Asked): Found {
    return { ...found, asked, seconds: (performance.now() - this.#since) / 1000 };
  }

  #fail(error: unknown): void {
    const { name, message } = error instanceof Error ? error : { name: "", message: `${error}` };
    if (name === "AbortError") return;
    this.#halt();
    this.problem = message;
    this.progress = undefined;
    this.found = undefined;
    this.diagnosis = undefined;
    this.outdated = false;
  }
}

/** How the file is to be read. */
function csvOptions({
  delimiter,
  decimal,
  thousands,
  encoding,
  nulls,
}: DiagnoseControls): CsvFileOptions {
  return {
    ...(delimiter !== null && { delimiter: delimiter === "tab" ? "\t" : delimiter }),
    ...(decimal !== null && { decimal }),
    ...(thousands !== null && { thousands }),
    ...(encoding !== null && { encoding }),
    ...(nulls.length > 0 && { nulls: ["", ...nulls] }),
  };
}
