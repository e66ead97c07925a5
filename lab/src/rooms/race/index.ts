/** The room Race (Figures 3, 5 and 6): every step size and damping, run. */
import { RaceRoom } from "./room.svelte.ts";

export function open(params: ReadonlyMap<string, string>): RaceRoom {
  return new RaceRoom(params);
}
