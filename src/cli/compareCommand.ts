/** What `natgrad compare` does. */
import { join, resolve } from "node:path";
import { styleText } from "node:util";
import { loadDataset } from "../datasets/load.ts";
import { exampleConfiguration } from "../experiments/compare/configuration.ts";
import { runComparison } from "../experiments/compare/index.ts";
import type { CompareFile, CompareResult } from "../experiments/compare/results.ts";
import type { Provenance } from "../experiments/results.ts";
import { compareFigure } from "../figures/compare.ts";
import { renderComparePage } from "../figures/comparePage.ts";
import { columns, legendText } from "../figures/compareTable.ts";
import { renderPng } from "../figures/raster.ts";
import { svgFile } from "../figures/render.ts";
import { writeAtomically } from "../files/atomic.ts";
import { kernels } from "../linalg/provider.ts";
import { VERSION } from "../version.ts";
import type { CompareCommandOptions } from "./compare.ts";
import { bytesOf, compareRequest, readSamples } from "./compareRequest.ts";
import { type Context, UsageError } from "./context.ts";
import { jsonText } from "./json.ts";
import { openFolder } from "./outputFolder.ts";
import { startProgress } from "./progress.ts";
import { openStudio, type Studio } from "./studio.ts";
import { table } from "./table.ts";

/** about what all files together need, bytes */
const ROOM = 2 ** 23;

/** `natgrad compare`: measures, writes SVG, PNG, JSON and a page, prints the table. */
export async function compare(
  config: string | undefined,
  options: CompareCommandOptions,
  { stdout, stderr, signal }: Context,
): Promise<void> {
  if (options.example) {
    if (config !== undefined)
      throw new UsageError(`--example prints a configuration; ${config} is one`);
    stdout.write(jsonText(exampleConfiguration));
    return;
  }
  if (config === undefined) {
    throw new UsageError(
      "name a configuration; natgrad compare --example prints one to start from",
    );
  }
  const { configuration, folder } = await compareRequest(config);
  const out = options.out ?? "out/compare";
  const target = await openFolder(out, ROOM);
  const started = performance.now();
  const progress = startProgress({ stream: stderr, label: "compare" });
  try {
    const studio = await openStudio(progress.log);
    const result = await runComparison(configuration, {
      signal,
      dataset: (name) =>
        loadDataset(name, {
          signal,
          onWarning: progress.log,
          ...(options.data ? { dataFolder: options.data } : {}),
        }),
      table: (data) => readSamples(data, folder, signal),
      file: (path) => bytesOf(resolve(folder, path)),
      onProgress: progress.update,
      onMatrix(matrix) {
        if (matrix.status === "measured") return;
        const head = styleText("yellow", `no ${matrix.name}:`, { stream: stderr });
        progress.log(`${head} ${matrix.reason}`);
      },
    });
    const seconds = (performance.now() - started) / 1000;
    await writeFiles({ provenance: provenance(seconds), result }, out, studio);
    progress.end();
    stdout.write(options.json ? jsonText(withoutMaps(result)) : report(result, out));
  } catch (error) {
    await target.abandon();
    throw error;
  } finally {
    progress.end();
  }
}

async function writeFiles(file: CompareFile, out: string, studio: Studio): Promise<void> {
  const { document, png } = studio;
  const files = {
    svg: "compare.svg",
    ...(png && { png: "compare.png" }),
    json: "compare.json",
  };
  const svg = svgFile(compareFigure(file.result, { document }));
  await writeAtomically(join(out, files.svg), svg);
  if (files.png) await writeAtomically(join(out, files.png), await renderPng(svg));
  await writeAtomically(join(out, files.json), jsonText(file));
  await writeAtomically(join(out, "index.html"), renderComparePage(file, { document, files }));
}

function withoutMaps(result: CompareResult): unknown {
  const matrices = result.matrices.map((matrix) => {
    if (matrix.status === "refused") return matrix;
    const { map: _map, ...numbers } = matrix;
    return numbers;
  });
  return { ...result, matrices };
}

function provenance(seconds: number): Provenance {
  const { node } = process.versions;
  return {
    natgrad: VERSION,
    runtime: `Node ${node} on ${process.platform} ${process.arch}`,
    provider: { ...kernels().info },
    workers: 1,
    created: new Date().toISOString(),
    seconds,
  };
}

/** For people: the table of the figure, and where the page is. */
function report(result: CompareResult, out: string): string {
  const measured = result.matrices.filter((matrix) => matrix.status === "measured");
  const refused = result.matrices.length - measured.length;
  const headings = columns.map(({ heading }) => heading.join(" ").trim());
  const rows = measured.map((matrix) => [
    matrix.name,
    ...columns.map((column, j) => column.text(matrix).padStart(headings[j].length)),
  ]);
  return [
    table(["matrix", ...headings], rows),
    "",
    legendText(result),
    ...(refused > 0 ? [`Not there, with the reason on the page: ${refused} of them`] : []),
    `The page with all of it: ${join(out, "index.html")}`,
    "",
  ].join("\n");
}
