/** The error of a data set that is not to be had. */
import { MissingError } from "../errors.ts";

/** Its message is `reason`, then `remedy`: a figure can show them apart. */
export class MissingDatasetError extends MissingError {
  /** the data set's name */
  readonly dataset: string;
  /** what was looked for and where */
  readonly reason: string;
  /** the ways to get it */
  readonly remedy: string;
  constructor(dataset: string, reason: string, remedy: string) {
    super(`${reason} ${remedy}`);
    this.dataset = dataset;
    this.reason = reason;
    this.remedy = remedy;
  }
}
