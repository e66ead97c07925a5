/** The room Diagnose: whether the empirical Fisher can be trusted on a table. */
import { DiagnoseRoom } from "./room.svelte.ts";

export function open(params: ReadonlyMap<string, string>): DiagnoseRoom {
  return new DiagnoseRoom(params);
}
