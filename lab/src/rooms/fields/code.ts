/** The view of the room Fields in the words of the command line and of the library. */
import { methods } from "../../compute/methods.ts";
import { encodeSingles } from "../../shell/codec.ts";
import type { FieldsControls } from "./controls.svelte.ts";
import { truth } from "./data.ts";

/** The figure itself where the samples are the paper's, else the diagnosis of the samples. */
export function commandLine(controls: FieldsControls): string {
  if (isPaper(controls)) return "natgrad paper --figure 1";
  const family = controls.family === "gaussian" ? "gaussian --variance known" : "bernoulli";
  return [
    "# the samples: Share, Samples as CSV",
    `natgrad diagnose natgrad-fields.csv --target y --family ${family}`,
  ].join("\n");
}

/** Whether samples and model are those of the paper's Figure 1. */
export function isPaper({
  family,
  points,
  samples,
  seed,
  noise,
  bend,
  priorVariance,
}: FieldsControls): boolean {
  return (
    family === "gaussian" &&
    points === null &&
    samples === 1000 &&
    seed === 0 &&
    noise === 1 &&
    bend === 0 &&
    priorVariance === 0.1
  );
}

/** A module for Node that prints the last loss of each panel from the start whose curves are shown. */
export function libraryCode(controls: FieldsControls): string {
  const { family, priorVariance, panels, starts, active, stepSize, steps } = controls;
  const likelihood = family === "gaussian" ? "gaussian" : "bernoulli";
  const makers = panels.map(({ method }) => methods[method].code(controls));
  const names = [
    likelihood,
    "glm",
    "matrix",
    "preconditioned",
    ...panels.flatMap(({ method }) => methods[method].imports),
    ...(controls.points ? [] : ["LegacyRandom"]),
  ];
  const prior = priorVariance === null ? "" : `, priorVariance: ${priorVariance}`;
  return `import { ${[...new Set(names)].sort().join(", ")} } from "natgrad";

${samplesCode(controls)}
const objective = glm({ X: matrix(x.length, 1, x), y, likelihood: ${likelihood}(), intercept: "first", oneClass: true${prior} });

const start = Float64Array.of(${starts[active].join(", ")}); // bias, slope
const panels = [
${makers
  .map(
    (maker, i) =>
      `  { preconditioner: ${maker}, stepSize: ${stepSize} * ${Number(panels[i].scale.toPrecision(4))} },`,
  )
  .join("\n")}
];
for (const { preconditioner, stepSize } of panels) {
  const path = [...preconditioned(objective, preconditioner, { start, stepSize, iterations: ${steps} })];
  const { theta, loss, gradientNorm } = path[${steps}];
  console.log(preconditioner.name, [...theta], loss, gradientNorm);
}
`;
}

function samplesCode({ family, points, samples, seed, noise, bend }: FieldsControls): string {
  if (points) {
    return `// pairs (x, y) as little-endian float32
const bytes = Buffer.from("${encodeSingles(points)}", "base64url");
const pairs = new Float32Array(new Uint8Array(bytes).buffer);
const x = Float64Array.from(pairs.filter((_, k) => k % 2 === 0));
const y = Float64Array.from(pairs.filter((_, k) => k % 2 === 1));`;
  }
  const [b, w] = truth[family];
  const head = `const random = new LegacyRandom(${seed});`;
  if (family === "gaussian") {
    return `${head}
const x = Float64Array.from({ length: ${samples} }, () => random.lognormal(0, 0.75));
const y = x.map((u) => ${b} + ${w} * u + ${noise} * random.normal() + ${bend} * u * u);`;
  }
  return `${head}
const x = Float64Array.from({ length: ${samples} }, () => random.normal());
const odds = x.map((u) => (${b} + ${w} * u + ${bend} * (u * u - 1)) / ${noise});
const y = odds.map((f) => (random.uniform() < (f >= 0 ? 1 / (1 + Math.exp(-f)) : Math.exp(f) / (1 + Math.exp(f))) ? 1 : 0));`;
}
