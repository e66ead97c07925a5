/** What pictures are made with in Node. */
import { MissingError } from "../errors.ts";
import { createDocument, rasterizer } from "../figures/raster.ts";

export interface Studio {
  readonly document: Document;
  /** false where there is no rasterizer */
  readonly png: boolean;
}

/** A document, and whether there is a rasterizer: without one the reason is told, and there are no PNG files. */
export async function openStudio(onWarning: (message: string) => void): Promise<Studio> {
  const document = await createDocument();
  try {
    await rasterizer();
    return { document, png: true };
  } catch (error) {
    if (!(error instanceof MissingError)) throw error;
    onWarning(error.message);
    return { document, png: false };
  }
}
