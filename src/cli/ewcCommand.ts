/** What `natgrad ewc` does. */
import { availableParallelism } from "node:os";
import type { EwcExecutor } from "../experiments/ewc/executor.ts";
import { runEwc } from "../experiments/ewc/index.ts";
import { ewcPool } from "../experiments/ewc/pool.ts";
import type { EwcFigureEntry, EwcFigureName, EwcSummary } from "../experiments/ewc/results.ts";
import type { Provenance } from "../experiments/results.ts";
import { kernels } from "../linalg/provider.ts";
import { VERSION } from "../version.ts";
import type { Context } from "./context.ts";
import type { EwcCommandOptions } from "./ewc.ts";
import { type EwcFolder, openEwcFolder, withoutResults } from "./ewcFolder.ts";
import { ewcLoader } from "./ewcImages.ts";
import { ewcProgress, runLine } from "./ewcProgress.ts";
import { ewcReport } from "./ewcReport.ts";
import { type EwcRequest, ewcRequest } from "./ewcRequest.ts";
import { type FileJournal, openJournal } from "./journal.ts";
import { jsonText } from "./json.ts";
import { duration, type Progress, startProgress } from "./progress.ts";
import { openStudio } from "./studio.ts";

interface Session {
  readonly folder: EwcFolder;
  readonly journal: FileJournal;
  readonly executor: EwcExecutor;
  readonly progress: Progress;
}

/** Order of the figures on the page. */
const ORDER: readonly EwcFigureName[] = ["2A", "2B", "2C", "which-fisher", "experiment"];

/** `natgrad ewc`: writes each figure when its runs are finished, then the summary and the page. */
export async function ewc(
  config: string | undefined,
  options: EwcCommandOptions,
  context: Context,
): Promise<void> {
  const { stdout, stderr, signal } = context;
  const onWarning = (message: string): void => void stderr.write(`${message}\n`);
  const request = await ewcRequest(config, options, { signal, onWarning });
  const fresh = options.fresh ?? false;
  const folder = await openEwcFolder(request.out, { fresh });
  if (request.notice !== undefined) onWarning(request.notice);
  const executor = ewcPool({
    workers: options.workers ?? availableParallelism(),
    checkpoints: folder.checkpoints,
  });
  const journal = openJournal(folder.file("journal.jsonl"), { fresh });
  const progress = startProgress({ stream: stderr, label: "ewc" });
  try {
    const { summary, made } = await make(request, options, context, {
      folder,
      journal,
      executor,
      progress,
    });
    progress.end();
    if (options.json) stdout.write(jsonText(withoutResults(summary)));
    else {
      const page = folder.file("index.html");
      const { notice } = request;
      stdout.write(ewcReport(made, { page, ...(notice !== undefined && { notice }) }));
    }
  } catch (error) {
    progress.end(
      signal.aborted
        ? `What is finished, and the state of what is not, is kept in ${folder.path}; the same call goes on from there`
        : "",
    );
    throw error;
  } finally {
    journal.close();
    await executor.close();
  }
}

/** Makes the runs and writes their files. */
async function make(
  { figures, preset }: EwcRequest,
  options: EwcCommandOptions,
  { signal }: Context,
  { folder, journal, executor, progress }: Session,
): Promise<{ summary: EwcSummary; made: EwcFigureEntry[] }> {
  const started = performance.now();
  const studio = await openStudio(progress.log);
  const before = options.fresh ? await folder.entries() : [];
  const made: EwcFigureEntry[] = [];
  const live = ewcProgress(progress);
  const firstKeys = new Set<string>();
  let reused = 0;
  const parts = runEwc(figures, {
    executor,
    journal,
    signal,
    load: ewcLoader(options, { signal, onWarning: progress.log }),
    onProgress: live.heard,
  });
  for await (const part of parts) {
    if (part.kind === "run") {
      await folder.forget(part.key);
      if (part.firstKey !== undefined) firstKeys.add(part.firstKey);
      const { learned, seconds } = part.run;
      if (part.reused) reused++;
      else progress.log(runLine(part.job, learned[learned.length - 1].accuracies, seconds));
    } else {
      const { result, statements, seconds } = part;
      const entry = await folder.writeFigure(
        { provenance: provenance(executor, seconds), preset, result, statements: [...statements] },
        studio,
      );
      made.push(entry);
      progress.log(`Figure ${entry.figure} is written (${duration(seconds)} of computing)`);
    }
  }
  if (reused > 0) {
    progress.log(
      `${reused} runs were finished before and taken from ${journal.path}; --fresh makes them anew`,
    );
  }
  // read now: another call may have written figures meanwhile; what --fresh forgets is what was there at the start
  const there = await folder.entries();
  const kept = there.filter(({ written }) => !before.some((old) => old.written === written));
  const entries = new Map([...kept.map(({ entry }) => entry), ...made].map((e) => [e.figure, e]));
  const summary = {
    provenance: provenance(executor, (performance.now() - started) / 1000),
    figures: ORDER.flatMap((figure) => entries.get(figure) ?? []),
  };
  await folder.writeSummary(summary, studio);
  await folder.forget(...firstKeys);
  return { summary, made: ORDER.flatMap((f) => made.find(({ figure }) => figure === f) ?? []) };
}

function provenance({ workers }: EwcExecutor, seconds: number): Provenance {
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
