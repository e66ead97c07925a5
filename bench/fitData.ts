/** The table of the benchmarks of fits: uniform features, three targets. The hash makes the same numbers everywhere. */

/** A target of the table, and the family it is fitted with. */
export const targets = { bernoulli: "label", gaussian: "value", poisson: "count" } as const;

export type BenchFamily = keyof typeof targets;

/** A SELECT of `rows` rows: features x0, x1, … with six decimals, and the {@link targets} of linear predictors. */
export function tableSql(rows: number, columns: number): string {
  const uniform = (j: number): string => `((hash(64 * i + ${j}) + 1) / 18446744073709551617.0)`;
  const names = Array.from({ length: columns }, (_, j) => `x${j}`);
  const features = names.map((name, j) => `round(4 * (${uniform(j)} - 0.5), 6) AS ${name}`);
  const predictor = names.map((name, j) => `${((j % 5) - 2) / 10} * ${name}`).join(" + ");
  const [u, v] = [uniform(columns), uniform(columns + 1)];
  return (
    `SELECT ${names.join(", ")}, (${u} < 1 / (1 + exp(-f)))::INT AS ${targets.bernoulli}, ` +
    `round(f + sqrt(-2 * ln(${u})) * cos(2 * pi() * ${v}), 6) AS ${targets.gaussian}, ` +
    `floor(-1.5 * ln(${u}) * exp(f / 2))::INT AS ${targets.poisson} ` +
    `FROM (SELECT *, ${predictor} AS f FROM (SELECT i, ${features.join(", ")} FROM range(${rows}) t(i)))`
  );
}

/** The columns that are no features when one target is fitted. */
export function otherTargets(family: BenchFamily): string[] {
  return Object.values(targets).filter((target) => target !== targets[family]);
}
