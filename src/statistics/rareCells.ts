/** Classes, indicators and indicators within a class of few rows: what rests on them has no normal distribution. */
import type { FamilyName, Weighting } from "./results.ts";
import { hasIntercept, type RowBlock, type RowSource } from "./rows.ts";

/** Fewer rows than these in a cell make Wald's normal approximation a guess: the usual rule for expected counts. */
export const FEW = 5;
/** Columns times classes that are counted: beyond it cells within a class are left out. */
const MOST_CELLS = 2 ** 20;

export interface RareCell {
  /** e.g. `class "c" of "y"`, `"g=b"`, `"g=b" with class "yes"` */
  readonly name: string;
  readonly rows: number;
}

/**
 * Counts the rows of each class, of each indicator (a column of zeros and ones) and of each indicator within each
 * class. Frequency weights count as rows, other weights do not; rows of weight 0 are none.
 */
export class RareCells {
  readonly #source: RowSource;
  readonly #labelled: boolean;
  /** columns in which no value but 0 and 1 has been met */
  #candidates: number[];
  /** rows, and of each class */
  #rows = 0;
  readonly #classes: number[] = [];
  /** rows of each column with a 1, and of each class among them */
  readonly #ones: number[];
  readonly #cells: number[][];

  constructor(source: RowSource, family: FamilyName) {
    this.#source = source;
    this.#labelled = family === "bernoulli" || family === "categorical";
    const P = source.columns.length - (hasIntercept(source) ? 1 : 0);
    this.#candidates = Array.from({ length: P }, (_, j) => j);
    this.#ones = this.#candidates.map(() => 0);
    this.#cells = this.#candidates.map(() => []);
  }

  /** Takes a block whose target may not be checked yet. */
  add({ X: { rows, cols, data }, y, weights }: RowBlock, weighting: Weighting): void {
    // nothing to be named is left
    if (!this.#labelled && this.#candidates.length === 0) return;
    for (let i = 0; i < rows; i++) {
      const w = weights ? weights[i] : 1;
      if (!(w > 0)) continue;
      const count = weighting === "frequency" ? w : 1;
      const code = this.#labelled ? y.data[i] : 0;
      this.#rows += count;
      this.#classes[code] = (this.#classes[code] ?? 0) + count;
      if (this.#candidates.length > 0) this.#addRow(data, i * cols, code, count);
    }
  }

  #addRow(data: Float64Array, start: number, code: number, count: number): void {
    let odd = false;
    for (const j of this.#candidates) {
      const value = data[start + j];
      if (value === 0) continue;
      if (value !== 1) odd = true;
      this.#ones[j] += count;
      const cells = this.#cells[j];
      cells[code] = (cells[code] ?? 0) + count;
    }
    if (odd) {
      this.#candidates = this.#candidates.filter((j) => {
        const value = data[start + j];
        return value === 0 || value === 1;
      });
    }
  }

  /** The cells of few rows, but not of none: classes, indicators, base levels, indicators within a class. */
  found(): RareCell[] {
    const { columns, target, factors = [] } = this.#source;
    const found: RareCell[] = [];
    const few = (name: string, rows: number): boolean => {
      const rare = rows > 0 && rows < FEW;
      if (rare) found.push({ name, rows });
      return rare;
    };
    // a table as small as that is warned of as a whole
    if (this.#rows < 2 * FEW) return found;
    const rareClass = this.#classes.map(
      (rows, c) => this.#labelled && few(`class ${this.#label(c)} of "${target}"`, rows),
    );
    const rareColumn = new Set<number>();
    for (const j of this.#candidates) {
      const rare =
        few(`"${columns[j]}"`, this.#ones[j]) ||
        few(`"${columns[j]}" = 0`, this.#rows - this.#ones[j]);
      if (rare) rareColumn.add(j);
    }
    for (const { column, base, levels } of factors) {
      const level = levels.find(({ name }) => name === base);
      // of two levels the base is the other's zeros
      if (level && levels.length > 2) few(`"${column}=${base}"`, level.rows);
    }
    if (!this.#labelled || this.#candidates.length * this.#classes.length > MOST_CELLS)
      return found;
    for (const j of this.#candidates) {
      if (rareColumn.has(j)) continue;
      this.#classes.forEach((_, c) => {
        if (!rareClass[c])
          few(`"${columns[j]}" with class ${this.#label(c)}`, this.#cells[j][c] ?? 0);
      });
    }
    return found;
  }

  #label(code: number): string {
    return `"${this.#source.classes?.[code] ?? code}"`;
  }
}
