/**
 * The race as REPRODUCTION describes it, one run at a time, in the original coordinates, with a plain
 * Gaussian elimination: slow and independent of everything under test.
 */
export interface Problem {
  readonly X: readonly (readonly number[])[];
  readonly y: readonly number[];
  readonly likelihood: "gaussian" | "bernoulli";
}

const CLIP = 1e-8;
const clip = (p: number): number => Math.min(Math.max(p, CLIP), 1 - CLIP);
const sigmoid = (f: number): number => clip(1 / (1 + Math.exp(-f)));

export function bruteRun(
  { X, y, likelihood }: Problem,
  method: "GD" | "NGD" | "EFGD",
  stepSize: number,
  damping: number,
  iterations: number,
): { curve: number[]; cosines: number[] } {
  const rows = X.map((x) => [...x, 1]);
  const D = rows[0].length;
  const N = rows.length;
  const theta = new Array<number>(D).fill(0);
  const curve: number[] = [];
  const cosines: number[] = [];
  for (let t = 0; t <= iterations; t++) {
    const f = rows.map((x) => x.reduce((s, v, i) => s + v * theta[i], 0));
    const loss =
      likelihood === "gaussian"
        ? f.reduce((s, v, n) => s + (v - y[n]) ** 2 / 2, 0) / N
        : f.reduce((s, v, n) => s - Math.log(y[n] === 1 ? sigmoid(v) : sigmoid(-v)), 0) / N;
    curve.push(loss);
    if (loss > 100 * curve[0]) break;
    const r = f.map((v, n) => (likelihood === "gaussian" ? v : sigmoid(v)) - y[n]);
    const w = f.map((v) => (likelihood === "gaussian" ? 1 : sigmoid(v) * (1 - sigmoid(v))));
    const g = theta.map((_, i) => rows.reduce((s, x, n) => s + x[i] * r[n], 0) / N);
    const curvature = (weights: number[]): number[][] =>
      theta.map((_, i) =>
        theta.map(
          (_, j) =>
            rows.reduce((s, x, n) => s + x[i] * x[j] * weights[n], 0) / N + (i === j ? damping : 0),
        ),
      );
    const steps = {
      GD: () => g,
      NGD: () => eliminate(curvature(w), g),
      EFGD: () => eliminate(curvature(r.map((v) => v * v)), g),
    };
    const natural = steps.NGD();
    const empirical = steps.EFGD();
    cosines.push(
      dot(natural, empirical) / Math.sqrt(dot(natural, natural) * dot(empirical, empirical)),
    );
    const step = steps[method]();
    step.forEach((s, i) => {
      theta[i] -= stepSize * s;
    });
  }
  return { curve, cosines };
}

function dot(a: number[], b: number[]): number {
  return a.reduce((s, v, i) => s + v * b[i], 0);
}

/** Solves A x = b by Gaussian elimination with partial pivoting. */
function eliminate(A: number[][], b: number[]): number[] {
  const M = A.map((row, i) => [...row, b[i]]);
  const n = b.length;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k; i < n; i++) if (Math.abs(M[i][k]) > Math.abs(M[pivot][k])) pivot = i;
    [M[k], M[pivot]] = [M[pivot], M[k]];
    for (let i = k + 1; i < n; i++) {
      const factor = M[i][k] / M[k][k];
      for (let j = k; j <= n; j++) M[i][j] -= factor * M[k][j];
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    x[i] = (M[i][n] - x.reduce((s, v, j) => (j > i ? s + M[i][j] * v : s), 0)) / M[i][i];
  }
  return x;
}
