/** The error of native kernels that cannot be had. */
import { MissingError } from "../errors.ts";

/** Says what is wrong and, apart from it, what to do, so that `natgrad doctor` can print both. */
export class MissingKernelsError extends MissingError {
  readonly problem: string;
  readonly remedy: string;
  constructor(problem: string, remedy: string, options?: ErrorOptions) {
    super(`${problem}\n${remedy}`, options);
    this.problem = problem;
    this.remedy = remedy;
  }
}
