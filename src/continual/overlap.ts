/** How much two diagonal Fishers rest on the same weights, layer by layer (Kirkpatrick et al. 2017, SI). */
import { DomainError, ShapeError } from "../errors.ts";
import type { Reals } from "../linalg/matrix.ts";
import type { Network } from "../models/network/network.ts";

/** Something of each layer with parameters; `layer` is its name in the network. */
export interface ByLayer<V> {
  readonly layer: string;
  readonly value: V;
}

/**
 * 1 − d² with d² = ½ tr(F̂₁ + F̂₂ − 2 (F̂₁F̂₂)^½) and F̂ = F / tr F: for diagonals Σ_i √(f̂₁ᵢ f̂₂ᵢ). 0 where no weight matters to both, 1 where
 * one is a multiple of the other. (The paper prints ½‖F̂₁^½ − F̂₂^½‖ without its square.) Throws {@link ShapeError} for two lengths,
 * {@link DomainError} for a negative entry or a Fisher that is zero.
 */
export function fisherOverlap(F1: Reals, F2: Reals): number {
  if (F1.length !== F2.length) {
    throw new ShapeError(`Fishers of ${F1.length} and of ${F2.length} parameters do not compare`);
  }
  let shared = 0;
  for (let i = 0; i < F1.length; i++) shared += Math.sqrt(F1[i] * F2[i]);
  return shared / Math.sqrt(positive(trace(F1)) * positive(trace(F2)));
}

/** {@link fisherOverlap} of each layer's own weights and biases. */
export function overlapByLayer(
  network: Pick<Network, "views" | "parameters">,
  F1: Reals,
  F2: Reals,
): ByLayer<number>[] {
  return layersOf(network, F1).map(({ layer, value }, i) => ({
    layer,
    value: fisherOverlap(value, layersOf(network, F2)[i].value),
  }));
}

/** Trace and largest entry of a diagonal Fisher, layer by layer; a layer that does not matter has zeros. */
export function sizeByLayer(
  network: Pick<Network, "views" | "parameters">,
  F: Reals,
): ByLayer<{ readonly trace: number; readonly largest: number }>[] {
  return layersOf(network, F).map(({ layer, value }) => ({
    layer,
    value: { trace: trace(value), largest: largest(value) },
  }));
}

/** The entries of a vector `[D]`, layer by layer, not copied. Throws {@link ShapeError} for one of another network. */
export function layersOf(
  { views, parameters }: Pick<Network, "views" | "parameters">,
  values: Reals,
): ByLayer<Reals>[] {
  if (values.length !== parameters) {
    throw new ShapeError(
      `a Fisher of ${values.length} parameters for a network of ${parameters}: it belongs to another network`,
    );
  }
  const places = new Map<string, { start: number; end: number }>();
  for (const { name, offset, size } of views) {
    const layer = name.slice(0, name.lastIndexOf("."));
    const place = places.get(layer) ?? { start: offset, end: offset };
    places.set(layer, { start: place.start, end: offset + size });
  }
  return [...places].map(([layer, { start, end }]) => ({
    layer,
    value: values.subarray(start, end),
  }));
}

function largest(F: Reals): number {
  let most = 0;
  for (let i = 0; i < F.length; i++) most = Math.max(most, F[i]);
  return most;
}

function trace(F: Reals): number {
  let sum = 0;
  for (let i = 0; i < F.length; i++) {
    if (!(F[i] >= 0))
      throw new DomainError(`entry ${i} of a Fisher is ${F[i]}, expected at least 0`);
    sum += F[i];
  }
  return sum;
}

function positive(trace: number): number {
  if (!(trace > 0)) throw new DomainError("a Fisher that is zero has no shares to compare");
  return trace;
}
