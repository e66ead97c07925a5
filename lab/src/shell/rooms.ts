/** The rooms in the order of the menu. The first is the one that a first visit sees. */
import type { RoomEntry } from "./room.ts";

export const rooms: readonly RoomEntry[] = [
  { id: "fields", name: "Fields", load: () => import("../rooms/fields/index.ts") },
  { id: "minimum", name: "Minimum", load: () => import("../rooms/minimum/index.ts") },
  { id: "race", name: "Race", load: () => import("../rooms/race/index.ts") },
  { id: "memory", name: "Memory", load: () => import("../rooms/memory/index.ts") },
  { id: "diagnose", name: "Diagnose", load: () => import("../rooms/diagnose/index.ts") },
];

export function findRoom(id: string): RoomEntry {
  return rooms.find((room) => room.id === id) ?? rooms[0];
}
