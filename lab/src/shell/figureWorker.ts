/** Computes the paper's toy figures. */
import { expose } from "comlink";
import { figure1 } from "../../../src/experiments/fields.ts";
import { minima } from "../../../src/experiments/minima.ts";
import type { FigureFile } from "../../../src/experiments/summary.ts";
import { kernels } from "../../../src/linalg/provider.ts";
import { VERSION } from "../../../src/version.ts";

const api = {
  /** What `figure-N.json` holds. */
  make(figure: 1 | 2 | 4): FigureFile {
    const started = performance.now();
    const result = figure === 1 ? figure1() : minima(figure);
    return {
      provenance: {
        natgrad: VERSION,
        runtime: navigator.userAgent,
        provider: { ...kernels().info },
        workers: 1,
        created: new Date().toISOString(),
        seconds: (performance.now() - started) / 1000,
      },
      result,
    };
  },
};

export type FigureWorker = typeof api;
expose(api);
