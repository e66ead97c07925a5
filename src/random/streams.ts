/** Cheap independent streams: one for each worker, repetition or task, named by keys. */
import { DomainError, FormatError } from "../errors.ts";
import { SeededGenerator } from "./seeded.ts";

/** 16 bytes that are nobody's choice, "expand 32-byte k" of ChaCha, so that no key starts at zero */
const START = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574] as const;
/** quarter rounds after each word; six let every input bit reach every state bit */
const ROUNDS = 8;

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

/**
 * xoshiro128** (Blackman and Vigna, ACM TOMS 47, 2021): 128 bits of state, period 2¹²⁸ − 1, a few
 * 32-bit operations a draw. Made by {@link stream}.
 */
export class Stream extends SeededGenerator {
  readonly algorithm = "xoshiro128**";
  #a = 0;
  #b = 0;
  #c = 0;
  #d = 0;

  /** From its four state words, not all zero; throws {@link FormatError} otherwise. */
  constructor(words: readonly [number, number, number, number]) {
    super();
    this.state = { algorithm: this.algorithm, words, spare: null };
  }

  override bits(): number {
    const result = Math.imul(rotate(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotate(this.#d, 11);
    return result;
  }

  protected override words(): number[] {
    return [this.#a >>> 0, this.#b >>> 0, this.#c >>> 0, this.#d >>> 0];
  }

  protected override restoreWords(words: readonly number[]): void {
    if (words.every((word) => word === 0)) {
      throw new FormatError("state: all words are zero, which xoshiro128** never leaves");
    }
    [this.#a, this.#b, this.#c, this.#d] = words as [number, number, number, number];
  }
}

/**
 * The stream of a seed and any number of keys (integers below 2⁵³ in size, or strings). The same keys
 * give the same stream, here and in every other process; different keys give statistically
 * independent ones, however similar the keys. `stream(s, 1, 2)` and `stream(s, "1", "2")` differ, and
 * so do `stream(s, "ab")` and `stream(s, "a", "b")`.
 *
 * The keys are hashed into the 128-bit state by a sponge over ChaCha's quarter round, so starting
 * points are random: the chance that any two of 2²⁰ streams of 2⁴⁰ draws overlap is below 2⁻⁴⁷.
 * Not for cryptography. Throws {@link DomainError} for a number that is not a safe integer.
 *
 * @example
 * const random = stream(seed, "boston", "sampled", repetition);
 * random.normal();
 */
export function stream(seed: number, ...keys: readonly (number | string)[]): Stream {
  const state: Words = [...START];
  for (const key of [seed, ...keys]) {
    if (typeof key === "string") {
      absorb(state, 2);
      absorb(state, key.length);
      for (let i = 0; i < key.length; i++) absorb(state, key.charCodeAt(i));
    } else {
      if (!Number.isSafeInteger(key)) {
        throw new DomainError(`stream: key ${key}, expected a string or an integer below 2^53`);
      }
      absorb(state, 1);
      absorb(state, key);
      absorb(state, Math.floor(key / 2 ** 32));
    }
  }
  // Zero is one state of 2¹²⁸, and the only one that the generator cannot start from.
  if (state.every((word) => word === 0)) return new Stream([...START]);
  return new Stream([state[0] >>> 0, state[1] >>> 0, state[2] >>> 0, state[3] >>> 0]);
}

type Words = [number, number, number, number];

/** Adds a word (its low 32 bits) to the state and scrambles; each word permutes the states. */
function absorb(state: Words, word: number): void {
  let [a, b, c, d] = state;
  a ^= word;
  for (let round = 0; round < ROUNDS; round++) {
    a = (a + b) | 0;
    d = rotate(d ^ a, 16);
    c = (c + d) | 0;
    b = rotate(b ^ c, 12);
    a = (a + b) | 0;
    d = rotate(d ^ a, 8);
    c = (c + d) | 0;
    b = rotate(b ^ c, 7);
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
}
