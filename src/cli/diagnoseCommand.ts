/** What `natgrad diagnose` does. */
import type { Context } from "./context.ts";
import type { DiagnoseCommandOptions } from "./diagnose.ts";
import { diagnoseRequest } from "./modelRequest.ts";

/** `natgrad diagnose`: reads, fits, compares, judges. */
export async function diagnose(
  file: string | undefined,
  options: DiagnoseCommandOptions,
  context: Context,
): Promise<void> {
  context.stdout.write(diagnoseRequest(file, options).name);
}
