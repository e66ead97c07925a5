/** NumPy's legacy seeded generator: the papers' toy data came from it, so its draws are facts. */
import { DomainError, FormatError } from "../errors.ts";
import { SeededGenerator } from "./seeded.ts";

/** words of the state, and the distance of the recurrence */
const LENGTH = 624;
const DISTANCE = 397;

/**
 * `numpy.random.RandomState(seed)`: the Mersenne Twister MT19937 (Matsumoto and Nishimura, ACM TOMACS
 * 8, 1998) with the derived draws of NumPy up to 1.16, which later versions keep frozen under this
 * name. Integers, permutations, choices and uniforms are the same bit for bit. A normal goes through
 * a logarithm, which NumPy takes from the C library of its machine; here it is correctly rounded, so
 * that every engine gives the same draws. Against NumPy 2.4 with glibc 2.36, one normal in 2,800
 * differs, by the last bit or two (relative 4e-16 at most); one lognormal in 1,000 likewise.
 *
 * Seeds are integers in [0, 2³²), or a non-empty array of such. Throws {@link DomainError} otherwise.
 *
 * @example
 * const random = new LegacyRandom(0);
 * random.normal(); // 1.764052345967664, as numpy.random.RandomState(0).randn()
 */
export class LegacyRandom extends SeededGenerator {
  readonly algorithm = "mt19937";
  readonly #key = new Uint32Array(LENGTH);
  #position = LENGTH;

  constructor(seed: number | ArrayLike<number>) {
    super();
    if (typeof seed === "number") {
      this.#seedByNumber(requireSeed(seed, "seed"));
    } else {
      if (seed.length === 0)
        throw new DomainError("seed: an empty array, expected at least 1 entry");
      this.#seedByArray(Array.from(seed, (s, i) => requireSeed(s, `seed, entry ${i}`)));
    }
  }

  override bits(): number {
    if (this.#position === LENGTH) this.#twist();
    let y = this.#key[this.#position++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  protected override words(): number[] {
    return [...this.#key, this.#position];
  }

  protected override restoreWords(words: readonly number[]): void {
    const position = words[LENGTH]!;
    if (position > LENGTH) {
      throw new FormatError(`state: position ${position}, expected at most ${LENGTH}`);
    }
    this.#key.set(words.slice(0, LENGTH));
    this.#position = position;
  }

  /** `init_genrand` of the reference: Knuth's linear recurrence over the words */
  #seedByNumber(seed: number): void {
    const key = this.#key;
    key[0] = seed;
    for (let i = 1; i < LENGTH; i++) {
      const previous = key[i - 1]!;
      key[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
  }

  /** `init_by_array` of the reference: two passes that mix every entry into every word */
  #seedByArray(seeds: readonly number[]): void {
    this.#seedByNumber(19650218);
    const key = this.#key;
    let i = 1;
    const mix = (multiplier: number, term: number): void => {
      const previous = key[i - 1]!;
      key[i] = (key[i]! ^ Math.imul(previous ^ (previous >>> 30), multiplier)) + term;
      i++;
      if (i === LENGTH) {
        key[0] = key[LENGTH - 1]!;
        i = 1;
      }
    };
    for (let step = 0; step < Math.max(LENGTH, seeds.length); step++) {
      const j = step % seeds.length;
      mix(1664525, seeds[j]! + j);
    }
    for (let step = 0; step < LENGTH - 1; step++) mix(1566083941, -i);
    key[0] = 0x80000000;
  }

  /** The next 624 words: each from its own top bit, the rest of its neighbour, and the word 397 on. */
  #twist(): void {
    const key = this.#key;
    for (let i = 0; i < LENGTH; i++) {
      const next = i + 1 < LENGTH ? i + 1 : 0;
      const distant = i < LENGTH - DISTANCE ? i + DISTANCE : i + DISTANCE - LENGTH;
      const y = (key[i]! & 0x80000000) | (key[next]! & 0x7fffffff);
      key[i] = key[distant]! ^ (y >>> 1) ^ (-(y & 1) & 0x9908b0df);
    }
    this.#position = 0;
  }
}

function requireSeed(seed: number, what: string): number {
  if (!(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)) {
    throw new DomainError(`${what}: found ${seed}, expected an integer from 0 to 2^32 − 1`);
  }
  return seed;
}
