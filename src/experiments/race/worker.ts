/** Entry of a worker thread: one job a message, one BLAS thread. */
import { setThreads } from "../../linalg/provider.ts";
import { type RaceAnswer, type RaceJob, runJob } from "./job.ts";

// The workers are the parallelism: more BLAS threads would only contend for the same cores.
setThreads(1);

export default function work(job: RaceJob): RaceAnswer {
  return runJob(job);
}
