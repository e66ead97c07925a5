/**
 * Where the files of a data set come from: the data folder, then the user cache, then this package, then a
 * download that is checked and stored in the cache. Contents are checked wherever they come from.
 */
import { FormatError, MissingError } from "../errors.ts";
import type { Places } from "../files/places.ts";
import { checkedContents } from "./checksum.ts";
import type { DataFile, DatasetEntry, Origin, SourceFile } from "./dataset.ts";
import { type DownloadOptions, download } from "./download.ts";
import { embeddedFile, isEmbedded } from "./embedded/index.ts";
import { MissingDatasetError } from "./missing.ts";

/** What a download has got so far. */
export interface DownloadProgress {
  readonly dataset: string;
  readonly path: string;
  /** bytes */
  readonly received: number;
  /** bytes, where the server says it */
  readonly total?: number;
}

export interface LookupOptions {
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** called where a download could not be stored, which does not stop the load */
  readonly onWarning?: (message: string) => void;
  readonly signal?: AbortSignal;
  /** fail where a download could not be stored; default: go on with it */
  readonly requireCache?: boolean;
  /** download and store even what is there already */
  readonly fresh?: boolean;
  /** seconds without a byte after which a server is given up; default 20 */
  readonly patience?: number;
}

/** A data set's files, checked and unpacked, and the farthest place that one of them came from. */
export interface FoundFiles {
  readonly files: readonly SourceFile[];
  readonly origin: Origin;
}

const farness: readonly Origin[] = ["folder", "cache", "embedded", "download"];

/** Where {@link findFiles} would find all files without a download; `undefined` where it would not. */
export async function locate(entry: DatasetEntry, places: Places): Promise<Origin | undefined> {
  let farthest = 0;
  for (const { path } of entry.files) {
    const origin = (await places.folder?.has(path))
      ? "folder"
      : (await places.cache?.has(path))
        ? "cache"
        : isEmbedded(path)
          ? "embedded"
          : undefined;
    if (!origin) return undefined;
    farthest = Math.max(farthest, farness.indexOf(origin));
  }
  return farness[farthest];
}

/**
 * All files of a data set.
 * Throws `MissingDatasetError` where one is not to be had, {@link FormatError} where one is not what it should be.
 */
export async function findFiles(
  entry: DatasetEntry,
  places: Places,
  options: LookupOptions = {},
): Promise<FoundFiles> {
  const files: SourceFile[] = [];
  let farthest = 0;
  for (const file of entry.files) {
    const found =
      (options.fresh ? undefined : await findHere(entry, file, places)) ??
      (await fetchFile(entry, file, places, options));
    files.push(found.contents);
    farthest = Math.max(farthest, farness.indexOf(found.origin));
  }
  return { files, origin: farness[farthest] };
}

interface Found {
  readonly contents: SourceFile;
  readonly origin: Origin;
}

async function findHere(
  entry: DatasetEntry,
  file: DataFile,
  places: Places,
): Promise<Found | undefined> {
  for (const origin of ["folder", "cache"] as const) {
    const place = places[origin];
    const bytes = await place?.read(file.path);
    if (!place || !bytes) continue;
    try {
      const contents = await checkedContents(file, { path: place.name(file.path), bytes });
      return { contents, origin };
    } catch (cause) {
      if (!(cause instanceof FormatError)) throw cause;
      const remedy =
        origin === "cache"
          ? `run "natgrad data fetch ${entry.name} --fresh" to replace it`
          : `replace it, or point NATGRAD_DATA elsewhere; its source is ${file.urls[0]}`;
      throw new FormatError(`${cause.message}; ${remedy}`, { cause });
    }
  }
  const embedded = await embeddedFile(file.path);
  return embedded && { contents: await checkedContents(file, embedded), origin: "embedded" };
}

async function fetchFile(
  entry: DatasetEntry,
  file: DataFile,
  places: Places,
  options: LookupOptions,
): Promise<Found> {
  if (places.offline) {
    throw missing(entry, file, places, "downloads are switched off");
  }
  const failures: Error[] = [];
  let got: { contents: SourceFile; bytes: Uint8Array } | undefined;
  const urls = places.mirror ? [`${places.mirror.replace(/\/+$/, "")}/${file.path}`] : file.urls;
  for (const url of urls) {
    try {
      const bytes = await download(url, downloadOptions(entry, file, options));
      const contents = await checkedContents(file, { path: url, bytes });
      got = { contents, bytes };
      break;
    } catch (cause) {
      if (!(cause instanceof MissingError || cause instanceof FormatError)) throw cause;
      failures.push(cause);
    }
  }
  if (got) {
    await store(file, got.bytes, places, options);
    return { contents: got.contents, origin: "download" };
  }
  const wrong = failures.find((failure) => failure instanceof FormatError);
  if (wrong) {
    throw new FormatError(
      `the download of ${file.path} (data set ${entry.name}) failed: ` +
        `${failures.map((failure) => failure.message).join("; ")}; nothing was stored, try again later`,
      { cause: wrong },
    );
  }
  const tried = failures.map((failure) => failure.message).join("; ");
  throw missing(entry, file, places, `the download failed (${tried || "no address is known"})`);
}

function downloadOptions(
  entry: DatasetEntry,
  file: DataFile,
  { onProgress, signal, patience }: LookupOptions,
): DownloadOptions {
  return {
    ...(signal ? { signal } : {}),
    ...(patience ? { patience } : {}),
    ...(onProgress
      ? {
          onProgress: (received: number, total: number | undefined) =>
            onProgress({
              dataset: entry.name,
              path: file.path,
              received,
              ...(total ? { total } : {}),
            }),
        }
      : {}),
    // packed files are smaller than their contents, trailing blanks are few
    limit: 2 * file.size + 2 ** 16,
  };
}

async function store(
  file: DataFile,
  bytes: Uint8Array,
  places: Places,
  options: LookupOptions,
): Promise<void> {
  try {
    await places.cache?.write(file.path, bytes);
  } catch (error) {
    if (options.requireCache || !(error instanceof MissingError)) throw error;
    options.onWarning?.(`${file.path} was downloaded but not kept: ${error.message}`);
  }
}

function missing(
  entry: DatasetEntry,
  file: DataFile,
  { folder, cache }: Places,
  why: string,
): MissingDatasetError {
  const looked = [
    folder ? `the data folder ${folder.location}` : "a data folder (NATGRAD_DATA is not set)",
    ...(cache ? [`the cache ${cache.location}`] : []),
  ];
  return new MissingDatasetError(
    entry.name,
    `data set ${entry.name}: ${file.path} was not found in ${looked.join(" nor in ")}, and ${why}.`,
    `To get it, run "natgrad data fetch ${entry.name}" with a network, or set NATGRAD_DATA to a folder ` +
      `that has ${file.path} (its source: ${file.urls[0]}).`,
  );
}
