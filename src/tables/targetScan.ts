/** What is seen of the target while the rows go by. */
import { DomainError } from "../errors.ts";
import type { FamilyName } from "../statistics/results.ts";
import { SelectionError } from "./errors.ts";
import type { TargetSummary } from "./family.ts";
import { Levels } from "./levels.ts";

/** Distinct numbers are counted up to here where nobody asked for labels. */
const DISTINCT = 1000;

export class TargetScan {
  /** levels of labels, or of numbers that are labels by the family asked for */
  readonly levels: Levels | undefined;
  readonly #name: string;
  readonly #family: FamilyName | undefined;
  readonly #labels: boolean;
  #integers = true;
  #minimum = Number.POSITIVE_INFINITY;
  #maximum = Number.NEGATIVE_INFINITY;
  readonly #distinct = new Set<number>();

  /** `labels`: the column is text; `declared`: its levels, where they are known beforehand. */
  constructor(
    name: string,
    labels: boolean,
    family: FamilyName | undefined,
    declared: readonly string[] | undefined,
  ) {
    const wanted = family === "bernoulli" || family === "categorical";
    if (labels && family !== undefined && !wanted) {
      throw new SelectionError(
        `the target ${JSON.stringify(name)} is text, but the family ${family} needs numbers`,
      );
    }
    if (declared && !labels && !wanted) {
      throw new SelectionError(
        `the target ${JSON.stringify(name)} has numbers, so it has no levels`,
      );
    }
    this.#name = name;
    this.#family = family;
    this.#labels = labels;
    this.levels = labels || wanted ? new Levels(name, declared) : undefined;
  }

  /** The code of a label. */
  label(text: string | number, row: number): number {
    const code = this.levels!.code(text, row);
    if (this.#family === "bernoulli" && code > 1) {
      throw new DomainError(
        `row ${row} of the target ${JSON.stringify(this.#name)} is ${JSON.stringify(`${text}`)}, a third level besides ` +
          `${this.levels!.names.slice(0, 2)
            .map((name) => JSON.stringify(name))
            .join(" and ")}: the family bernoulli has two`,
      );
    }
    return code;
  }

  /** What is kept of a number: itself, or its code where the family wants labels. Throws for what is no count. */
  number(value: number, row: number): number {
    if (this.levels) return this.label(value, row);
    if (value < this.#minimum) this.#minimum = value;
    if (value > this.#maximum) this.#maximum = value;
    if (this.#integers && !Number.isInteger(value)) this.#integers = false;
    if (this.#distinct.size < DISTINCT) this.#distinct.add(value);
    if (this.#family === "poisson" && !(value >= 0 && Number.isInteger(value))) {
      throw new DomainError(
        `row ${row} of the target ${JSON.stringify(this.#name)} is ${value}, but the family poisson needs counts: 0, 1, 2, …`,
      );
    }
    return value;
  }

  summary(): TargetSummary {
    return {
      kind: this.#labels ? "text" : "number",
      integers: this.#integers,
      minimum: this.#minimum,
      maximum: this.#maximum,
      distinct: this.levels
        ? this.levels.counts.filter((count) => count > 0).length
        : this.#distinct.size,
    };
  }
}
