/** What every command is given, and the error of a wrong call. */

/** An output of the process, or a stand-in for one. */
export type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
};

export interface Context {
  /** results, and nothing else */
  readonly stdout: Output;
  /** progress, warnings, errors */
  readonly stderr: Output;
  /** aborted by Ctrl-C: stop, keep what is finished, return */
  readonly signal: AbortSignal;
}

/** The call itself is wrong (an unknown figure, a bad value): exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
