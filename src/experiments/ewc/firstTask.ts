/**
 * The first task, trained once for all methods: before it there is nothing to hold, so runs that differ in method and strength
 * only begin with the same training, to the bit.
 */
import { writeCheckpoint } from "../../continual/checkpoint.ts";
import type { LearnerState } from "../../continual/learner.ts";
import type { EwcJob } from "./job.ts";
import { type Keeper, keptIn } from "./keeper.ts";
import type { EpochRecord } from "./results.ts";

/** Its training, done. */
export interface FirstTask {
  readonly start: Float32Array;
  readonly training: NonNullable<LearnerState["training"]>;
  readonly epochs: readonly EpochRecord[];
}

/** Where it is kept, under the name of all that it depends on. */
export interface FirstTaskKeeper {
  readonly key: string;
  readonly keeper: Pick<Keeper, "place" | "load" | "save">;
}

/**
 * All that the training of the first task depends on; undefined for synaptic intelligence, which watches its path.
 */
export function firstTaskOf(job: EwcJob): unknown {
  const { data, stream, network, training, seed, everyEpoch, method } = job;
  if (method.method === "si") return undefined;
  const { dropout, patience } = method;
  return { first: { data, stream, network, training, seed, everyEpoch, dropout, patience } };
}

/** Throws `FormatError` with the keeper's place where what is kept is damaged. */
export async function loadFirstTask({
  key,
  keeper,
}: FirstTaskKeeper): Promise<FirstTask | undefined> {
  return (await keptIn(keeper, key)) as FirstTask | undefined;
}

export function saveFirstTask({ key, keeper }: FirstTaskKeeper, first: FirstTask): Promise<void> {
  return keeper.save(writeCheckpoint(key, first));
}
