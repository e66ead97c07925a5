/** Separation in words: which columns tell the classes apart. */
import { SeparationError } from "./errors.ts";
import type { Problem } from "./problem.ts";
import { INTERCEPT, type RowBlock } from "./rows.ts";
import type { Separation } from "./separation.ts";

/** Throws the {@link SeparationError} that names the columns of a direction `[D]` that separates. */
export async function reportSeparation(
  problem: Problem,
  { direction, complete }: Separation,
): Promise<never> {
  const kind = complete ? "complete" : "quasi-complete";
  const { source } = problem;
  const extremes = await columnExtremes(problem);
  const single = source.columns.flatMap((name, j) => {
    if (name === INTERCEPT) return [];
    const why = separatesAlone(problem, extremes, j);
    return why ? [{ name, why }] : [];
  });
  if (single.length > 0) {
    const shown = single.slice(0, 5).map(({ why }) => why);
    if (single.length > 5) shown.push(`and so do ${single.length - 5} more columns`);
    throw new SeparationError(
      kind,
      single.map(({ name }) => name),
      shown.join("; "),
    );
  }
  const names = involved(problem, extremes, direction);
  const shown = names.slice(0, 6).map((name) => `"${name}"`);
  const list = shown.join(", ") + (names.length > 6 ? ` and ${names.length - 6} more` : "");
  throw new SeparationError(
    kind,
    names,
    complete
      ? `a combination of the columns ${list} predicts "${source.target}" without error`
      : `a combination of the columns ${list} predicts "${source.target}" without error for some of the rows, and is the same for all others`,
  );
}

/** Smallest and largest value of each column in each class (for counts: zero, and more), `[classes, P]`. */
interface Extremes {
  readonly classes: number;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

async function columnExtremes({ source, scorer, signal }: Problem): Promise<Extremes> {
  const P = source.columns.length;
  const classes = scorer.family === "categorical" ? scorer.outputs + 1 : 2;
  const low = new Float64Array(classes * P).fill(Infinity);
  const high = new Float64Array(classes * P).fill(-Infinity);
  for await (const { X, y, weights } of source.blocks(signal)) {
    for (let n = 0; n < X.rows; n++) {
      if (weights && weights[n] === 0) continue;
      const start = groupOf(scorer.family, y, n) * P;
      for (let j = 0; j < P; j++) {
        const x = X.data[n * P + j];
        if (x < low[start + j]) low[start + j] = x;
        if (x > high[start + j]) high[start + j] = x;
      }
    }
  }
  return { classes, low, high };
}

function groupOf(family: string, { data }: RowBlock["y"], n: number): number {
  return family === "poisson" ? Math.min(1, data[n]) : data[n];
}

/** Whether column j alone tells one class from the others, said as a sentence. */
function separatesAlone(problem: Problem, extremes: Extremes, j: number): string | undefined {
  const { source, intercept, scorer } = problem;
  const P = source.columns.length;
  for (let c = extremes.classes - 1; c >= 0; c--) {
    const [low, high] = [extremes.low[c * P + j], extremes.high[c * P + j]];
    let [restLow, restHigh] = [Infinity, -Infinity];
    for (let other = 0; other < extremes.classes; other++) {
      if (other === c) continue;
      restLow = Math.min(restLow, extremes.low[other * P + j]);
      restHigh = Math.max(restHigh, extremes.high[other * P + j]);
    }
    const above = low >= restHigh;
    const below = high <= restLow;
    // all rows at the boundary: the column is constant and separates nothing
    if ((!above && !below) || Math.max(high, restHigh) === Math.min(low, restLow)) continue;
    const bound = above ? restHigh : restLow;
    if (!intercept && bound !== 0) continue;
    // for counts only a direction along which rates of zeros fall counts: the others must stay at the boundary
    if (scorer.family === "poisson" && !(c === 0 && restLow === restHigh)) continue;
    const name = source.columns[j];
    const label = scorer.family === "poisson" ? "0" : (source.classes?.[c] ?? String(c));
    const strict = above ? low > bound : high < bound;
    const sign = above ? ">" : "<";
    return strict
      ? `"${name}" ${sign} ${bound} exactly where "${source.target}" is ${label}`
      : `"${source.target}" is ${label} in every row with "${name}" ${sign} ${bound}`;
  }
  return undefined;
}

/** The columns that move the predictors along `direction`, by more than a thousandth of the largest movement. */
function involved(problem: Problem, extremes: Extremes, direction: Float64Array): string[] {
  const { source } = problem;
  const P = source.columns.length;
  const moved = source.columns.map((name, j) => {
    if (name === INTERCEPT) return 0;
    let [low, high] = [Infinity, -Infinity];
    for (let c = 0; c < extremes.classes; c++) {
      low = Math.min(low, extremes.low[c * P + j]);
      high = Math.max(high, extremes.high[c * P + j]);
    }
    let most = 0;
    for (let t = j; t < direction.length; t += P) most = Math.max(most, Math.abs(direction[t]));
    return most * (high - low || Math.abs(high));
  });
  const largest = Math.max(...moved);
  return source.columns.filter((_, j) => moved[j] > 1e-3 * largest);
}
