/** The room Memory (elastic weight consolidation): what a network forgets, and what holds it. */
import { MemoryRoom } from "./room.svelte.ts";

export function open(params: ReadonlyMap<string, string>): MemoryRoom {
  return new MemoryRoom(params);
}
