/** The kinds of the columns of a text file, from its first rows. */
import { columnOf, DATE, type NumberFormat, SAMPLE } from "./columnKinds.ts";
import { disguises, NUMBERISH } from "./disguises.ts";
import { type Engine, literal } from "./engine.ts";
import type { RelationColumn } from "./relation.ts";

/** Columns that are looked at together. */
const GROUP = 200;

/**
 * A column is numbers if all values of the first 50,000 rows are, dates if all are dates, text otherwise. `reader`
 * gives all columns `ids` as text.
 */
export async function kindsOf(
  engine: Engine,
  reader: string,
  names: readonly string[],
  ids: readonly string[],
  format: NumberFormat,
): Promise<RelationColumn[]> {
  const rows = `SELECT * FROM ${reader} LIMIT ${SAMPLE}`;
  const sample = async (
    columns: readonly string[],
    measures: (id: string) => readonly string[],
  ): Promise<Record<string, unknown>> => {
    const found: Record<string, unknown> = {};
    // all columns at once of a wide table would not fit into the engine's memory
    for (let start = 0; start < columns.length; start += GROUP) {
      const some = columns.slice(start, start + GROUP).flatMap(measures);
      Object.assign(found, ...(await engine.all(`SELECT ${some.join(", ")} FROM (${rows})`)));
    }
    return found;
  };
  const counts = await sample(ids, (id) => [
    `count(${id}) AS n_${id}`,
    `count(${numberOf(id, format)}) AS d_${id}`,
  ]);
  const isNumber = (id: string): boolean => counts[`n_${id}`] === counts[`d_${id}`];
  const matches = (id: string, pattern: string): string =>
    `count_if(regexp_full_match(trim(${id}), ${literal(pattern)}))`;
  const texts = await sample(
    ids.filter((id) => !isNumber(id)),
    (id) => [
      `count_if(TRY_CAST(${id} AS TIMESTAMP) IS NOT NULL OR regexp_full_match(trim(${id}), '${DATE}')) AS t_${id}`,
      `min(${id}) FILTER (WHERE ${numberOf(id, format)} IS NULL) AS o_${id}`,
      `${matches(id, NUMBERISH)} FILTER (WHERE ${numberOf(id, format)} IS NULL) AS l_${id}`,
    ],
  );
  const rest = (id: string): number => Number(counts[`n_${id}`]) - Number(counts[`d_${id}`]);
  const looks = disguises(format);
  const disguised = await sample(
    ids.filter((id) => !isNumber(id) && Number(texts[`l_${id}`]) === rest(id)),
    (id) => looks.map(({ pattern }, k) => `${matches(id, pattern)} AS l${k}_${id}`),
  );
  return names.map((name, j): RelationColumn => {
    const id = ids[j];
    const [values, others] = [Number(counts[`n_${id}`]), rest(id)];
    return columnOf(name, j, {
      values,
      numbers: values - others,
      dates: Number(texts[`t_${id}`]),
      odd: `${texts[`o_${id}`]}`,
      disguise: looks.find((_, k) => Number(disguised[`l${k}_${id}`]) === others),
    });
  });
}

/** SQL of the number in a text, or NULL; the engine would take underscores between digits. */
function numberOf(id: string, { decimal, thousands }: NumberFormat): string {
  const plain = thousands ? `replace(${id}, ${literal(thousands)}, '')` : id;
  const pointed = decimal === "." ? plain : `replace(${plain}, ${literal(decimal)}, '.')`;
  const refused = decimal === "." ? "_" : "[._]";
  return `CASE WHEN regexp_matches(${plain}, '${refused}') THEN NULL ELSE TRY_CAST(${pointed} AS DOUBLE) END`;
}
