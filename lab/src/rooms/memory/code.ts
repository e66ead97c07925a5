/** The view of the room Memory in the words of the command line and of the library. */
import { BATCH, curvesOf, PAIRS, VALIDATION } from "./configuration.ts";
import { PIXELS } from "./pixels.ts";
import type { Settings } from "./state.ts";

/** Digits, and those of them that are tested on: see src/experiments/ewc/images.ts */
const IMAGES = 1797;
const TESTED = 539;

/** An experiment for `natgrad ewc`. The kernels of the page are WebAssembly: with others the last digits differ. */
export function commandLine(settings: Settings): string {
  return [
    "cat > natgrad-memory.json <<'END'",
    JSON.stringify(curvesOf(settings), null, 1),
    "END",
    "NATGRAD_KERNELS=wasm natgrad ewc natgrad-memory.json",
  ].join("\n");
}

/** A module for Node that prints R of each method, and the Fisher of each task by input. */
export function libraryCode(settings: Settings): string {
  const { width, layers, epochs, stepSize, seed, strength, anchor } = settings;
  const importance = importanceOf(settings);
  const tasks = streamOf(settings);
  const names = [
    "anchoredL2",
    "dense",
    importance.name,
    "fineTuning",
    "learn",
    "loadDataset",
    "mergedEwc",
    "metrics",
    tasks.name,
    "relu",
    "sequential",
    "sgd",
    "stream",
    "useKernels",
    "wasmKernels",
  ];
  const widths = Array.from({ length: layers }, () => width);
  return `import { ${names.join(", ")} } from "natgrad";

useKernels(wasmKernels()); // as in the page: others round otherwise
const { X, y } = await loadDataset("Digits", { precision: "float32" });
const part = (rows) => {
  const data = new Float32Array(${PIXELS} * rows.length);
  rows.forEach((row, n) => data.set(X.data.subarray(${PIXELS} * row, ${PIXELS} * (row + 1)).map((v) => v / 16), ${PIXELS} * n));
  return { X: { rows: rows.length, cols: ${PIXELS}, data }, y: Uint8Array.from(rows, (row) => y[row]) };
};
const order = stream(0, "digits").permutation(${IMAGES});
const digits = { train: part(order.slice(${TESTED})), test: part(order.slice(0, ${TESTED})), classes: 10 };
const random = stream(${seed}, "tasks");
const tasks = ${tasks.name}(digits, { ${tasks.options}, validation: ${VALIDATION}, random });
const hidden = ${JSON.stringify(widths)};
const widths = [tasks.inputs, ...hidden, tasks.outputs];
const layers = widths.slice(1).flatMap((width, i) => [dense(widths[i], width), ...(i < hidden.length ? [relu()] : [])]);
const network = sequential(layers, { inputs: [tasks.inputs] });
const methods = {
  EWC: mergedEwc({ strength: ${strength}, importance: ${importance.call} }),
  L2: anchoredL2({ strength: ${anchor} }),
  SGD: fineTuning(),
};
for (const [name, method] of Object.entries(methods)) {
  const R = []; // row: after which task; column: accuracy on which
  const options = { rule: sgd({ stepSize: ${stepSize} }), epochs: ${epochs}, batch: ${BATCH}, seed: ${seed} };
  for await (const report of learn(network, tasks, method, options)) {
    if (report.kind !== "task") continue;
    R.push([...report.accuracies]);
    if (name !== "EWC") continue;
    const byInput = new Float64Array(${PIXELS});
    report.importance.subarray(0, ${PIXELS} * hidden[0]).forEach((F, i) => (byInput[i % ${PIXELS}] += F));
    console.log("Fisher", tasks.tasks[report.task].name, ...byInput);
  }
  for (const row of R) console.log(name, ...row);
  const { average, forgetting } = metrics(R);
  console.log(name, average, forgetting);
}
`;
}

function importanceOf({ fisher, examples, batch }: Settings): { name: string; call: string } {
  const options = [
    ...(examples === null ? [] : [`samples: ${examples}`]),
    ...(fisher === "batched" ? [`batch: ${batch}`] : []),
  ];
  const names = {
    exact: "exactFisher",
    sampled: "sampledFisher",
    empirical: "empiricalFisher",
    batched: "batchedGradients",
  };
  const name = names[fisher];
  return { name, call: `${name}(${options.length > 0 ? `{ ${options.join(", ")} }` : ""})` };
}

function streamOf({ stream, scenario, tasks, square }: Settings): {
  name: string;
  options: string;
} {
  if (stream === "split") {
    const groups = JSON.stringify(PAIRS.slice(0, tasks));
    return { name: "splitByClass", options: `groups: ${groups}, scenario: "${scenario}"` };
  }
  const centre = square < 8 ? `, square: ${square}` : "";
  return { name: "permutedPixels", options: `tasks: ${tasks}, firstAsIs: true${centre}` };
}
