import { FieldsRoom } from "../fields/room.svelte.ts";
export function open(params: ReadonlyMap<string, string>): FieldsRoom {
  return new FieldsRoom(params);
}
