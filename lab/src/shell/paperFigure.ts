/** The paper's own figures, computed and drawn as by `natgrad paper`, in a worker that ends with them. */
import { wrap } from "comlink";
import { jsonText } from "../../../src/cli/json.ts";
import { renderSvg } from "../../../src/figures/render.ts";
import type { FigureWorker } from "./figureWorker.ts";

/** Rejects with the signal's reason when aborted. */
export async function paperFigure(
  figure: 1 | 2 | 4,
  signal: AbortSignal,
): Promise<{ readonly svg: string; readonly json: string }> {
  const worker = new Worker(new URL("./figureWorker.ts", import.meta.url), { type: "module" });
  try {
    const stopped = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    const found = await Promise.race([wrap<FigureWorker>(worker).make(figure), stopped]);
    return { svg: renderSvg(found.result, { document }), json: jsonText(found) };
  } finally {
    worker.terminate();
  }
}
