/** `natgrad data`: which data sets there are, getting them, checking them. */
import type { Command } from "commander";
import type { Context } from "./context.ts";

/** The options of the `data` commands. */
export interface DataOptions {
  readonly json?: boolean;
  readonly data?: string;
  readonly cache?: string;
  readonly fresh?: boolean;
  readonly offline?: boolean;
}

export function register(program: Command, context: Context): void {
  const data = program.command("data").description("list, fetch and verify data sets");
  const folders = (command: Command): Command =>
    command
      .option("--data <folder>", "data folder (default: NATGRAD_DATA)")
      .option("--cache <folder>", "folder of downloads (default: the user cache)")
      .option("--json", "print JSON");

  folders(data.command("list"))
    .description("print every data set: shape, task, licence, where it is")
    .action(async (options: DataOptions) => {
      const { list } = await import("./dataCommands.ts");
      await list(options, context);
    });

  folders(data.command("fetch"))
    .description("download data sets into the cache, all that are not here without names")
    .argument("[names...]", "data sets")
    .option("--fresh", "download again what is here already")
    .option("--offline", "use no network: fail where something is missing")
    .action(async (names: string[], options: DataOptions) => {
      const { fetchAll } = await import("./dataCommands.ts");
      await fetchAll(names, options, context);
    });

  folders(data.command("verify"))
    .description("check the contents of the data sets that are here, or of those named")
    .argument("[names...]", "data sets")
    .action(async (names: string[], options: DataOptions) => {
      const { verify } = await import("./dataCommands.ts");
      await verify(names, options, context);
    });
}
