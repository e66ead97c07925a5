/** In which order a grid is run: coarse to fine, so that the whole picture appears early. */
import type { GridConfiguration, Method } from "../../../../src/experiments/results.ts";

/** Cells of the coarsest round are 2³ apart. */
export const ROUNDS = 3;

/** The round in which the cell at (step, damping) is run: 0 for those that are 2³ apart, 3 for the rest. */
export function roundOf(step: number, damping: number): number {
  for (let round = 0; round < ROUNDS; round++) {
    const apart = 2 ** (ROUNDS - round);
    if (step % apart === 0 && damping % apart === 0) return round;
  }
  return ROUNDS;
}

/** Rounds of all settings of a method, in grid order. */
export function roundsOf(method: Method, { stepSizes, dampings }: GridConfiguration): number[] {
  const columns = method === "GD" ? 1 : dampings.length;
  return stepSizes.flatMap((_, i) => Array.from({ length: columns }, (_, j) => roundOf(i, j)));
}

/** Runs that are handed to a worker at once: few at first, for a picture; later more, as lanes that end early are filled again. */
const FIRST = 64;
const LATER = 128;

/** The places 0, 1, … by ascending round, in pieces. */
export function piecesOf(rounds: readonly number[]): number[][] {
  const order = rounds.map((_, place) => place).sort((a, b) => rounds[a] - rounds[b] || a - b);
  const pieces: number[][] = [];
  for (let from = 0; from < order.length; ) {
    const size = pieces.length < 2 ? FIRST : LATER;
    pieces.push(order.slice(from, from + size));
    from += size;
  }
  return pieces;
}
