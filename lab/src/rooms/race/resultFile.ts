/** Result files of Figures 3, 5 and 6 in the room Race; loaded when one is opened, as the schemas are large. */
import { figure5, races } from "../../../../src/experiments/results.ts";
import type { RaceControls } from "./controls.svelte.ts";
import { embedded } from "./data.ts";
import type { StartMethod, StartRun } from "./starts.ts";
import { ranges } from "./state.ts";
import { choiceOf, type DonePanel } from "./tally.ts";

/** Shows a result. Throws with a word for the reader where it is none, or there is nothing in it to show. */
export function enterResult(controls: RaceControls, name: string, result: unknown): void {
  const race = races.safeParse(result);
  if (race.success) {
    const { configuration, panels } = race.data;
    const done = panels.filter((panel): panel is DonePanel => panel.status === "done");
    for (const { dataset, grids } of done) {
      const { stepSizes, dampings } = configuration;
      const whole = grids.every(({ method, losses }) => {
        const columns = method === "GD" ? 1 : dampings.length;
        return losses.length === stepSizes.length && losses.every((row) => row.length === columns);
      });
      if (!whole || grids.length !== 3) {
        throw new Error(`${name}: the losses of ${dataset} do not fit its grid.`);
      }
    }
    if (done.length === 0) throw new Error(`${name} has no panel with its data.`);
    controls.enterPanel({ name, configuration, panels: done, panel: done[0] });
    return;
  }
  const starts = figure5.safeParse(result);
  if (!starts.success) throw new Error(`${name} is not a whole result of natgrad.`);
  const { dataset: curves, configuration } = starts.data;
  const { dataset, factors, settings } = configuration;
  const known = embedded.find((one) => one.name === dataset);
  if (!known) {
    const run = (method: StartMethod, factor: number): StartRun => {
      const found = curves.find((curve) => curve.method === method && curve.start === factor);
      return { losses: Float64Array.from(found?.curve ?? []), path: [] };
    };
    const runs = factors.map((factor) => ({ NGD: run("NGD", factor), EFGD: run("EFGD", factor) }));
    controls.enterStarts({ name, dataset, settings, factors, runs });
    return;
  }
  controls.enter(known.name);
  // its settings are cells of the whole grid only
  controls.grid = "paper";
  controls.NGD = choiceOf("NGD", settings.NGD);
  controls.EFGD = choiceOf("EFGD", settings.EFGD);
  const [low, high] = ranges.along;
  controls.starts = controls.starts.map((start, k) =>
    factors[k] >= low && factors[k] <= high ? [factors[k], 0] : start,
  );
}
