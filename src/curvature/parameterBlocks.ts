/** Which parameters belong together: by layer, by array, or as the caller says. */
import { DomainError } from "../errors.ts";
import type { Reals } from "../linalg/matrix.ts";
import type { ParameterRange } from "../models/model.ts";
import { brief } from "../models/network/brief.ts";
import type { CurvatureSum } from "./structure.ts";

/** A partition of θ: one block a layer, one an array of parameters, or these ranges. */
export type Partition = "layer" | "parameter" | readonly ParameterRange[];

/**
 * The blocks of a partition, in order. Throws {@link DomainError} for an unknown partition, a model that does not name its
 * arrays, and ranges that overlap or leave a gap.
 */
export function parameterBlocks<T extends Reals>(
  { name, dimension, views }: Pick<CurvatureSum<T>, "name" | "dimension" | "views">,
  by: Partition,
): readonly ParameterRange[] {
  if (by !== "layer" && by !== "parameter") return requireCover(requireRanges(by), dimension);
  if (!views) {
    throw new DomainError(
      `${name}, block diagonal by ${by}: the model does not say which parameters belong together; use a network of ` +
        "layers, give the model `views`, or say the blocks: by: [{ name, offset, size }, …]",
    );
  }
  return requireCover(by === "parameter" ? views : layersOf(views), dimension);
}

/** Arrays that follow each other and are named `layer.array` are one layer. */
function layersOf(views: readonly ParameterRange[]): ParameterRange[] {
  const layers: ParameterRange[] = [];
  for (const { name, offset, size } of views) {
    const dot = name.lastIndexOf(".");
    const layer = dot < 0 ? name : name.slice(0, dot);
    const last = layers.at(-1);
    if (last?.name === layer) layers[layers.length - 1] = { ...last, size: last.size + size };
    else layers.push({ name: layer, offset, size });
  }
  return layers;
}

function requireRanges(by: readonly ParameterRange[]): readonly ParameterRange[] {
  if (Array.isArray(by) && by.every((range) => typeof range === "object" && range)) return by;
  throw new DomainError(
    `block diagonal: by is ${brief(by)}, expected "layer", "parameter" or ranges [{ name, offset, size }, …]`,
  );
}

function requireCover(
  ranges: readonly ParameterRange[],
  dimension: number,
): readonly ParameterRange[] {
  const sorted = ranges.toSorted((a, b) => a.offset - b.offset);
  let next = 0;
  for (const { name, offset, size } of sorted) {
    if (offset !== next || !(Number.isInteger(size) && size >= 1)) {
      throw new DomainError(
        `block ${name}: ${size} parameters from ${offset} on, expected at least one, and the first at ${next}: blocks ` +
          "must not overlap or leave a gap",
      );
    }
    next += size;
  }
  if (next !== dimension) {
    throw new DomainError(`blocks of ${next} parameters in all, expected ${dimension}`);
  }
  return sorted;
}

/** `offset`, …, `offset + size − 1` */
export function coordinates({ offset, size }: ParameterRange): Int32Array {
  return Int32Array.from({ length: size }, (_, i) => offset + i);
}
