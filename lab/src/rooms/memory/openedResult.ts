/** A result file of `natgrad ewc`, drawn as the command line draws it. */
import { readings } from "../../../../src/experiments/ewc/readings.ts";
import { ewcResult } from "../../../../src/experiments/ewc/results.ts";
import type { Statement } from "../../../../src/experiments/results.ts";
import { renderEwcSvg, seeEwc } from "../../../../src/figures/ewcGallery.ts";

export interface OpenedResult {
  readonly name: string;
  readonly title: string;
  /** what to see in it */
  readonly caption: string;
  /** an SVG file */
  readonly svg: string;
  readonly statements: readonly Statement[];
}

/** Throws with a message for the reader where it is no such result, or one that cannot be drawn. */
export function readResult(name: string, value: unknown): OpenedResult {
  const { data: result, error } = ewcResult.safeParse(value);
  if (!result) {
    const [{ path, message }] = error.issues;
    throw new Error(`${name} is no result of natgrad ewc: ${path.join(".")}: ${message}`);
  }
  try {
    return {
      name,
      title: result.configuration.title,
      caption: seeEwc(result),
      svg: renderEwcSvg(result, { document }),
      statements: readings(result),
    };
  } catch (cause) {
    throw new Error(`${name} is a result of natgrad ewc from which runs are missing`, { cause });
  }
}
