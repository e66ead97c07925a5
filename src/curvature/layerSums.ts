/** One pass over the data for KFAC: the factors of each layer, and exact blocks where there are none. */
import { DomainError } from "../errors.ts";
import type { DenseOperator } from "../linalg/dense.ts";
import type { DiagonalBlock } from "../linalg/diagonalBlock.ts";
import type { Reals } from "../linalg/matrix.ts";
import type { OuterProducts, WeightRows } from "../models/weightRows.ts";
import { exactBlock } from "./blockDiagonal.ts";
import { addRows, type BlockSum, blockSums } from "./blockSums.ts";
import type { Terms } from "./kind.ts";
import { addProducts, type KroneckerSum, kroneckerSums, type Sharing } from "./kroneckerSums.ts";
import type { CurvatureSum } from "./structure.ts";

/** The factors of one weight matrix, in the order of the sharings asked for. */
export type SharedSums = readonly [KroneckerSum, ...KroneckerSum[]];

/** What is summed up of one layer: one of the two. */
interface LayerSum {
  readonly factored: readonly SharedSums[];
  readonly exact?: BlockSum;
}

export interface LayerSums {
  /** in the order of θ; a grouped convolution has some for each group, a layer with one position only those of the first sharing */
  readonly factored: readonly SharedSums[];
  /** of layers without outer products, times w */
  readonly exact: readonly DiagonalBlock<DenseOperator>[];
}

/** Throws as `kfac` and `ekfac` say. */
export function layerSums<T extends Reals>(
  sum: CurvatureSum<T>,
  what: string,
  sharings: readonly [Sharing, ...Sharing[]],
  limit: number,
): LayerSums {
  for (const sharing of sharings) {
    if (sharing !== "expand" && sharing !== "reduce") {
      throw new DomainError(`${what}: sharing is "${sharing}", expected "expand" or "reduce"`);
    }
  }
  const { samples, weight } = sum;
  const found = new Map<number, LayerSum>();
  for (const terms of sum.batches()) {
    for (const rows of layersOf(terms, what, sum.name)) {
      let layer = found.get(rows.offset);
      if (!layer) {
        layer = emptySum(rows, sharings, what, limit);
        found.set(rows.offset, layer);
      }
      if (layer.exact) addRows(rows, [layer.exact], terms.factor.data);
      layer.factored.forEach((parts, i) => {
        parts.forEach((part, j) => {
          addProducts(part, rows.kronecker![i], { samples, weight, sharing: sharings[j] });
        });
      });
    }
  }
  const ordered = [...found].sort(([a], [b]) => a - b).map(([, layer]) => layer);
  return {
    factored: ordered.flatMap(({ factored }) => factored),
    exact: ordered.flatMap(({ exact }) => (exact ? [exactBlock(exact, sum.weight)] : [])),
  };
}

/** The rows of each layer of a batch. Throws {@link DomainError}, saying why, where Kronecker factors make no sense. */
export function* layersOf<T extends Reals>(
  { at, factor, centre, residual }: Terms<T>,
  what: string,
  name: string,
): Generator<WeightRows<T>, void, undefined> {
  if (residual) {
    throw new DomainError(
      `${what} of the ${name}: its second-order terms Σ r ∇²f are no sum of outer products g aᵀ of gradients and inputs, ` +
        "so there is nothing to factor; use fisher() or ggn() in this structure, or blockDiagonal() or matrixFree()",
    );
  }
  if (centre) {
    throw new DomainError(
      `${what} of the ${name}: what is subtracted, the mean gradient, is no outer product of one input and one output ` +
        "gradient, so that centred rows have no Kronecker factors; use empirical() in this structure, or blockDiagonal(), " +
        "lowRank() or diagonal()",
    );
  }
  if (!at.layers) {
    throw new DomainError(
      `${what} of the ${name}: the model has no layers, and Kronecker factors are those of a layer's inputs and output ` +
        "gradients; use a network of layers (sequential), or full(), blockDiagonal() or lowRank()",
    );
  }
  for (const rows of at.layers(factor)) {
    if (rows.uses !== undefined) {
      throw new DomainError(
        `${what}: layer ${rows.layer} is used ${rows.uses} times: its rows are sums over its uses, which neither one pair of ` +
          "factors nor a sum of pairs approximates; use blockDiagonal(), diagonal(), lowRank() or matrixFree(), or a layer " +
          "of its own for each use",
      );
    }
    yield rows;
  }
}

function emptySum<T extends Reals>(
  rows: WeightRows<T>,
  sharings: readonly Sharing[],
  what: string,
  limit: number,
): LayerSum {
  if (rows.kronecker) return { factored: sharedSums(rows, rows.kronecker, sharings, limit) };
  const { layer, offset, size } = rows;
  const [exact] = blockSums(`${what}, layer ${layer}`, [{ name: layer, offset, size }], limit);
  return { factored: [], exact };
}

function sharedSums<T extends Reals>(
  rows: WeightRows<T>,
  products: readonly OuterProducts<T>[],
  sharings: readonly Sharing[],
  limit: number,
): SharedSums[] {
  const [first, ...more] = sharings.map(() => kroneckerSums(rows, products, limit));
  // with one position all sharings are the same
  return first.map((part, i) =>
    products[i].positions === 1 ? [part] : [part, ...more.map((parts) => parts[i])],
  );
}
