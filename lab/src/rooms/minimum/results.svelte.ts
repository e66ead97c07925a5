/** What the two workers of the room Minimum find: at once what is seen, and after a rest what takes longer. */
import { proxy, type Remote, wrap } from "comlink";
import { type Contour, contour, evenLevels } from "../../compute/contours.ts";
import { latest } from "../../compute/latest.ts";
import type { Point } from "../../compute/planar.ts";
import { notice } from "../../shell/notice.svelte.ts";
import { watched } from "../../shell/worker.ts";
import type { TestResult } from "./atMinimum.ts";
import type { MinimumControls } from "./controls.svelte.ts";
import type { Finding, Part, StudyRequest, StudyWorker } from "./studyWorker.ts";
import type { Answer, MinimumWorker, Request } from "./worker.ts";

const CONTOURS = 8;
/** ms without a change after which the long computations begin */
const REST = 180;

export class MinimumResults {
  answer = $state.raw<Answer>();
  test = $state.raw<TestResult>();
  growth = $state.raw<readonly Finding[]>([]);
  wrongness = $state.raw<readonly Finding[]>([]);
  redraws = $state.raw<readonly Point[]>([]);
  /** what the long computations have found is that of other inputs */
  outdated = $state(true);
  /** everything above is that of the controls */
  readonly current: boolean = $derived.by(
    () => !this.outdated && this.#asked === this.#answered && this.#asked === this.#tested,
  );
  readonly contours: readonly Contour[] = $derived.by(() => {
    const found = this.answer?.found;
    return found
      ? evenLevels(found.grid, CONTOURS, found.at.loss).map((level) => contour(found.grid, level))
      : [];
  });

  readonly #worker = watched(
    new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
  );
  readonly #remote: Remote<MinimumWorker> = wrap<MinimumWorker>(this.#worker);
  readonly #studyWorker = watched(
    new Worker(new URL("./studyWorker.ts", import.meta.url), { type: "module" }),
  );
  readonly #study: Remote<StudyWorker> = wrap<StudyWorker>(this.#studyWorker);
  readonly #stop: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #generation = 0;
  #asked = $state.raw<Request>();
  #answered = $state.raw<Request>();
  #tested = $state.raw<Request>();

  readonly #updates = latest<Request, Answer>(
    (request) => this.#remote.update(request),
    (answer, request) => {
      this.answer = answer;
      this.#answered = request;
      this.#tests.ask(request);
    },
    (error) => notice.warn(error),
  );
  readonly #tests = latest<Request, TestResult>(
    (request) => this.#remote.test(request),
    (test, request) => {
      this.test = test;
      this.#tested = request;
    },
    (error) => notice.warn(error),
  );

  constructor(controls: MinimumControls) {
    this.#stop = $effect.root(() => {
      $effect(() => {
        const { current, scene, wrongness, samples, seed } = controls;
        const request = { scene: current, samples, seed };
        this.#asked = request;
        this.#updates.ask(request);
        this.#rest({ scene, wrong: wrongness, samples, seed });
      });
    });
  }

  close(): void {
    this.#stop();
    clearTimeout(this.#timer);
    this.#worker.terminate();
    this.#studyWorker.terminate();
  }

  /** Stops what is under way, and begins anew once nothing has changed for a while. */
  #rest(request: StudyRequest): void {
    clearTimeout(this.#timer);
    this.outdated = true;
    this.redraws = [];
    const generation = ++this.#generation;
    void this.#study.stop();
    const receive = (part: Part): void => {
      if (generation === this.#generation) this.#take(part);
    };
    this.#timer = setTimeout(() => {
      this.#study.study(request, proxy(receive)).catch((error: unknown) => notice.warn(error));
    }, REST);
  }

  #take(part: Part): void {
    if (part.kind === "redraws") this.redraws = part.offsets;
    else if (part.kind === "wrongness") this.wrongness = part.findings;
    else {
      this.growth = part.findings;
      this.outdated = false;
    }
  }
}
