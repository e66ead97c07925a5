/** Entry of a worker thread: one job a message, one BLAS thread. */
import { kernels } from "../../linalg/provider.ts";
import { type RaceAnswer, type RaceJob, runJob } from "./job.ts";

export default function work(job: RaceJob): RaceAnswer {
  kernels();
  return runJob(job);
}
