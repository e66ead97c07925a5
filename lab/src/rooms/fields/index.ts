/** The room Fields (Figure 1): three fields that lead downhill. */
import { FieldsRoom } from "./room.svelte.ts";

export function open(params: ReadonlyMap<string, string>): FieldsRoom {
  return new FieldsRoom(params);
}
