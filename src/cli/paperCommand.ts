/** What `natgrad paper` does. */
import { availableParallelism } from "node:os";
import { styleText } from "node:util";
import { loadDataset } from "../datasets/load.ts";
import { type PaperConfiguration, paperConfiguration, runPaper } from "../experiments/paper.ts";
import type { Executor } from "../experiments/race/index.ts";
import { poolExecutor } from "../experiments/race/pool.ts";
import type { Provenance } from "../experiments/results.ts";
import {
  type FigureNumber,
  type PaperSummary,
  summarize,
  withoutResults,
} from "../experiments/summary.ts";
import { gallery } from "../figures/gallery.ts";
import { kernels } from "../linalg/provider.ts";
import { VERSION } from "../version.ts";
import { type Context, UsageError } from "./context.ts";
import { type FileJournal, openJournal } from "./journal.ts";
import { jsonText } from "./json.ts";
import type { PaperCommandOptions } from "./paper.ts";
import { openPaperFolder, type PaperFolder } from "./paperFolder.ts";
import { duration, type Progress, startProgress } from "./progress.ts";
import { openStudio } from "./studio.ts";
import { table } from "./table.ts";

/** What a call works with. */
interface Session {
  readonly folder: PaperFolder;
  readonly journal: FileJournal;
  readonly executor: Executor;
  readonly progress: Pick<Progress, "update" | "log">;
}

/**
 * `natgrad paper`: writes each figure when it is finished, then the summary and the page, which also show the
 * figures that earlier calls have left in the folder. `configuration` is for tests.
 */
export async function paper(
  options: PaperCommandOptions,
  context: Context,
  configuration: PaperConfiguration = paperConfiguration(),
): Promise<void> {
  const { stdout, stderr, signal } = context;
  const figures = options.figure && chosenFigures(options.figure);
  const folder = await openPaperFolder(options.out);
  const executor = poolExecutor(options.workers ?? availableParallelism());
  const journal = openJournal(folder.file("journal.jsonl"), { fresh: options.fresh ?? false });
  const progress = resumableProgress(context, journal);
  try {
    const summary = await make(
      figures ? { ...configuration, figures, statements: [] } : configuration,
      options,
      context,
      { folder, journal, executor, progress },
    );
    progress.end();
    if (journal.reused > 0 && journal.added === 0) {
      stderr.write(
        `The grid searches were finished before and taken from ${journal.path}; --fresh runs them anew\n`,
      );
    }
    stdout.write(options.json ? jsonText(withoutResults(summary)) : report(summary, folder));
  } catch (error) {
    progress.end(
      signal.aborted
        ? `What is finished is kept in ${folder.path}; the same call goes on from there`
        : "",
    );
    throw error;
  } finally {
    journal.close();
    await executor.close();
  }
}

/** The numbers in `--figure 2 4` or `--figure 2,4`. */
function chosenFigures(texts: readonly string[]): FigureNumber[] {
  const known = gallery.map(({ figure }) => figure);
  const names = texts.flatMap((text) => text.split(",")).filter((text) => text.trim() !== "");
  return names.map((name) => {
    const found = known.find((figure) => figure === Number(name));
    if (found) return found;
    throw new UsageError(`there is no Figure ${name}; the figures are ${known.join(", ")}`);
  });
}

/** Runs the configuration and writes its files. */
async function make(
  configuration: PaperConfiguration,
  options: PaperCommandOptions,
  { stderr, signal }: Context,
  { folder, journal, executor, progress }: Session,
): Promise<PaperSummary> {
  const started = performance.now();
  const studio = await openStudio(progress.log);
  const earlier = options.fresh ? undefined : await folder.earlier();
  const figures = new Map(earlier?.figures.map((entry) => [entry.figure, entry]));
  let statements = earlier?.statements ?? [];
  const parts = runPaper(configuration, {
    executor,
    journal,
    signal,
    load: (dataset) =>
      loadDataset(dataset, {
        signal,
        ...(options.data ? { dataFolder: options.data } : {}),
        onWarning: progress.log,
      }),
    onProgress: progress.update,
  });
  for await (const part of parts) {
    if (part.kind === "missing") {
      const { dataset, reason, remedy } = part.panel;
      const head = styleText("yellow", `${dataset} is missing:`, { stream: stderr });
      progress.log(`${head} ${reason} ${remedy}`);
    } else if (part.kind === "statements") {
      statements = [...part.statements];
    } else {
      const found = { provenance: provenance(executor, part.seconds), result: part.result };
      const entry = await folder.writeFigure(found, studio);
      figures.set(entry.figure, entry);
      progress.log(`Figure ${entry.figure} is written (${duration(entry.seconds)} of computing)`);
    }
  }
  const summary = summarize({
    provenance: provenance(executor, (performance.now() - started) / 1000),
    figures: [...figures.values()].sort((a, b) => a.figure - b.figure),
    statements,
  });
  await folder.writeSummary(summary, studio);
  return summary;
}

function provenance({ workers }: Executor, seconds: number): Provenance {
  const { node } = process.versions;
  return {
    natgrad: VERSION,
    runtime: `Node ${node} on ${process.platform} ${process.arch}`,
    provider: { ...kernels().info },
    workers,
    created: new Date().toISOString(),
    seconds,
  };
}

/**
 * A bar that stands still while pieces come from the journal, and starts anew after them: they cost no time, and
 * would make the rest look quick.
 */
function resumableProgress({ stderr }: Context, journal: FileJournal): Progress {
  const open = (): Progress => startProgress({ stream: stderr, label: "paper" });
  let bar = open();
  let seen = 0;
  return {
    update(fraction, note) {
      if (journal.reused > seen && journal.added === 0) return;
      if (journal.reused > seen) {
        seen = journal.reused;
        bar.end(`${seen} finished pieces are taken from ${journal.path}`);
        bar = open();
      }
      bar.update(fraction, note);
    },
    log: (line) => bar.log(line),
    end: (line) => bar.end(line),
  };
}

/** For people: the figures, how many statements hold, where the page is. */
function report({ figures, statements, missing }: PaperSummary, folder: PaperFolder): string {
  const rows = figures.map(({ figure, title, files, seconds }) => [
    figure,
    title,
    Object.values(files).join(" "),
    duration(seconds),
  ]);
  const holding = statements.filter(({ holds }) => holds).length;
  return [
    table(["figure", "", "files", "computing"], rows),
    ...(statements.length > 0 ? [`${holding} of ${statements.length} statements hold`] : []),
    ...(missing.length > 0 ? [`Without: ${missing.map(({ dataset }) => dataset).join(", ")}`] : []),
    `The page with all of it: ${folder.file("index.html")}`,
    "",
  ].join("\n");
}
