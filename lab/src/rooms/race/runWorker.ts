/** A member of the crew: runs pieces of a grid with the library's lanes. */
import { expose } from "comlink";
import {
  type RaceAnswer,
  type RaceJob,
  type RaceProblem,
  runJob,
} from "../../../../src/experiments/race/job.ts";
import type { Member, Task } from "./crew.ts";

let problem: RaceProblem | undefined;

const api = {
  async enter(entered: RaceProblem): Promise<void> {
    problem = entered;
  },
  async run(task: Task): Promise<RaceAnswer> {
    if (!problem) throw new Error("a run was asked for before its problem");
    return runJob({ ...task, problem } as RaceJob);
  },
} satisfies Member;

expose(api);
