/** Everything that is drawn from 32 random bits at a time, by the algorithms of NumPy's `RandomState`. */
import { DomainError, FormatError } from "../errors.ts";
import { exp, log } from "./elementary.ts";
import type { Generator } from "./generator.ts";
import { poisson } from "./poisson.ts";

/** Where a generator stands, as plain JSON: save it, restore it, and the same draws follow. */
export interface GeneratorState {
  /** "mt19937" or "xoshiro128**" */
  readonly algorithm: string;
  /** the 32-bit words of the algorithm */
  readonly words: readonly number[];
  /** the second normal of a pair, not yet handed out */
  readonly spare: number | null;
}

/** How {@link SeededGenerator.choice} picks. */
export interface ChoiceOptions {
  /** whether an index may come twice; default true */
  readonly replace?: boolean;
  /** probability of each index, summing to one within 1.5e-8; default uniform */
  readonly probabilities?: ArrayLike<number>;
}

const TWO_32 = 2 ** 32;

/**
 * A seeded generator: give it `bits`, and it draws as `numpy.random.RandomState` would from these
 * bits. {@link LegacyRandom} (NumPy's own bits) and {@link Stream} extend it.
 */
export abstract class SeededGenerator implements Generator {
  #spare: number | null = null;

  /** The name that its saved states carry. */
  abstract readonly algorithm: string;

  /** The next 32 random bits, an integer in [0, 2³²). */
  abstract bits(): number;

  /** The algorithm's words as saved in {@link state}. */
  protected abstract words(): number[];

  /** Takes words that `words` gave; their number and range are already checked. */
  protected abstract restoreWords(words: readonly number[]): void;

  /**
   * Everything that determines the next draws, as plain JSON. Assigning restores it.
   * Throws {@link FormatError} if the state is another algorithm's or malformed.
   *
   * @example
   * const saved = JSON.stringify(random.state);
   * random.normal(); // x
   * random.state = JSON.parse(saved);
   * random.normal(); // x again
   */
  get state(): GeneratorState {
    return { algorithm: this.algorithm, words: this.words(), spare: this.#spare };
  }

  set state({ algorithm, words, spare }: GeneratorState) {
    if (algorithm !== this.algorithm) {
      throw new FormatError(`state of generator "${algorithm}", expected "${this.algorithm}"`);
    }
    const expected = this.words().length;
    if (words.length !== expected) {
      throw new FormatError(`state with ${words.length} words, ${algorithm} has ${expected}`);
    }
    const bad = words.findIndex((word) => word !== word >>> 0);
    if (bad >= 0) {
      throw new FormatError(
        `state: word ${bad} is ${words[bad]}, expected an integer in [0, 2^32)`,
      );
    }
    if (spare !== null && !Number.isFinite(spare)) {
      throw new FormatError(`state: spare is ${spare}, expected a finite number or null`);
    }
    this.restoreWords(words);
    this.#spare = spare;
  }

  /** One draw uniform on [low, high), made of 53 bits; `uniform()` is on [0, 1). */
  uniform(low = 0, high = 1): number {
    const upper = this.bits() >>> 5;
    const lower = this.bits() >>> 6;
    return low + (high - low) * ((upper * 67108864 + lower) / 9007199254740992);
  }

  /** One normal draw, by Marsaglia's polar method, which makes two at a time and keeps one. */
  normal(mean = 0, deviation = 1): number {
    return mean + deviation * this.#standardNormal();
  }

  /** exp of a normal draw with the given mean and standard deviation (of the logarithm). */
  lognormal(mean = 0, deviation = 1): number {
    return exp(this.normal(mean, deviation));
  }

  /** One Poisson draw, see {@link poisson}. */
  poisson(rate: number): number {
    return poisson(this, rate);
  }

  /**
   * One draw uniform on {0, …, bound − 1}: random bits under the smallest mask that covers the range,
   * drawn again while too large. Throws {@link DomainError} unless bound is an integer in [1, 2⁵³).
   */
  integer(bound: number): number {
    if (!(Number.isSafeInteger(bound) && bound >= 1)) {
      throw new DomainError(`integer: the bound is ${bound}, expected an integer in [1, 2^53)`);
    }
    const largest = bound - 1;
    if (largest === 0) return 0;
    if (largest < TWO_32) {
      const mask = 0xffffffff >>> Math.clz32(largest);
      for (;;) {
        const value = (this.bits() & mask) >>> 0;
        if (value <= largest) return value;
      }
    }
    const mask = 0xffffffff >>> Math.clz32(Math.floor(largest / TWO_32));
    for (;;) {
      const upper = (this.bits() & mask) >>> 0;
      const value = upper * TWO_32 + this.bits();
      if (value <= largest) return value;
    }
  }

  /** `count` draws uniform on {low, …, high − 1}: NumPy's `randint(low, high, count)`. */
  integers(low: number, high: number, count: number): Float64Array {
    if (!(Number.isSafeInteger(low) && Number.isSafeInteger(high) && low < high)) {
      throw new DomainError(`integers: from ${low} to below ${high}, expected integers low < high`);
    }
    return Float64Array.from({ length: count }, () => low + this.integer(high - low));
  }

  /** Puts the entries of `values` in random order, in place (Fisher and Yates, from the last entry down). */
  shuffle<V>(values: { readonly length: number; [index: number]: V }): void {
    for (let i = values.length - 1; i >= 1; i--) {
      const j = this.integer(i + 1);
      const last = values[i]!;
      values[i] = values[j]!;
      values[j] = last;
    }
  }

  /** The indices 0, …, count − 1 in random order. */
  permutation(count: number): Uint32Array {
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    this.shuffle(order);
    return order;
  }

  /**
   * `count` indices below `population`: NumPy's `choice(population, count, replace, p)`. Throws
   * {@link DomainError} if there is nothing to choose from, if more are wanted without replacement
   * than there are, or if the probabilities are not probabilities.
   *
   * @example
   * random.choice(60000, 1000, { replace: false }); // a random subset of MNIST
   */
  choice(population: number, count: number, options: ChoiceOptions = {}): Uint32Array {
    const { replace = true, probabilities } = options;
    if (!(Number.isSafeInteger(population) && population >= 1)) {
      throw new DomainError(`choice: a population of ${population}, expected at least 1`);
    }
    if (!replace && count > population) {
      throw new DomainError(`choice: ${count} of ${population} without replacement`);
    }
    if (probabilities) {
      requireProbabilities(probabilities, population);
      return replace
        ? this.#weighted(count, probabilities)
        : this.#weightedWithoutReplacement(count, probabilities);
    }
    return replace
      ? Uint32Array.from({ length: count }, () => this.integer(population))
      : this.permutation(population).slice(0, count);
  }

  #standardNormal(): number {
    if (this.#spare !== null) {
      const value = this.#spare;
      this.#spare = null;
      return value;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square < 1 && square > 0) {
        const factor = Math.sqrt((-2 * log(square)) / square);
        this.#spare = factor * x;
        return factor * y;
      }
    }
  }

  #weighted(count: number, weights: ArrayLike<number>): Uint32Array {
    const cumulative = new Float64Array(weights.length);
    let total = 0;
    for (let i = 0; i < weights.length; i++) {
      total += weights[i]!;
      cumulative[i] = total;
    }
    for (let i = 0; i < cumulative.length; i++) cumulative[i]! /= total;
    return Uint32Array.from({ length: count }, () => countUpTo(cumulative, this.uniform()));
  }

  /** Draws as many as are missing, keeps the new ones, gives them weight zero, and repeats. */
  #weightedWithoutReplacement(count: number, weights: ArrayLike<number>): Uint32Array {
    const remaining = Float64Array.from(weights);
    const positive = remaining.reduce((n, p) => n + (p > 0 ? 1 : 0), 0);
    if (positive < count) {
      throw new DomainError(
        `choice: ${count} without replacement, but only ${positive} have a positive probability`,
      );
    }
    const found = new Set<number>();
    while (found.size < count) {
      for (const index of this.#weighted(count - found.size, remaining)) found.add(index);
      for (const index of found) remaining[index] = 0;
    }
    return Uint32Array.from(found);
  }
}

/** How many entries of the ascending `values` are ≤ x. */
function countUpTo(values: Float64Array, x: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

function requireProbabilities(probabilities: ArrayLike<number>, population: number): void {
  if (probabilities.length !== population) {
    throw new DomainError(
      `choice: ${probabilities.length} probabilities for a population of ${population}`,
    );
  }
  let total = 0;
  for (let i = 0; i < population; i++) {
    const p = probabilities[i]!;
    if (!(p >= 0)) throw new DomainError(`choice: probability ${i} is ${p}, expected at least 0`);
    total += p;
  }
  if (!(Math.abs(total - 1) <= Math.sqrt(Number.EPSILON))) {
    throw new DomainError(`choice: the probabilities sum to ${total}, expected 1`);
  }
}
