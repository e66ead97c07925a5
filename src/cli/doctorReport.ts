/** What `natgrad doctor` looks at. */
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import { styleText } from "node:util";
import { places as openPlaces } from "#files";
import { locate } from "../datasets/lookup.ts";
import { datasets } from "../datasets/registry.ts";
import type { Place, Places } from "../files/places.ts";
import type { ProviderReport } from "../linalg/provider.ts";
import { VERSION } from "../version.ts";
import type { Context } from "./context.ts";
import type { DoctorOptions } from "./doctor.ts";

/** One thing looked at. */
export interface Finding {
  readonly name: string;
  /** "missing" costs something (speed, pictures, data), nothing stops working without it being said */
  readonly status: "ok" | "missing";
  readonly found: string;
  /** how to get what is missing */
  readonly remedy?: string;
}

/** `natgrad doctor` */
export async function doctor(options: DoctorOptions, { stdout }: Context): Promise<void> {
  const findings = await examine();
  if (options.json) {
    stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
    return;
  }
  const width = Math.max(...findings.map(({ name }) => name.length));
  for (const { name, status, found, remedy } of findings) {
    const mark = styleText(status === "ok" ? "green" : "yellow", status.padEnd(7), {
      stream: stdout,
    });
    stdout.write(`${mark}  ${name.padEnd(width)}  ${found}\n`);
    if (remedy) stdout.write(`${" ".repeat(width + 11)}→ ${remedy}\n`);
  }
}

/** Everything that is looked at, in the order of the report. */
export async function examine(): Promise<readonly Finding[]> {
  const { providerReport } = await import("../linalg/provider.ts");
  const places = openPlaces();
  return [
    runtime(process.versions.node),
    ...kernelFindings(providerReport()),
    await vectorFigures(),
    await rasterFigures(),
    await dataFolder(places),
    await cacheFolder(places.cache),
    await dataSets(places),
  ];
}

/** Node's own version against the least that natgrad runs on. */
export function runtime(node: string): Finding {
  const [major, minor] = node.split(".").map(Number);
  const found =
    `natgrad ${VERSION}, Node ${node} on ${process.platform} ${process.arch}, ` +
    `${availableParallelism()} cores`;
  return major > 22 || (major === 22 && minor >= 18)
    ? { name: "runtime", status: "ok", found }
    : { name: "runtime", status: "missing", found, remedy: "install Node 22.18 or newer" };
}

/** The provider in use and, where there is one, the reason why it is not the system's BLAS. */
export function kernelFindings(report: ProviderReport): Finding[] {
  const { provider, forced, nativeProblem, install } = report;
  const wish = forced ? ` (NATGRAD_KERNELS is ${forced})` : "";
  if (!provider) {
    const misnamed = forced && forced !== "native" && forced !== "wasm";
    const remedy = misnamed ? "unset NATGRAD_KERNELS, or set it to native or wasm" : install;
    return [
      {
        name: "kernels",
        status: "missing",
        found: `none: ${nativeProblem}`,
        ...(remedy ? { remedy } : {}),
      },
    ];
  }
  const { name, library, threads } = provider;
  const found = `${name}: ${library}, ${threads} ${threads === 1 ? "thread" : "threads"}${wish}`;
  const inUse: Finding = { name: "kernels", status: "ok", found };
  if (!nativeProblem) return [inUse];
  return [
    inUse,
    {
      name: "native kernels",
      status: "missing",
      found: nativeProblem,
      ...(install ? { remedy: install } : {}),
    },
  ];
}

async function vectorFigures(): Promise<Finding> {
  const name = "figures (SVG)";
  try {
    const { createDocument } = await import("../figures/raster.ts");
    await createDocument();
    return { name, status: "ok", found: "jsdom and the embedded font STIX Two Text" };
  } catch (error) {
    return { name, status: "missing", found: firstLine(error), remedy: "npm install" };
  }
}

async function rasterFigures(): Promise<Finding> {
  const name = "figures (PNG)";
  try {
    const { renderPng } = await import("../figures/raster.ts");
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><text y="8">F</text></svg>';
    const { length } = await renderPng(svg);
    return {
      name,
      status: "ok",
      found: `@resvg/resvg-js draws (a test picture of ${length} bytes)`,
    };
  } catch (error) {
    const remedy = "npm install @resvg/resvg-js (without it figures are SVG only)";
    return { name, status: "missing", found: firstLine(error), remedy };
  }
}

async function dataFolder({ folder, offline, mirror }: Places): Promise<Finding> {
  const name = "data folder";
  const notes = [
    ...(offline ? ["downloads are switched off by NATGRAD_OFFLINE"] : []),
    ...(mirror ? [`downloads come from NATGRAD_MIRROR, ${mirror}`] : []),
  ].map((note) => `; ${note}`);
  if (!folder) return { name, status: "ok", found: `NATGRAD_DATA is not set${notes.join("")}` };
  const there = (await stat(folder.location).catch(() => undefined))?.isDirectory();
  const found = `${folder.location} (NATGRAD_DATA)`;
  return there
    ? { name, status: "ok", found: found + notes.join("") }
    : {
        name,
        status: "missing",
        found: `${found}: there is no such folder${notes.join("")}`,
        remedy: "correct NATGRAD_DATA or unset it",
      };
}

async function cacheFolder(cache: Place | undefined): Promise<Finding> {
  const name = "cache";
  if (!cache) return { name, status: "ok", found: "none" };
  return (await isWritable(cache.location))
    ? { name, status: "ok", found: cache.location }
    : {
        name,
        status: "missing",
        found: `${cache.location} cannot be written: downloads are not kept`,
        remedy: "make it writable, or set XDG_CACHE_HOME to a folder that is",
      };
}

/** Whether the folder, or the first one above it that exists, can be written. */
async function isWritable(path: string): Promise<boolean> {
  const there = await stat(path).catch(() => undefined);
  if (!there && dirname(path) !== path) return isWritable(dirname(path));
  if (!there?.isDirectory()) return false;
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}

async function dataSets(places: Places): Promise<Finding> {
  const origins = await Promise.all(datasets.map((entry) => locate(entry, places)));
  const here = (origin: string | undefined): string[] =>
    datasets.filter((_, i) => origins[i] === origin).map((entry) => entry.name);
  const parts = [
    ["data folder", here("folder")],
    ["cache", here("cache")],
    ["embedded", here("embedded")],
  ] as const;
  const found = parts
    .filter(([, names]) => names.length > 0)
    .map(([place, names]) => `${place}: ${names.join(", ")}`)
    .join("; ");
  const absent = here(undefined);
  const name = "data sets";
  return absent.length === 0
    ? { name, status: "ok", found }
    : {
        name,
        status: "missing",
        found: `${found}; not here: ${absent.join(", ")}`,
        remedy: 'run "natgrad data fetch", or set NATGRAD_DATA to a folder that has them',
      };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0];
}
