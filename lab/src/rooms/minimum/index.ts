/** The room Minimum (Figures 2 and 4): what the matrices say of the loss at its lowest point. */
import { MinimumRoom } from "./room.svelte.ts";

export function open(params: ReadonlyMap<string, string>): MinimumRoom {
  return new MinimumRoom(params);
}
