/** Results as lines of JSON, one a cell, appended as they come: a study that was stopped goes on where it was. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";

export interface Cell {
  /** what it is the result of; the same key is not computed twice */
  readonly key: string;
}

export class Journal<T extends Cell> {
  readonly #path: string;
  readonly cells: Map<string, T>;

  constructor(path: string) {
    this.#path = path;
    const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];
    this.cells = new Map(
      lines.map((line) => {
        const cell = JSON.parse(line) as T;
        return [cell.key, cell];
      }),
    );
  }

  has(key: string): boolean {
    return this.cells.has(key);
  }

  add(cell: T): void {
    appendFileSync(this.#path, `${JSON.stringify(cell)}\n`);
    this.cells.set(cell.key, cell);
  }
}
