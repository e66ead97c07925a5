/**
 * (Σ w x xᵀ)⁻¹ to nearly the last digit for a moderate number of columns, in pairs of doubles: standard errors of
 * ill-conditioned least squares. What orthogonal transformations lose here is the condition number times rounding.
 */
import { type Matrix, zeros } from "../linalg/matrix.ts";

/** hi + lo */
type Pair = readonly [hi: number, lo: number];

/** 2²⁷ + 1: splits a double into two halves whose products are exact (Dekker 1971) */
const SPLITTER = 134217729;

function sum(a: number, b: number): Pair {
  const hi = a + b;
  const part = hi - a;
  return [hi, a - (hi - part) + (b - part)];
}

function product(a: number, b: number): Pair {
  const hi = a * b;
  const scaledA = SPLITTER * a;
  const aTop = scaledA - (scaledA - a);
  const aRest = a - aTop;
  const scaledB = SPLITTER * b;
  const bTop = scaledB - (scaledB - b);
  const bRest = b - bTop;
  return [hi, aRest * bRest - (hi - aTop * bTop - aRest * bTop - aTop * bRest)];
}

function normalize(hi: number, lo: number): Pair {
  const value = hi + lo;
  return [value, lo - (value - hi)];
}

function add(a: Pair, b: Pair): Pair {
  const [hi, lo] = sum(a[0], b[0]);
  return normalize(hi, lo + a[1] + b[1]);
}

function multiply(a: Pair, b: Pair): Pair {
  const [hi, lo] = product(a[0], b[0]);
  return normalize(hi, lo + (a[0] * b[1] + a[1] * b[0]));
}

function subtractProduct(a: Pair, b: Pair, c: Pair): Pair {
  const [hi, lo] = multiply(b, c);
  return add(a, [-hi, -lo]);
}

function divide(a: Pair, b: Pair): Pair {
  const quotient = a[0] / b[0];
  const [rest] = subtractProduct(a, b, [quotient, 0]);
  return normalize(quotient, rest / b[0]);
}

function squareRoot(a: Pair): Pair {
  const root = Math.sqrt(a[0]);
  const [rest] = subtractProduct(a, [root, 0], [root, 0]);
  return normalize(root, rest / (2 * root));
}

/** Accumulates Σ w x xᵀ and inverts it. */
export class AccurateGram {
  readonly columns: number;
  readonly #entries: Pair[];

  constructor(columns: number) {
    this.columns = columns;
    this.#entries = Array.from({ length: (columns * (columns + 1)) / 2 }, () => [0, 0] as const);
  }

  /** rows X `[n, P]` with weights `[n]` */
  add({ rows, cols, data }: Matrix, weights?: Float64Array): void {
    for (let n = 0; n < rows; n++) {
      const start = n * cols;
      for (let i = 0, t = 0; i < cols; i++) {
        const left = product(weights ? weights[n] : 1, data[start + i]);
        for (let j = 0; j <= i; j++, t++) {
          this.#entries[t] = add(this.#entries[t], multiply(left, [data[start + j], 0]));
        }
      }
    }
  }

  /** The inverse `[P, P]`, rounded; undefined where the sum is not positive definite to twice the precision. */
  inverse(): Matrix | undefined {
    const P = this.columns;
    const at = (i: number, j: number): number => (i * (i + 1)) / 2 + j;
    const L: Pair[] = [...this.#entries];
    for (let j = 0; j < P; j++) {
      for (let k = 0; k < j; k++)
        L[at(j, j)] = subtractProduct(L[at(j, j)], L[at(j, k)], L[at(j, k)]);
      // the pivot of a column is what the columns before it leave of its square
      if (!(L[at(j, j)][0] > 1e-26 * this.#entries[at(j, j)][0])) return undefined;
      L[at(j, j)] = squareRoot(L[at(j, j)]);
      for (let i = j + 1; i < P; i++) {
        for (let k = 0; k < j; k++)
          L[at(i, j)] = subtractProduct(L[at(i, j)], L[at(i, k)], L[at(j, k)]);
        L[at(i, j)] = divide(L[at(i, j)], L[at(j, j)]);
      }
    }
    const W: Pair[] = [...L];
    for (let j = 0; j < P; j++) {
      W[at(j, j)] = divide([1, 0], L[at(j, j)]);
      for (let i = j + 1; i < P; i++) {
        let rest: Pair = [0, 0];
        for (let k = j; k < i; k++) rest = subtractProduct(rest, L[at(i, k)], W[at(k, j)]);
        W[at(i, j)] = divide(rest, L[at(i, i)]);
      }
    }
    const inverse = zeros(P, P);
    for (let i = 0; i < P; i++) {
      for (let j = 0; j <= i; j++) {
        let value: Pair = [0, 0];
        for (let k = i; k < P; k++) value = add(value, multiply(W[at(k, i)], W[at(k, j)]));
        inverse.data[i * P + j] = value[0];
        inverse.data[j * P + i] = value[0];
      }
    }
    return inverse;
  }
}
