/** Which images `natgrad ewc` works on: MNIST where all of it is to be had, or the embedded digits. */
import { places as openPlaces } from "#files";
import { loadDataset } from "../datasets/load.ts";
import { findFiles, locate } from "../datasets/lookup.ts";
import { MissingDatasetError } from "../datasets/missing.ts";
import { findDataset } from "../datasets/registry.ts";
import type { LoadImages } from "../experiments/ewc/images.ts";
import type { PresetData } from "../experiments/ewc/presets.ts";
import { UsageError } from "./context.ts";
import type { EwcCommandOptions } from "./ewc.ts";

export interface ImagesContext {
  readonly signal: AbortSignal;
  readonly onWarning: (message: string) => void;
}

/** Loads images with the data folder of the call. */
export function ewcLoader(
  { data }: EwcCommandOptions,
  { signal, onWarning }: ImagesContext,
): LoadImages {
  const options = { signal, onWarning, ...(data ? { dataFolder: data } : {}) };
  return (name) => loadDataset(name, { ...options, precision: "float32" });
}

/** seconds without a byte after which an address is given up; each file has two: nobody has asked for a download */
const PATIENCE = 2;

/**
 * The images asked for, or else MNIST where both of its parts are to be had. A damaged file is an error, not a reason for other
 * images. Throws {@link UsageError} for images that are not known.
 */
export async function ewcImages(
  { images, data }: EwcCommandOptions,
  { signal, onWarning }: ImagesContext,
): Promise<{ images: PresetData; notice?: string }> {
  if (images !== undefined) {
    const named = (["MNIST", "Digits"] as const).find(
      (name) => name.toLowerCase() === images.toLowerCase(),
    );
    if (named) return { images: named };
    throw new UsageError(`--images is ${images}, expected MNIST or Digits`);
  }
  const places = openPlaces(data ? { dataFolder: data } : {});
  const parts = ["MNIST-test", "MNIST"].map(findDataset);
  const origins = await Promise.all(parts.map((part) => locate(part, places)));
  const absent = parts.filter((_, i) => origins[i] === undefined);
  if (absent.length > 0 && !places.offline) {
    onWarning("looking for MNIST on the network …");
  }
  try {
    for (const part of absent) {
      await findFiles(part, places, { signal, onWarning, patience: PATIENCE });
    }
    return { images: "MNIST" };
  } catch (error) {
    if (!(error instanceof MissingDatasetError)) throw error;
    const whole = absent.length === parts.length;
    const part = `The ${error.dataset === "MNIST" ? "training" : "test"} part of MNIST`;
    return {
      images: "Digits",
      notice:
        `${whole ? "MNIST" : part} is not to be had, so these are the embedded 8 × 8 digits, with settings of their own. ` +
        `For MNIST: ${error.remedy}`,
    };
  }
}
