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
  const { source, scorer } = problem;
  const classes = Array.from(
    { length: extremes.classes },
    (_, k) => extremes.classes - 1 - k,
  ).flatMap((c) => boundaryOf(problem, extremes, j, c) ?? []);
  // of a class at the boundary itself it can only be said where it is not
  const found = classes.find(({ beyond }) => beyond) ?? classes[0];
  if (!found) return undefined;
  const { above, strict, own, bound, beyond } = found;
  const name = source.columns[j];
  const label =
    scorer.family === "poisson" ? "0" : (source.classes?.[found.class] ?? String(found.class));
  const [sign, opposite] = above ? [">", "<"] : ["<", ">"];
  if (strict) {
    return `"${name}" ${sign} ${numberBetween(own, bound)} exactly where "${source.target}" is ${label}`;
  }
  return beyond
    ? `"${source.target}" is ${label} in every row with "${name}" ${sign} ${bound}`
    : `"${source.target}" is never ${label} in a row with "${name}" ${opposite} ${bound}`;
}

/** Where column j divides one class from all others. */
interface Boundary {
  readonly class: number;
  /** the class lies above the others */
  readonly above: boolean;
  /** no value is common to the class and another */
  readonly strict: boolean;
  /** the value of the class, and that of the others, that come nearest */
  readonly own: number;
  readonly bound: number;
  /** rows of the class lie beyond the bound, and not only at it */
  readonly beyond: boolean;
}

function boundaryOf(
  { source, intercept, scorer }: Problem,
  { classes, low: lows, high: highs }: Extremes,
  j: number,
  c: number,
): Boundary | undefined {
  const P = source.columns.length;
  const [low, high] = [lows[c * P + j], highs[c * P + j]];
  let [restLow, restHigh] = [Infinity, -Infinity];
  for (let other = 0; other < classes; other++) {
    if (other === c) continue;
    restLow = Math.min(restLow, lows[other * P + j]);
    restHigh = Math.max(restHigh, highs[other * P + j]);
  }
  const above = low >= restHigh;
  // all rows at the boundary: the column is constant and separates nothing
  if ((!above && high > restLow) || Math.max(high, restHigh) === Math.min(low, restLow))
    return undefined;
  const bound = above ? restHigh : restLow;
  if (!intercept && bound !== 0) return undefined;
  // for counts only a direction along which rates of zeros fall counts: the others must stay at the boundary
  if (scorer.family === "poisson" && !(c === 0 && restLow === restHigh)) return undefined;
  const own = above ? low : high;
  return {
    class: c,
    above,
    strict: own !== bound,
    own,
    bound,
    beyond: above ? high > bound : low < bound,
  };
}

/** The number of the fewest digits that lies between two others, or else the bound. */
function numberBetween(own: number, bound: number): number {
  const middle = own + (bound - own) / 2;
  for (let digits = 1; digits < 17; digits++) {
    const rounded = Number(middle.toPrecision(digits));
    if (Math.min(own, bound) < rounded && rounded < Math.max(own, bound)) return rounded;
  }
  return bound;
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
