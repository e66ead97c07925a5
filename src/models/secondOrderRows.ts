/** Second derivatives of a model within its layers, as sums of ± u uᵀ. */
import type { Reals } from "../linalg/matrix.ts";
import type { WeightRows } from "./weightRows.ts";

/**
 * The diagonal blocks of Σ_n Σ_m r_nm ∇²f_nm that belong to single layers: each is Σ ± u uᵀ over the rows u of its layer
 * (Mizutani and Dreyfus 2008; Dangel et al. 2020, "BackPACK").
 */
export interface SecondOrderRows<T extends Reals = Float64Array> {
  /** about how many rows of each layer an example has, infinite where nothing is known: what they cost */
  readonly columns: number;
  /** places in θ of the layers of which all is known; without rows the block is zero */
  readonly layers: readonly LayerPlace[];
  /** made when they are asked for, a few for each example at a time; the same layer comes many times */
  readonly rows: Iterable<SignedRows<T>>;
}

export interface LayerPlace {
  /** index in θ of the first parameter */
  readonly offset: number;
  readonly size: number;
}

export interface SignedRows<T extends Reals = Float64Array> {
  readonly sign: 1 | -1;
  readonly rows: WeightRows<T>;
}
