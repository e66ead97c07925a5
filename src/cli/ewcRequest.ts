/** What a call of `natgrad ewc` asks for: figures with their configurations. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { z } from "zod";
import { MissingError } from "../errors.ts";
import { type FigureConfiguration, figureConfiguration } from "../experiments/ewc/configuration.ts";
import { type LoadImages, loadImages } from "../experiments/ewc/images.ts";
import type { EwcFigure } from "../experiments/ewc/index.ts";
import {
  ewcPreset,
  type PresetFigure,
  type PresetName,
  presetFigures,
} from "../experiments/ewc/presets.ts";
import { shortagesOf } from "../experiments/ewc/shortages.ts";
import { UsageError } from "./context.ts";
import type { EwcCommandOptions } from "./ewc.ts";
import { ewcImages, ewcLoader, type ImagesContext } from "./ewcImages.ts";

export interface EwcRequest {
  readonly figures: readonly EwcFigure[];
  /** what the settings are called: a preset with its images, or a file */
  readonly preset: string;
  readonly out: string;
  /** why it is not MNIST, where nobody asked for that */
  readonly notice?: string;
}

/** Reads the options, and the file. Throws {@link UsageError}, `MissingError` for a file that cannot be read. */
export async function ewcRequest(
  config: string | undefined,
  options: EwcCommandOptions,
  context: ImagesContext,
): Promise<EwcRequest> {
  const seeds = options.seeds && seedsOf(options.seeds);
  if (config !== undefined) {
    const own = (["figure", "preset", "images"] as const).find((name) => options[name]);
    if (own) throw new UsageError(`--${own} is for the figures; ${config} has its own settings`);
    const read = await readConfiguration(config);
    const panels = read.panels.map((panel) => ({ ...panel, ...(seeds && { seeds }) }));
    const name = basename(config, ".json");
    const configuration = { ...read, panels };
    await requireImages(config, configuration, ewcLoader(options, context));
    return {
      figures: [{ figure: "experiment", configuration }],
      preset: basename(config),
      out: options.out ?? `out/ewc-${name}`,
    };
  }
  const wanted = options.figure ? figuresOf(options.figure) : presetFigures;
  const preset = presetOf(options.preset ?? "quick");
  const { images, notice } = await ewcImages(options, context);
  return {
    figures: wanted.map((figure) => ({
      figure,
      configuration: ewcPreset(figure, preset, images, seeds),
    })),
    preset: images === "MNIST" ? preset : `${preset}, 8 × 8 digits`,
    out: options.out ?? "out/ewc",
    ...(notice !== undefined && { notice }),
  };
}

/** The names in `--figure 2A 2B` or `--figure 2a,2b`. */
function figuresOf(texts: readonly string[]): PresetFigure[] {
  const names = words(texts);
  if (names.length === 0) {
    throw new UsageError(`--figure has no name; the figures are ${presetFigures.join(", ")}`);
  }
  const chosen = names.map((name) => {
    const found = presetFigures.find((figure) => figure.toLowerCase() === name.toLowerCase());
    if (found) return found;
    if (name.endsWith(".json")) {
      throw new UsageError(
        `--figure is for the paper's figures; ${name} has its own settings: natgrad ewc ${name}`,
      );
    }
    throw new UsageError(`there is no Figure ${name}; the figures are ${presetFigures.join(", ")}`);
  });
  return presetFigures.filter((figure) => chosen.includes(figure));
}

function seedsOf(texts: readonly string[]): number[] {
  const given = words(texts);
  if (given.length === 0) throw new UsageError("--seeds has no number, expected at least one");
  const seeds = given.map((text) => {
    const seed = Number(text);
    if (Number.isSafeInteger(seed) && seed >= 0) return seed;
    throw new UsageError(`--seeds has ${text}, expected whole numbers of at least 0`);
  });
  return [...new Set(seeds)];
}

function words(texts: readonly string[]): string[] {
  return texts.flatMap((text) => text.split(",")).filter((text) => text.trim() !== "");
}

function presetOf(name: string): PresetName {
  if (name === "paper" || name === "quick") return name;
  throw new UsageError(`--preset is ${name}, expected paper or quick`);
}

/** An experiment from a file. */
async function readConfiguration(path: string): Promise<FigureConfiguration> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new MissingError(
      `cannot read ${path}: ${code === "ENOENT" ? "there is no such file" : code}`,
      {
        cause,
      },
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path} is no JSON: ${(error as Error).message}`);
  }
  const { data, error } = figureConfiguration.safeParse(value);
  if (data) return data;
  throw new UsageError(`${path}: ${error.issues.map(complaint).join("; ")}`);
}

/** Throws {@link UsageError} where tasks lack images or classes; loads the images of streams that can. */
async function requireImages(
  path: string,
  { panels }: FigureConfiguration,
  load: LoadImages,
): Promise<void> {
  for (const [i, panel] of panels.entries()) {
    // permuted tasks have all images and classes that there are
    if (panel.stream.kind === "permuted" && panel.data.train === undefined) continue;
    const wrong = shortagesOf(panel, await loadImages(panel.data, load));
    const places = wrong.map(({ path, message }) =>
      complaint({ path: ["panels", i, ...path], message }),
    );
    if (wrong.length > 0) throw new UsageError(`${path}: ${places.join("; ")}`);
  }
}

/** "panels[0].methods[1].strength: …". */
function complaint({ path, message }: Pick<z.core.$ZodIssue, "path" | "message">): string {
  const place = path
    .map((key, i) => (typeof key === "number" ? `[${key}]` : `${i > 0 ? "." : ""}${String(key)}`))
    .join("");
  return place === "" ? message : `${place}: ${message}`;
}
