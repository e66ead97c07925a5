/** What is known of one method's run while it is made; what is left of the run before it stays until it is replaced. */
import type { EpochRecord, EwcRun } from "../../../../src/experiments/ewc/results.ts";
import type { Part } from "./worker.ts";

export interface Track {
  /** all that the run depends on */
  readonly key: string;
  /** of the whole stream; the first `fresh` are of this run, the others of the one before */
  readonly epochs: readonly EpochRecord[];
  readonly fresh: number;
  /** rows of the matrix R; the first `learned` are of this run */
  readonly R: readonly (readonly number[])[];
  readonly learned: number;
  /** of each task learned, by input of the network */
  readonly fishers: readonly Float64Array[];
  /** when it is finished */
  readonly run?: EwcRun;
  /** why it could not be finished */
  readonly failure?: string;
}

export const empty: Track = { key: "", epochs: [], fresh: 0, R: [], learned: 0, fishers: [] };

/** A track for another run; `alike` where its epochs stand where those of the old one do. */
export function begun(old: Track, key: string, alike: boolean): Track {
  return alike
    ? { key, epochs: old.epochs, fresh: 0, R: old.R, learned: 0, fishers: old.fishers }
    : { ...empty, key };
}

/** The track with something more of its run. */
export function advanced(
  track: Track,
  part: Exclude<Part, { readonly kind: "stream" }>,
  epochs: number,
): Track {
  switch (part.kind) {
    case "epochs": {
      const records = [...track.epochs];
      let { fresh } = track;
      for (const record of part.epochs) {
        const place = record.task * epochs + record.epoch - 1;
        records[place] = record;
        fresh = place + 1;
      }
      return { ...track, epochs: records, fresh };
    }
    case "task": {
      const R = [...track.R];
      R[part.task] = part.accuracies;
      const fishers = [...track.fishers];
      if (part.fisher) fishers[part.task] = part.fisher;
      return { ...track, R, learned: part.task + 1, fishers };
    }
    case "run":
      return { ...track, run: part.run };
    case "failure":
      return {
        ...track,
        epochs: track.epochs.slice(0, track.fresh),
        R: track.R.slice(0, track.learned),
        failure: part.message,
      };
  }
}

/** Test accuracy on a task at places 1, 2, … of the stream, NaN before its own training and where nothing is known. */
export function accuraciesOn(
  { epochs }: Track,
  task: number,
  { length, from, to }: { readonly length: number; readonly from: number; readonly to: number },
): Float64Array {
  return Float64Array.from({ length }, (_, k) => {
    const record = epochs[k];
    if (!record || record.task < task || k < from || k >= to) return Number.NaN;
    return record.accuracies?.[task] ?? Number.NaN;
  });
}
