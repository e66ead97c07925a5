/**
 * An executor of races for a page: the jobs of `runRace` are cut into pieces from coarse to fine, each piece is reported
 * as it comes, and what came is put together as the jobs' answers. A run does not depend on those beside it, so the
 * answers are the library's to the last bit.
 */
import type { Executor } from "../../../../src/experiments/race/executor.ts";
import type { Setting } from "../../../../src/experiments/race/grid.ts";
import type { RaceAnswer, RaceJob, RaceProblem } from "../../../../src/experiments/race/job.ts";
import type { Method } from "../../../../src/experiments/results.ts";
import { piecesOf } from "./order.ts";

/** A job without its problem, which a member of the crew is told once. */
export type Task = RaceJob extends infer J
  ? J extends RaceJob
    ? Omit<J, "problem">
    : never
  : never;

export interface Member {
  enter(problem: RaceProblem, problemKey: string): Promise<void>;
  run(task: Task): Promise<RaceAnswer>;
}

/** Runs that have been finished. */
export interface Finished {
  readonly method: Method;
  readonly settings: readonly Setting[];
  readonly answer: RaceAnswer;
}

export interface CrewOptions {
  /** The round of a setting; pieces of earlier rounds are run first. */
  readonly round: (method: Method, setting: Setting) => number;
  readonly onFinished: (finished: Finished) => void;
}

/** A run: its job, and its place among the settings of that. */
interface Run {
  readonly job: number;
  readonly place: number;
  readonly setting: Setting;
}

/** Runs of one optimizer in grid order, or the whole of a job of another kind. */
interface Piece {
  readonly runs: readonly Run[];
  readonly job: number;
  readonly task: Task;
}

/** What each worker holds, and the end of what it is at: it is given one piece at a time, also by races that have ended. */
const entered = new WeakMap<Member, string>();
const occupied = new WeakMap<Member, Promise<unknown>>();

async function runPiece(
  member: Member,
  piece: Piece,
  job: RaceJob,
  signal: AbortSignal | undefined,
): Promise<RaceAnswer> {
  await occupied.get(member);
  signal?.throwIfAborted();
  const work = async (): Promise<RaceAnswer> => {
    if (entered.get(member) !== job.problemKey) {
      await member.enter(job.problem, job.problemKey);
      entered.set(member, job.problemKey);
    }
    return member.run(piece.task);
  };
  const answer = work();
  occupied.set(
    member,
    answer.catch(() => {}),
  );
  return answer;
}

/** An executor on workers that are there already and stay when it is closed. */
export function crewExecutor(
  members: readonly Member[],
  { round, onFinished }: CrewOptions,
): Executor {
  return {
    workers: members.length,
    async *run(jobs, { signal } = {}) {
      const waiting = cut(jobs, round);
      const sums = jobs.map(sumOf);
      const free = [...members];
      const busy = new Map<Member, Promise<{ member: Member; piece: Piece; answer: RaceAnswer }>>();
      for (;;) {
        signal?.throwIfAborted();
        while (free.length > 0 && waiting.length > 0) {
          const [member, piece] = [free.shift() as Member, waiting.shift() as Piece];
          busy.set(
            member,
            runPiece(member, piece, jobs[piece.job], signal).then((answer) => ({
              member,
              piece,
              answer,
            })),
          );
        }
        if (busy.size === 0) return;
        const { member, piece, answer } = await Promise.race(busy.values());
        busy.delete(member);
        free.push(member);
        signal?.throwIfAborted();
        const { task } = piece;
        if (task.task === "runs") {
          onFinished({ method: task.method, settings: task.settings, answer });
        }
        for (const job of add(sums, piece, answer)) yield { index: job, answer: sums[job].answer };
      }
    },
    close: async () => {},
  };
}

/** All pieces of all jobs; of each optimizer the coarse ones first, and the optimizers in turn. */
function cut(jobs: readonly RaceJob[], round: CrewOptions["round"]): Piece[] {
  const queues: Piece[][] = [];
  const methods = new Map<Method, { readonly job: number; readonly runs: Run[] }>();
  jobs.forEach(({ problem: _, ...task }, job) => {
    if (task.task === "cosines") {
      queues.push([{ runs: [], job, task }]);
      return;
    }
    const found = methods.get(task.method) ?? { job, runs: [] };
    methods.set(task.method, found);
    task.settings.forEach((setting, place) => {
      found.runs.push({ job, place, setting });
    });
  });
  for (const [method, { job, runs }] of methods) {
    const { problem: _, ...task } = jobs[job];
    const pieces = piecesOf(runs.map(({ setting }) => round(method, setting)));
    queues.push(
      pieces.map((places): Piece => {
        // in grid order, so that the first among equals is the first of the grid
        const chosen = places.sort((a, b) => a - b).map((place) => runs[place]);
        const settings = chosen.map(({ setting }) => setting);
        return { runs: chosen, job, task: { ...task, task: "runs", method, settings } };
      }),
    );
  }
  const longest = Math.max(0, ...queues.map((queue) => queue.length));
  return Array.from({ length: longest }, (_, k) =>
    queues.flatMap((queue) => queue.slice(k, k + 1)),
  ).flat();
}

/** What is known of a job's answer. */
interface Sum {
  left: number;
  answer: RaceAnswer;
}

function sumOf(job: RaceJob): Sum {
  const left = job.task === "runs" ? job.settings.length : 1;
  const values = new Array<number | null>(job.task === "runs" ? left : 0).fill(null);
  return { left, answer: { values, iterations: 0, best: -1, curve: [], seconds: 0 } };
}

/**
 * Adds the answer to a piece to the jobs that its runs belong to, and gives those that are whole. Of a piece only the
 * best run's curve is known, so a job's best run is the best of those: as the best of all is among them, `runRace` finds
 * the same one.
 */
function add(sums: Sum[], { runs, job, task }: Piece, answer: RaceAnswer): number[] {
  if (task.task === "cosines") {
    sums[job] = { left: 0, answer };
    return [job];
  }
  runs.forEach((run, k) => {
    const sum = sums[run.job];
    sum.answer.values[run.place] = answer.values[k];
    sum.left--;
  });
  // counted once, with the job of the first run
  const { job: counted } = runs[0];
  sums[counted].answer = {
    ...sums[counted].answer,
    iterations: sums[counted].answer.iterations + answer.iterations,
    seconds: sums[counted].answer.seconds + answer.seconds,
  };
  const best = runs[answer.best];
  if (best) {
    const sum = sums[best.job];
    if (isBetter(sum.answer.values, best.place, sum.answer.best)) {
      sum.answer = { ...sum.answer, best: best.place, curve: answer.curve };
    }
  }
  return [...new Set(runs.map((run) => run.job))].filter((index) => sums[index].left === 0);
}

/** Whether a run ended lower than the best so far, or as low and before it in the grid. */
export function isBetter(values: ArrayLike<number | null>, run: number, best: number): boolean {
  if (best < 0) return true;
  const [mine, other] = [values[run] as number, values[best] as number];
  return mine < other || (mine === other && run < best);
}
