/** Reads tables and diagnoses them: at once what is quick, and the simulated fits when they are asked for. */
import { expose } from "comlink";
import { fitted } from "../../../../src/cli/modelFailure.ts";
import type { DiagnoseRequest } from "../../../../src/cli/modelRequest.ts";
import type { DataReport } from "../../../../src/cli/reportSchema.ts";
import { dataReport } from "../../../../src/cli/tableReport.ts";
import { DomainError } from "../../../../src/errors.ts";
import { kernels } from "../../../../src/linalg/provider.ts";
import { covariance } from "../../../../src/statistics/covariance.ts";
import { diagnoseFit } from "../../../../src/statistics/diagnose.ts";
import { fitModel } from "../../../../src/statistics/fit.ts";
import type { CovarianceTable, Diagnosis, Fit } from "../../../../src/statistics/results.ts";
import type { Table } from "../../../../src/tables/table.ts";
import { type CsvFileOptions, openCsv } from "../../compute/tables/csvFile.ts";
import { readFileTable } from "../../compute/tables/fileTable.ts";
import type { NamedBlob } from "../../compute/tables/text.ts";
import type { Look } from "./options.ts";

export interface Request {
  /** tells files apart */
  readonly id: number;
  readonly file: NamedBlob;
  readonly csv: CsvFileOptions;
  readonly request: Pick<DiagnoseRequest, "name" | "table" | "fit" | "diagnose">;
}

/** What is known as soon as the model is fitted. */
export interface Fitted {
  readonly data: DataReport;
  readonly fit: Fit;
  readonly covariances: readonly CovarianceTable[];
}

export interface Progress {
  readonly phase: "reading" | "fitting" | "comparing";
  /** from 0 to 1 */
  readonly share: number;
  readonly rows: number;
}

export interface Listener {
  progress(found: Progress): void;
  fitted(found: Fitted): void;
}

interface Held extends Fitted {
  readonly table: Table;
  readonly request: Request["request"];
}

/** What was made last, and of what: other levels or seeds need not read and fit again. */
interface Kept<T> {
  readonly key: string;
  readonly value: T;
}

/** ms between two messages about progress */
const PACE = 100;

let reading: AbortController | undefined;
let simulating: AbortController | undefined;
let held: Held | undefined;
let keptTable: Kept<Table> | undefined;
let keptFit: Kept<Fit> | undefined;

const api = {
  provider: (): Record<string, unknown> => ({ ...kernels().info }),

  /** The columns of a file, by its first rows. */
  async look(file: NamedBlob, csv: CsvFileOptions): Promise<Look> {
    const { origin, columns } = await openCsv(file, csv);
    return { origin, columns };
  },

  /** Everything but the simulated fits. */
  async diagnose(
    { id, file, csv, request }: Request,
    listener: Listener,
  ): Promise<Fitted & { readonly diagnosis: Diagnosis }> {
    simulating?.abort();
    reading?.abort();
    reading = new AbortController();
    const { signal } = reading;
    held = undefined;
    const tell = paced(listener);
    const key = JSON.stringify([id, csv, request.table]);
    if (keptTable?.key !== key) {
      keptTable = undefined;
      const opened = await openCsv(file, csv, signal);
      const value = await readFileTable(opened, {
        ...request.table,
        name: file.name,
        signal,
        onRead: (rows, bytes) => tell("reading", bytes / file.size, rows),
      });
      keptTable = { key, value };
    }
    const table = keptTable.value;
    const fitKey = key + JSON.stringify(request.fit);
    if (keptFit?.key !== fitKey) {
      const work = fitModel(table, {
        ...request.fit,
        family: table.family,
        signal,
        onProgress: ({ done, total }) => tell("fitting", done / total, table.rows),
      });
      keptFit = { key: fitKey, value: await fitted(table, work) };
    }
    const fit = keptFit.value;
    const data = dataReport(table, request);
    const found: Fitted = { data, fit, covariances: covariances(fit, request.diagnose) };
    // small tables are diagnosed before the page could show their fit
    if (tell.told()) listener.fitted(found);
    const diagnosis = await diagnoseFit(table, fit, {
      ...request.diagnose,
      replications: 0,
      signal,
      onDiagnosis: ({ done, total }) => tell("comparing", done / total, table.rows),
    });
    held = { ...found, table, request };
    return { ...found, diagnosis };
  },

  /** The same with the simulated fits; `undefined` where there are none to be made, or they were stopped. */
  async simulate(
    onProgress: (done: number, total: number) => void,
  ): Promise<Diagnosis | undefined> {
    simulating?.abort();
    simulating = new AbortController();
    const { signal } = simulating;
    if (!held) return undefined;
    const { table, fit, request } = held;
    let last = performance.now();
    try {
      return await diagnoseFit(table, fit, {
        ...request.diagnose,
        signal,
        onDiagnosis({ phase, done, total }) {
          if (phase !== "bootstrap" || performance.now() - last < PACE) return;
          last = performance.now();
          onProgress(done, total);
        },
      });
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  },

  /** Ends the simulated fits. */
  stop(): void {
    simulating?.abort();
  },

  /** Ends everything. */
  cancel(): void {
    simulating?.abort();
    reading?.abort();
  },
};

export type DiagnoseWorker = typeof api;
expose(api);

/** The three covariances; that of the empirical Fisher may not exist. */
function covariances(
  fit: Fit,
  { level, correction }: Request["request"]["diagnose"],
): CovarianceTable[] {
  return (["fisher", "empirical", "sandwich"] as const).flatMap((kind) => {
    try {
      return [
        covariance(fit, kind, { ...(level && { level }), ...(correction && { correction }) }),
      ];
    } catch (error) {
      if (error instanceof DomainError) return [];
      throw error;
    }
  });
}

interface Paced {
  (phase: Progress["phase"], share: number, rows: number): void;
  /** whether it has taken long enough to be told of */
  told(): boolean;
}

function paced(listener: Listener): Paced {
  let last = performance.now();
  let told = false;
  const tell = (phase: Progress["phase"], share: number, rows: number): void => {
    if (performance.now() - last < PACE) return;
    last = performance.now();
    told = true;
    listener.progress({ phase, share: Math.min(1, share), rows });
  };
  return Object.assign(tell, { told: () => told });
}
