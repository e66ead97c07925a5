/** Rows of chunks, checked, coded and laid out for the spool. */
import { DomainError, FormatError } from "../errors.ts";
import type { Chunk, StreamColumn } from "./engine.ts";
import { entry, grouped, Levels } from "./levels.ts";
import type { Relation } from "./relation.ts";
import type { Role, Roles } from "./roles.ts";
import type { Layout, Scan, ScanOptions } from "./scan.ts";
import type { Spool } from "./spool.ts";
import { TargetScan } from "./targetScan.ts";

/** Squares of larger numbers overflow in sums over many rows. */
const LARGEST = 1e150;

export class RowReader {
  rowsRead = 0;
  readonly #roles: readonly Role[];
  readonly #parts: Roles;
  readonly #layout: Layout;
  readonly #options: ScanOptions;
  readonly #spool: Spool;
  readonly #levels: (Levels | undefined)[];
  readonly #sums: { mean: number; squares: number }[];
  readonly #target: TargetScan;
  readonly #missing: number[];
  #firstMissing: { readonly row: number; readonly column: string } | undefined;
  /** rows of the block that are filled */
  #filled = 0;
  #kept = 0;

  constructor(roles: Roles, layout: Layout, options: ScanOptions, spool: Spool) {
    const { features, target, weights, offset } = roles;
    this.#roles = [...features, target, ...(weights ? [weights] : []), ...(offset ? [offset] : [])];
    this.#parts = roles;
    this.#layout = layout;
    this.#options = options;
    this.#spool = spool;
    this.#levels = features.map(({ column: { name }, labels }) =>
      labels ? new Levels(name, entry(options.levels, name)) : undefined,
    );
    this.#sums = features.map(() => ({ mean: 0, squares: 0 }));
    const { name } = target.column;
    this.#target = new TargetScan(name, target.labels, options.family, entry(options.levels, name));
    this.#missing = this.#roles.map(() => 0);
  }

  query(relation: Relation): { columns: StreamColumn[]; from: string } {
    const asText = this.#roles.filter(({ labels }) => labels).map(({ column }) => column.id);
    const columns = this.#roles.map(({ column: { id, type }, labels }): StreamColumn => {
      if (!labels) return { sql: `coalesce(CAST(${id} AS DOUBLE), 'nan'::DOUBLE)`, type: "DOUBLE" };
      const text = `CAST(${id} AS VARCHAR)`;
      // the engine writes the double 1 as 1.0
      const isDouble = /^(DOUBLE|FLOAT)$/.test(type);
      const sql = isDouble ? `nullif(regexp_replace(${text}, '\\.0$', ''), 'nan')` : text;
      return { sql, type: "VARCHAR" };
    });
    return { columns, from: relation.from(new Set(asText)) };
  }

  async take(chunk: Chunk): Promise<void> {
    const { rows } = chunk;
    const columns = this.#roles.map(({ labels }, j) =>
      labels ? chunk.texts(j) : chunk.numbers(j),
    );
    const kept = this.#complete(columns, rows);
    const first = this.rowsRead + 1;
    this.rowsRead += rows;
    if (this.#firstMissing && this.#options.missing === "refuse") return;
    for (let start = 0; start < kept.length; ) {
      const end = Math.min(kept.length, start + this.#layout.blockRows - this.#filled);
      this.#fill(columns, kept.subarray(start, end), first);
      start = end;
      if (this.#filled === this.#layout.blockRows) await this.#flush();
    }
  }

  /** Indices of the rows in which nothing is missing. */
  #complete(columns: readonly ArrayLike<unknown>[], rows: number): Int32Array {
    const bad = new Uint8Array(rows);
    let found = 0;
    for (const [j, values] of columns.entries()) {
      const numbers = values instanceof Float64Array;
      for (let i = 0; i < rows; i++) {
        if (numbers ? !Number.isNaN(values[i]) : values[i] !== null) continue;
        this.#missing[j]++;
        found++;
        bad[i] = 1;
        const row = this.rowsRead + i + 1;
        if (!this.#firstMissing || row < this.#firstMissing.row) {
          this.#firstMissing = { row, column: this.#roles[j].column.name };
        }
      }
    }
    const kept = new Int32Array(rows);
    if (found === 0) {
      for (let i = 0; i < rows; i++) kept[i] = i;
      return kept;
    }
    let count = 0;
    for (let i = 0; i < rows; i++) if (!bad[i]) kept[count++] = i;
    return kept.subarray(0, count);
  }

  #fill(columns: readonly ArrayLike<unknown>[], kept: Int32Array, first: number): void {
    const { stride, ones, blockRows } = this.#layout;
    const { features, weights } = this.#parts;
    const { buffer } = this.#spool;
    const start = this.#filled * stride;
    const count = kept.length;
    for (const [j, values] of columns.entries()) {
      const feature = j < features.length;
      const target = j === features.length;
      // the parts after X have a column each
      let at = feature ? start + j : blockRows * (stride + j - features.length) + this.#filled;
      const step = feature ? stride : 1;
      const levels = feature ? this.#levels[j] : undefined;
      if (levels) {
        for (let i = 0; i < count; i++, at += step) {
          buffer[at] = levels.code(values[kept[i]] as string, first + kept[i]);
        }
        continue;
      }
      if (target && this.#parts.target.labels) {
        for (let i = 0; i < count; i++, at += step) {
          buffer[at] = this.#target.label(values[kept[i]] as string, first + kept[i]);
        }
        continue;
      }
      const name = this.#roles[j].column.name;
      for (let i = 0; i < count; i++, at += step) {
        const value = values[kept[i]] as number;
        if (!(Math.abs(value) <= LARGEST)) throw tooLarge(name, first + kept[i], value);
        buffer[at] = target ? this.#target.number(value, first + kept[i]) : value;
      }
      if (weights && j === features.length + 1) {
        requireWeights(name, values as Float64Array, kept, first);
      }
      if (feature && this.#options.moments) this.#sum(j, values as Float64Array, kept);
    }
    if (ones) for (let i = 0; i < count; i++) buffer[start + i * stride + stride - 1] = 1;
    this.#filled += count;
    this.#kept += count;
  }

  /** Welford's recurrence: mean and sum of squares in one pass, without cancellation. */
  #sum(j: number, values: Float64Array, kept: Int32Array): void {
    let { mean, squares } = this.#sums[j];
    let n = this.#kept;
    for (let i = 0; i < kept.length; i++) {
      const away = values[kept[i]] - mean;
      mean += away / ++n;
      squares += away * (values[kept[i]] - mean);
    }
    this.#sums[j] = { mean, squares };
  }

  async #flush(): Promise<void> {
    const { stride, width, blockRows } = this.#layout;
    const { buffer } = this.#spool;
    // a short block keeps its parts next to each other
    for (let part = 0; part < width - stride; part++) {
      const from = blockRows * (stride + part);
      buffer.copyWithin(this.#filled * (stride + part), from, from + this.#filled);
    }
    await this.#spool.append(this.#filled);
    this.#filled = 0;
  }

  async finish(): Promise<void> {
    if (this.rowsRead === 0) throw new FormatError("the table has no rows");
    const lost = this.rowsRead - this.#kept;
    if (this.#firstMissing && (this.#options.missing === "refuse" || this.#kept === 0)) {
      const { row, column } = this.#firstMissing;
      const counts = this.#missingColumns().map(
        ({ column, count }) => `${column} ${grouped(count)}`,
      );
      const bare = this.#parts.features.filter((_, j) => this.#missing[j] === this.rowsRead);
      const out = bare.map((role) => `--exclude ${JSON.stringify(role.column.name)}`).join(" ");
      const advice =
        bare.length > 0
          ? `: no row has a value there, leave it out with ${out}`
          : this.#options.missing === "refuse"
            ? "; to leave such rows out, say --missing drop"
            : `: none of the ${grouped(lost)} rows is complete`;
      throw new FormatError(
        `values are missing (${counts.join(", ")}; first in row ${row}, column ${JSON.stringify(column)})${advice}`,
      );
    }
    if (this.#kept === 1) {
      throw new DomainError(
        `the table has one ${lost > 0 ? "complete " : ""}row, and a fit needs two or more`,
      );
    }
    if (this.#filled > 0) await this.#flush();
  }

  #missingColumns(): { column: string; count: number }[] {
    return this.#roles
      .map(({ column: { name } }, j) => ({ column: name, count: this.#missing[j] }))
      .filter(({ count }) => count > 0);
  }

  results(): Omit<Scan, "spool" | "layout"> {
    return {
      rowsRead: this.rowsRead,
      missing: this.#missingColumns(),
      levels: this.#levels,
      moments: this.#sums.map(({ mean, squares }, j) =>
        this.#options.moments && !this.#levels[j]
          ? { mean, deviation: Math.sqrt(squares / this.#kept) }
          : undefined,
      ),
      target: this.#target.summary(),
      targetLevels: this.#target.levels,
    };
  }
}

function tooLarge(column: string, row: number, value: number): DomainError {
  const found = Number.isFinite(value) ? `${value}` : `infinite (${value})`;
  return new DomainError(
    `row ${row} of column ${JSON.stringify(column)} is ${found}, expected a number between -1e150 and 1e150: squares of larger ones overflow`,
  );
}

function requireWeights(
  column: string,
  values: Float64Array,
  kept: Int32Array,
  first: number,
): void {
  for (const i of kept) {
    if (values[i] < 0) {
      throw new DomainError(
        `row ${first + i} of the weights ${JSON.stringify(column)} is ${values[i]}, expected 0 or more`,
      );
    }
  }
}
