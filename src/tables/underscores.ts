/** Underscores between digits, which the engine reads as if they were not there. */
import { contents } from "./contents.ts";
import { type Engine, literal } from "./engine.ts";
import type { Header } from "./headerLine.ts";
import type { RelationColumn } from "./relation.ts";

/** Columns that are looked at together. */
const GROUP = 200;

/**
 * The columns, of which those are text that are numbers in the first rows and have an underscore further down. `reader`
 * gives all columns as text. Files without underscores, which are most, are looked through as bytes.
 */
export async function withoutUnderscores(
  engine: Engine,
  columns: readonly RelationColumn[],
  { path, header, reader }: { path: string; header: Header; reader: string },
): Promise<RelationColumn[]> {
  const numbers = columns.filter(({ kind }) => kind === "number").map(({ id }) => id);
  if (numbers.length === 0 || !(await occur(path, header))) return [...columns];
  const found: Record<string, unknown> = {};
  for (let start = 0; start < numbers.length; start += GROUP) {
    const least = numbers
      .slice(start, start + GROUP)
      .map((id) => `min(${id}) FILTER (WHERE contains(${id}, ${literal("_")})) AS ${id}`);
    Object.assign(found, ...(await engine.all(`SELECT ${least.join(", ")} FROM ${reader}`)));
  }
  return columns.map((column): RelationColumn => {
    const value = found[column.id];
    if (typeof value !== "string") return column;
    const doubt = `its first values are numbers, but not ${JSON.stringify(value)}; read underscores between digits with --thousands _`;
    return { ...column, type: "VARCHAR", kind: "text", doubt };
  });
}

/** Whether there are underscores behind the header. */
async function occur(path: string, { line }: Header): Promise<boolean> {
  let skipped = Buffer.byteLength(line);
  for await (const bytes of contents(path)) {
    if (bytes.includes("_", skipped)) return true;
    skipped = Math.max(0, skipped - bytes.length);
  }
  return false;
}
