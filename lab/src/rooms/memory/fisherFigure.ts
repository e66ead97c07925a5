/** The Fishers on the inputs as a figure, and as data. */
import { svgFile } from "../../../../src/figures/render.ts";
import { append, extent, sheet } from "../../../../src/figures/sheet.ts";
import { red, sizes } from "../../../../src/figures/style.ts";
import { write } from "../../../../src/figures/words.ts";
import { written } from "../../draw/numbers.ts";
import { PIXELS, putBack, SIDE } from "./pixels.ts";
import type { MemoryRoom } from "./room.svelte.ts";

/** A task's Fisher, Σ over the first layer's units by input. */
export interface TaskFisher {
  readonly task: string;
  /** input j of the task is pixel `order[j]` of the image */
  readonly order: readonly number[];
  readonly byInput: readonly number[];
  readonly byPixel: readonly number[];
}

/** Throws where a Fisher is missing. */
export function taskFishers({ results }: MemoryRoom): TaskFisher[] {
  const { fishers, run } = results.tracks.ewc;
  if (!run) throw new Error("not all networks are trained");
  return results.tasks.map(({ name, order }, k) => ({
    task: name,
    order: [...order],
    byInput: [...fishers[k]],
    byPixel: [...putBack(fishers[k], order)],
  }));
}

/** An SVG file: a column for each task, by input above and by pixel below. */
export function drawFishers(fishers: readonly TaskFisher[]): string {
  const options = { document };
  const { unit, width } = extent(options);
  const gap = 24 * unit;
  const left = 150 * unit;
  const side = Math.min(
    220 * unit,
    (width - left - gap * fishers.length) / Math.max(2, fishers.length),
  );
  const top = 44 * unit;
  const rows = ["byInput", "byPixel"] as const;
  const target = sheet(options, {
    name: "fishers",
    height: top + rows.length * (side + gap) + 30 * unit,
    title: "Diagonal Fisher of the first layer, added up by input",
    description: fishers
      .map(({ task, byInput }) => `Task ${task}: at most ${written(Math.max(...byInput))}.`)
      .join(" "),
  });
  fishers.forEach((fisher, k) => {
    const x = left + k * (side + gap);
    write(target, target.svg, fisher.task, x + side / 2, top - 14 * unit);
    rows.forEach((row, i) => {
      image(x, top + i * (side + gap), fisher[row]);
    });
    const most = `at most ${written(Math.max(...fisher.byInput))}`;
    const foot = top + rows.length * (side + gap) + 4 * unit;
    write(target, target.svg, most, x + side / 2, foot, { size: sizes.tick });
  });
  ["by input", "by pixel"].forEach((text, i) => {
    const y = top + i * (side + gap) + side / 2;
    write(target, target.svg, text, left - gap, y, { anchor: "end" });
  });
  return svgFile(target.svg);

  function image(x: number, y: number, values: readonly number[]): void {
    const most = Math.max(...values);
    const size = side / SIDE;
    const group = append(target.svg, "g", { fill: red, "shape-rendering": "crispEdges" });
    for (let j = 0; j < PIXELS; j++) {
      append(group, "rect", {
        x: x + (j % SIDE) * size,
        y: y + Math.floor(j / SIDE) * size,
        width: size,
        height: size,
        "fill-opacity": most > 0 ? Number((values[j] / most).toFixed(4)) : 0,
      });
    }
    append(target.svg, "rect", {
      x,
      y,
      width: side,
      height: side,
      fill: "none",
      stroke: "#000",
      "stroke-width": sizes.frame * unit,
    });
  }
}
