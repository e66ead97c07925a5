/** Fishers of several tasks in Kronecker form, as plain data, and their sum as one Kronecker product a block. */
import { ShapeError } from "../errors.ts";
import { BlockKroneckerOperator } from "../linalg/blockKroneckerOperator.ts";
import { DenseOperator } from "../linalg/dense.ts";
import { sameIndices } from "../linalg/diagonalBlock.ts";
import { KroneckerOperator } from "../linalg/kroneckerOperator.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { dot } from "../linalg/vector.ts";

/** One block of KFAC: G ⊗ A, or a whole matrix where a layer has no such form. */
export interface KroneckerBlock {
  readonly name: string;
  readonly indices: Uint32Array;
  /** G and A, or the one matrix */
  readonly factors: readonly Matrix[];
}

/** What a checkpoint holds of an operator. */
export function blocksOf({ blocks }: BlockKroneckerOperator): KroneckerBlock[] {
  return blocks.map(({ name, indices, operator }) => ({
    name,
    indices: Uint32Array.from(indices),
    factors:
      operator instanceof KroneckerOperator ? [operator.left, operator.right] : [operator.matrix],
  }));
}

/** The operator of {@link blocksOf}, times `scale`. */
export function operatorOf(blocks: readonly KroneckerBlock[], scale = 1): BlockKroneckerOperator {
  const operator = new BlockKroneckerOperator(
    blocks.map(({ name, indices, factors: [first, second] }) => ({
      name,
      indices,
      operator: second ? new KroneckerOperator(first, second) : new DenseOperator(first),
    })),
  );
  return scale === 1 ? operator : operator.scaled(scale);
}

/**
 * The Kronecker product nearest to Σ_k G_k ⊗ A_k in the Frobenius norm, block by block (Van Loan & Pitsianis 1993): the best
 * approximation of rank one of Σ_k vec(G_k) vec(A_k)ᵀ. Its factors are combinations of the G_k and of the A_k with coefficients
 * that are not negative, so they are positive semi-definite. Blocks that are whole matrices are added up. Throws
 * {@link ShapeError} for blocks of different networks.
 */
export function nearestSum(terms: readonly (readonly KroneckerBlock[])[]): KroneckerBlock[] {
  return terms[0].map((block, b) => {
    const all = terms.map((blocks) => {
      const other = blocks[b];
      if (!other || !sameIndices(other.indices, block.indices)) {
        throw new ShapeError("Kronecker factors of different networks cannot be added");
      }
      return other;
    });
    const G = all.map(({ factors }) => factors[0]);
    if (block.factors.length === 1)
      return {
        ...block,
        factors: [
          combine(
            G,
            G.map(() => 1),
          ),
        ],
      };
    const A = all.map(({ factors }) => factors[1]);
    const gramG = grams(G);
    const c = leading(gramG, grams(A));
    const along = gramG.map((row) => dot(Float64Array.from(row), Float64Array.from(c)));
    const norm = c.reduce((sum, x, k) => sum + x * along[k], 0);
    const weights = along.map((x) => (norm > 0 ? x / norm : 0));
    return { ...block, factors: [combine(G, c), combine(A, weights)] };
  });
}

/** ⟨M_k, M_l⟩ */
function grams(matrices: readonly Matrix[]): number[][] {
  return matrices.map(({ data: a }) => matrices.map(({ data: b }) => dot(a, b)));
}

/**
 * The leading eigenvector of (gram of A)(gram of G), a matrix without negative entries: u = Σ c_k vec(G_k) is the left singular
 * vector of Σ vec(G_k) vec(A_k)ᵀ. By its powers, which converge since the entries of positive semi-definite factors' Grams
 * are positive.
 */
function leading(gramG: readonly number[][], gramA: readonly number[][]): number[] {
  const T = gramG.length;
  let c = new Array<number>(T).fill(1);
  for (let iteration = 0; iteration < 1000; iteration++) {
    const half = gramG.map((row) => row.reduce((sum, g, l) => sum + g * c[l], 0));
    const next = gramA.map((row) => row.reduce((sum, a, l) => sum + a * half[l], 0));
    const size = Math.max(...next);
    if (!(size > 0)) return c;
    const scaled = next.map((x) => x / size);
    const change = Math.max(...scaled.map((x, k) => Math.abs(x - c[k])));
    c = scaled;
    if (change < 1e-15) break;
  }
  return c;
}

function combine(matrices: readonly Matrix[], weights: readonly number[]): Matrix {
  const [{ rows, cols }] = matrices;
  const data = new Float64Array(rows * cols);
  matrices.forEach((M, k) => {
    for (let i = 0; i < data.length; i++) data[i] += weights[k] * M.data[i];
  });
  return { rows, cols, data };
}
