/** What a room is to the shell. How to add one: lab/README.md. */
import type { Component } from "svelte";
import type { Opened } from "./opened.ts";

/** A picture that can be taken along. */
export interface Picture {
  /** file name without ending */
  readonly name: string;
  /** for the menu */
  readonly label: string;
  /** An SVG file with its font, and what it shows as JSON. May take a moment; `signal` stops it. */
  make(signal: AbortSignal): Promise<{ readonly svg: string; readonly json: string }>;
}

/** A room with its state, from when it is entered until it is left. */
export interface Room {
  /** gets `{ room }` */
  // biome-ignore lint/suspicious/noExplicitAny: each room's view takes its own room
  readonly view: Component<{ room: any }>;
  /** the state as parameters of the address; reactive */
  params(): ReadonlyMap<string, string>;
  /** Takes another state, as from a link or the back button. */
  load(params: ReadonlyMap<string, string>): void;
  /** lines for a terminal that give the numbers of this view */
  commandLine(): string;
  /** a module that gives the numbers of this view */
  libraryCode(): string;
  readonly pictures: readonly Picture[];
  /** what {@link table} holds, for the menu; default "Samples" */
  readonly tableLabel?: string;
  /** the samples of this view as CSV */
  table(): string;
  /** Shows a file; answers false where it is nothing for this room. */
  open(file: Opened): boolean;
  /** Frees the workers. */
  close(): void;
}

/** An entry of the menu; `load` fetches the room's code. */
export interface RoomEntry {
  readonly id: string;
  readonly name: string;
  load(): Promise<{ open(params: ReadonlyMap<string, string>): Room }>;
}
