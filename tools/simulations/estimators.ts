/**
 * How good the error bars of the estimators are: the table of docs/estimators.md, on stdout.
 *
 *     node --conditions=natgrad-source tools/simulations/estimators.ts
 */
import { hutchinsonDiagonal, hutchinsonTrace } from "../../src/linalg/estimators/hutchinson.ts";
import { hutchPlusPlus } from "../../src/linalg/estimators/hutchPlusPlus.ts";
import { spectralQuadrature } from "../../src/linalg/estimators/spectralQuadrature.ts";
import { xDiag } from "../../src/linalg/estimators/xDiag.ts";
import { xTrace } from "../../src/linalg/estimators/xTrace.ts";
import { stream } from "../../src/random/streams.ts";
import { type Estimate, simulate } from "../../test/linalg/estimators/simulation.ts";
import { spectraOf, traceOf, withEigenvalues } from "../../test/linalg/estimators/spectra.ts";

const REPLICATIONS = 2000;
const D = 200;
const { lowRank: _, ...spectra } = spectraOf(D);
const damping = 0.01;

interface Case {
  readonly name: string;
  readonly truth: number;
  /** what errors are relative to */
  readonly scale: number;
  readonly estimate: (replication: number) => Estimate;
}

/** The first entry of a diagonal. */
const first = ({
  value,
  standardError,
}: {
  value: Float64Array;
  standardError: Float64Array;
}): Estimate => ({ value: value[0], standardError: standardError[0] });

function* cases(spectrum: string, eigenvalues: Float64Array, products: number): Generator<Case> {
  const A = withEigenvalues(eigenvalues);
  const random = (r: number) => stream(11, spectrum, products, r);
  const trace = { truth: traceOf(eigenvalues), scale: Math.abs(traceOf(eigenvalues)) };
  for (const [name, estimator] of Object.entries({
    Hutchinson: hutchinsonTrace,
    "Hutch++": hutchPlusPlus,
    XTrace: xTrace,
  })) {
    yield { name, ...trace, estimate: (r) => estimator(A, random(r), { products }) };
  }
  const entry = { truth: A.matrix.data[0], scale: Math.abs(A.matrix.data[0]) };
  for (const [name, estimator] of Object.entries({
    "Hutchinson, a₁₁": hutchinsonDiagonal,
    "XDiag, a₁₁": xDiag,
  })) {
    yield { name, ...entry, estimate: (r) => first(estimator(A, random(r), { products })) };
  }
  if (eigenvalues.every((eigenvalue) => eigenvalue > 0)) {
    const truth = A.logDeterminant({ damping });
    yield {
      name: "SLQ, log det",
      truth,
      scale: Math.abs(truth),
      estimate: (r) =>
        spectralQuadrature(A, random(r), {
          probes: products / 12,
          steps: 12,
        }).logDeterminant({ damping }),
    };
  }
}

/** relative error · length of the error bars over that of the errors · mean z² · share within ± 2 standard errors */
function cell({ truth, scale, estimate }: Case): string {
  const { error, length, standardized, coverage } = simulate(REPLICATIONS, truth, estimate);
  return [
    (error / scale).toExponential(1),
    length.toFixed(2),
    standardized > 99 ? standardized.toExponential(0) : standardized.toFixed(1),
    coverage.toFixed(3).replace(/^0/, ""),
  ].join(" · ");
}

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
const columns = [...cases("flat", spectra.flat, 36)].map(({ name }) => name);
console.log(row(["spectrum", "products", ...columns]));
console.log(row(["---", "---:", ...columns.map(() => "---")]));
for (const [spectrum, eigenvalues] of Object.entries(spectra)) {
  for (const products of [36, 72]) {
    const cells = [...cases(spectrum, eigenvalues, products)].map(cell);
    while (cells.length < columns.length) cells.push("–");
    console.log(row([spectrum, String(products), ...cells]));
  }
}
