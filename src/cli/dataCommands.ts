/** What the `natgrad data` commands do. */
import { styleText } from "node:util";
import { places as openPlaces } from "#files";
import type { DatasetEntry, Origin } from "../datasets/dataset.ts";
import { readEntry } from "../datasets/load.ts";
import { findFiles, type LookupOptions, locate } from "../datasets/lookup.ts";
import { datasets, findDataset } from "../datasets/registry.ts";
import { DomainError, FormatError, MissingError } from "../errors.ts";
import type { Places } from "../files/places.ts";
import { type Context, UsageError } from "./context.ts";
import type { DataOptions } from "./data.ts";
import { byteCount, type Progress, startProgress } from "./progress.ts";
import { table } from "./table.ts";

/** `natgrad data list` */
export async function list(options: DataOptions, { stdout }: Context): Promise<void> {
  const places = open(options);
  const rows = await Promise.all(
    datasets.map(async (entry) => ({ entry, origin: await locate(entry, places) })),
  );
  if (options.json) {
    const printed = rows.map(({ entry, origin }) => ({
      ...facts(entry),
      origin: origin ?? null,
      files: entry.files,
    }));
    stdout.write(`${JSON.stringify(printed, null, 2)}\n`);
    return;
  }
  const text = table(
    ["name", "samples", "features", "task", "likelihood", "where", "licence"],
    rows.map(({ entry, origin }) => [
      entry.name,
      entry.rows,
      entry.columns,
      entry.task,
      entry.likelihood,
      whereabouts(origin),
      entry.licence,
    ]),
  );
  stdout.write(`${text}\n`);
}

/** `natgrad data fetch` */
export async function fetchAll(
  names: readonly string[],
  options: DataOptions,
  { stdout, stderr, signal }: Context,
): Promise<void> {
  const places = open(options);
  const reports: Report[] = [];
  for (const entry of chosen(names)) {
    let shown: { path: string; bar: Progress } | undefined;
    const lookup: LookupOptions = {
      signal,
      requireCache: true,
      fresh: options.fresh ?? false,
      onProgress: ({ path, received, total }) => {
        if (shown?.path !== path) {
          shown?.bar.end();
          const label = `${entry.name}: ${path}`;
          shown = { path, bar: startProgress({ stream: stderr, label }) };
        }
        shown.bar.update(total ? received / total : 0, byteCount(received));
      },
    };
    try {
      reports.push(await check(entry, places, lookup));
    } finally {
      shown?.bar.end();
    }
    signal.throwIfAborted();
  }
  report(reports, options, stdout);
  fail(reports, "could not be fetched");
}

/** `natgrad data verify` */
export async function verify(
  names: readonly string[],
  options: DataOptions,
  { stdout, signal }: Context,
): Promise<void> {
  const places = { ...open(options), offline: true };
  const reports: Report[] = [];
  for (const entry of chosen(names)) {
    signal.throwIfAborted();
    reports.push(await check(entry, places, { signal }));
  }
  report(reports, options, stdout);
  // without names, a set that is not here is no fault
  fail(
    reports.filter(({ status }) => names.length > 0 || status !== "missing"),
    "failed the check",
  );
}

interface Report {
  readonly name: string;
  readonly status: "ok" | "missing" | "broken";
  readonly origin: Origin | null;
  /** what is wrong */
  readonly message?: string;
}

/** Finds, checks and reads a data set; what is wrong with it becomes a report, so that the others are seen too. */
async function check(entry: DatasetEntry, places: Places, lookup: LookupOptions): Promise<Report> {
  try {
    const { files, origin } = await findFiles(entry, places, lookup);
    readEntry(entry, files, origin);
    return { name: entry.name, status: "ok", origin };
  } catch (error) {
    if (!(error instanceof MissingError || error instanceof FormatError)) throw error;
    const status = error instanceof MissingError ? "missing" : "broken";
    return { name: entry.name, status, origin: null, message: error.message };
  }
}

function report(
  reports: readonly Report[],
  { json }: DataOptions,
  stdout: Context["stdout"],
): void {
  if (json) {
    stdout.write(`${JSON.stringify(reports, null, 2)}\n`);
    return;
  }
  const marks = { ok: "green", missing: "yellow", broken: "red" } as const;
  for (const { name, status, origin, message } of reports) {
    const mark = styleText(marks[status], status.padEnd(7), { stream: stdout });
    stdout.write(`${mark}  ${name.padEnd(12)}  ${message ?? whereabouts(origin ?? undefined)}\n`);
  }
}

function fail(reports: readonly Report[], what: string): void {
  const bad = reports.filter(({ status }) => status !== "ok").map(({ name }) => name);
  if (bad.length > 0) {
    throw new MissingError(
      `${bad.length} of ${reports.length} data sets ${what}: ${bad.join(", ")}`,
    );
  }
}

function open({ data, cache, offline }: DataOptions): Places {
  return openPlaces({
    ...(data ? { dataFolder: data } : {}),
    ...(cache ? { cacheFolder: cache } : {}),
    ...(offline ? { offline } : {}),
  });
}

function chosen(names: readonly string[]): readonly DatasetEntry[] {
  if (names.length === 0) return datasets;
  try {
    return names.map(findDataset);
  } catch (error) {
    if (error instanceof DomainError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function facts(entry: DatasetEntry): Omit<DatasetEntry, "read" | "files"> {
  const { read: _read, files: _files, ...rest } = entry;
  return rest;
}

function whereabouts(origin: Origin | undefined): string {
  const words = {
    folder: "data folder",
    cache: "cache",
    embedded: "embedded",
    download: "downloaded",
  };
  return origin ? words[origin] : "not here";
}
