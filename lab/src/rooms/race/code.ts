/** The view of the room Race in the words of the command line and of the library. */

import type { RaceControls } from "./controls.svelte.ts";
import { embedded } from "./data.ts";
import { gridCode } from "./grids.ts";

/** The paper's figure that a data set is in. */
const figures: Readonly<Record<string, number>> = {
  BreastCancer: 3,
  Boston: 3,
  a1a: 3,
  Wine: 6,
  Energy: 6,
  Powerplant: 6,
  Yacht: 6,
};

export function commandLine({ data, grid, iterations, own, opened }: RaceControls): string {
  const figure = figures[opened?.panel.dataset ?? data];
  if (figure === undefined || (data === "table" && !opened)) {
    const logistic = own?.problem.likelihood === "bernoulli";
    return [
      "# no command races on other data: see Share, As library code",
      `# the samples: Share, Samples as CSV`,
      `natgrad diagnose natgrad-race.csv --target y --family ${
        data === "table" && logistic ? "bernoulli" : "gaussian --variance known"
      }`,
    ].join("\n");
  }
  const whole = opened !== undefined || (grid === "paper" && iterations === 100);
  return [
    ...(whole ? [] : ["# of the whole grid of the paper, of which the page shows a part"]),
    `natgrad paper --figure ${figure}`,
  ].join("\n");
}

/** A module for Node that prints the best run of each optimizer. */
export function libraryCode({ data, grid, iterations, own, opened }: RaceControls): string {
  const name = opened?.panel.dataset ?? data;
  const likelihood =
    opened?.panel.likelihood ??
    (data === "table"
      ? own?.problem.likelihood
      : embedded.find((one) => one.name === data)?.likelihood);
  const table = name === "table";
  const configuration = opened
    ? `const configuration = paperGrid();`
    : `const paper = paperGrid();
const configuration = {
${gridCode(grid)}
  iterations: ${iterations},
  divergence: paper.divergence,
};`;
  return `${table ? tableHead : `import { loadDataset } from "natgrad";\n`}import { inlineExecutor, paperGrid, runRace } from "natgrad/experiments";

${table ? tableBody : `const { X, y } = await loadDataset("${name}");`}
const problem = { dataset: "${table ? "table" : name}", likelihood: "${likelihood}", X, y };
${configuration}
const { grids } = await runRace(problem, configuration, { executor: inlineExecutor() });
for (const { method, loss, stepSize, damping } of grids) {
  console.log(method, loss, stepSize, damping);
}
`;
}

const tableHead = `import { readFile } from "node:fs/promises";
import { fromRows } from "natgrad";
`;

const tableBody = `// the samples of the page: Share, Samples as CSV
const [, ...lines] = (await readFile("natgrad-race.csv", "utf8")).trim().split("\\n");
const rows = lines.map((line) => line.split(",").map(Number));
const X = fromRows(rows.map((row) => row.slice(0, -1)));
const y = Float64Array.from(rows, (row) => row.at(-1));`;
