/** The view of the room Minimum in the words of the command line and of the library. */
import type { MinimumControls } from "./controls.svelte.ts";
import { firstClass } from "./scene.ts";

/** The paper's figure where the samples are one of its panels, else the diagnosis of the samples. */
export function commandLine(controls: MinimumControls): string {
  const { family, priorVariance, preset, wrong, samples, seed } = controls;
  const linear = family === "gaussian";
  const usual = samples === 1000 && seed === 0 && (wrong === null || preset === "correct");
  if (preset && usual && priorVariance === (linear ? 0.1 : null)) {
    return `natgrad paper --figure ${linear ? 4 : 2}`;
  }
  return [
    "# the samples: Share, Samples as CSV",
    "natgrad diagnose natgrad-minimum.csv --target y " +
      (linear ? "--family gaussian --variance known" : "--family bernoulli --no-intercept"),
  ].join("\n");
}

/** A module for Node that prints minimum, generalized eigenvalues and White's test. */
export function libraryCode(controls: MinimumControls): string {
  const { family, samples: N, seed, priorVariance, current } = controls;
  const linear = family === "gaussian";
  const likelihood = linear ? "gaussian" : "bernoulli";
  const names = [
    "LegacyRandom",
    "arrayRows",
    likelihood,
    "curvature",
    "empirical",
    "fisher",
    "fitModel",
    "generalizedEigenvalues",
    "glm",
    ...(priorVariance === null ? ["informationMatrixTest"] : []),
    "matrix",
    ...(priorVariance === null ? [] : ["naturalGradient"]),
  ].filter((name) => priorVariance === null || !["arrayRows", "fitModel"].includes(name));
  const prior = priorVariance === null ? "" : `, priorVariance: ${priorVariance}`;
  const variance = linear ? ", variance: 1" : "";
  const minimum =
    priorVariance === null
      ? `const rows = arrayRows({ X, y, intercept: false });
const fit = await fitModel(rows, { family: "${family}"${variance} });
const { theta } = fit;`
      : `let theta = new Float64Array(2);
for (const step of naturalGradient(objective, { iterations: 20 })) theta = step.theta;`;
  const test =
    priorVariance === null
      ? `
const { statistic, degreesOfFreedom, pValue } = await informationMatrixTest(rows, fit);
console.log(statistic, degreesOfFreedom, pValue);`
      : "";
  return `import { ${names.join(", ")} } from "natgrad";

const N = ${N};
const random = new LegacyRandom(${seed});
const z = Float64Array.from({ length: 2 * N }, () => random.normal());
${linear ? lineCode(current.noise, current.bend) : classCode(controls)}
const objective = glm({ X, y, likelihood: ${likelihood}()${prior} });
${minimum}
const F = curvature(objective, theta, fisher()).dense();
const E = curvature(objective, theta, empirical()).dense();
console.log([...theta], [...generalizedEigenvalues(E, F)]);${test}
`;
}

function lineCode(noise: number, bend: number): string {
  return `const X = matrix(N, 2, Float64Array.from({ length: 2 * N }, (_, k) => (k % 2 ? 1 : z[k >> 1])));
const y = Float64Array.from({ length: N }, (_, n) => z[n] + 1 + ${bend} * z[n] * z[n] + ${noise} * z[N + n]);`;
}

function classCode({ current, samples }: MinimumControls): string {
  const pair = current.classes.map(
    ({ mean, A }) => `{ mean: [${mean.join(", ")}], A: [${A.join(", ")}] }`,
  );
  return `const first = ${firstClass(current.share, samples)}; // samples of class 0
const classes = [${pair.join(", ")}];
const X = matrix(N, 2, new Float64Array(2 * N));
const y = new Float64Array(N);
for (let n = 0; n < N; n++) {
  const { mean, A } = classes[n < first ? 0 : 1];
  const [u, v] = [z[2 * n], z[2 * n + 1]];
  X.data[2 * n] = mean[0] + u * A[0] + v * A[1];
  X.data[2 * n + 1] = mean[1] + u * A[1] + v * A[2];
  y[n] = n < first ? 0 : 1;
}`;
}
