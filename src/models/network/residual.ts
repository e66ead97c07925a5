/** Residual blocks. */
import type { Layer } from "./layer.ts";

/** What a network is made of. */
export type Part = Layer | Residual;

/** A residual block; no {@link Layer}, since the passes go through its own layers one by one. */
export interface Residual {
  readonly kind: "residual";
  readonly body: readonly Part[];
  /** empty for the identity */
  readonly shortcut: readonly Part[];
}

export interface ResidualOptions {
  /** the way around, for a body that changes the shape; default the identity */
  readonly shortcut?: readonly Part[];
}

/**
 * y = body(x) + shortcut(x) (He et al. 2016, eqs. 1 and 2). Blocks may be nested. θ has the body's parameters, then
 * the shortcut's; the layers of block 3 are named "3.0", "3.1", … and "3.shortcut.0", …. The network throws
 * `ShapeError` where the two outputs differ in shape.
 *
 * @example
 * sequential([dense(2, 16), residual([tanh(), dense(16, 16)]), dense(16, 1)]);
 */
export function residual(body: readonly Part[], { shortcut = [] }: ResidualOptions = {}): Residual {
  return { kind: "residual", body: [...body], shortcut: [...shortcut] };
}

/** Whether a part is a residual block. */
export function isResidual(part: Part): part is Residual {
  return "body" in part;
}
