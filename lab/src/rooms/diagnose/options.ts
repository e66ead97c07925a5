/** From what is set to the options of `natgrad diagnose`, as they are typed. */
import type { DiagnoseCommandOptions } from "../../../../src/cli/diagnose.ts";
import type { CsvColumn } from "../../compute/tables/csvFile.ts";
import { sampleTables } from "./samples.ts";
import type { DiagnoseState } from "./state.ts";
import { listed } from "./textFields.ts";

/** What was seen of a table before its rows are read. */
export interface Look {
  readonly origin: string;
  readonly columns: readonly CsvColumn[];
}

/** Columns with more labels than this are left out at first; the command line refuses them. */
const MANY = 256;

/** Why a column had better be left out: it can be no feature. */
export function unfit({ kind, doubt, naming, distinct, unnamed }: CsvColumn): string | undefined {
  if (unnamed) return "has no name";
  if (kind === "date") return "dates or times";
  if (kind === "other") return "neither numbers nor text";
  if (doubt) return `text: ${doubt}`;
  if (distinct === 1) return "the same in every row";
  if (kind === "number") return undefined;
  if (naming) return "another label in every row";
  return distinct > MANY ? `more than ${MANY} labels` : undefined;
}

/** The target: the one that was chosen, else the sample's own, else the last column that can be one. */
export function targetOf(state: Pick<DiagnoseState, "data" | "target">, { columns }: Look): string {
  const names = columns.map(({ name }) => name);
  if (state.target !== null) return state.target;
  if (state.data !== "file") return sampleTables[state.data].target;
  const possible = columns.filter((column) => !unfit(column));
  return possible.at(-1)?.name ?? names.at(-1) ?? "";
}

/** The features: those that were chosen, else the sample's own, else all that can be. */
export function featuresOf(
  state: Pick<DiagnoseState, "data" | "target" | "features">,
  look: Look,
): readonly string[] {
  const target = targetOf(state, look);
  const all = look.columns.filter(({ name, unnamed }) => !unnamed && name !== target);
  if (state.features !== null) return state.features.filter((name) => name !== target);
  if (state.data !== "file" && target === sampleTables[state.data].target) {
    return sampleTables[state.data].features;
  }
  return all.filter((column) => !unfit(column)).map(({ name }) => name);
}

/** The options; those that have their usual value are left out. */
export function optionsOf(state: DiagnoseState, look: Look): DiagnoseCommandOptions {
  const target = targetOf(state, look);
  const features = featuresOf(state, look);
  const others = look.columns.filter(({ name, unnamed }) => !unnamed && name !== target);
  const excluded = others.map(({ name }) => name).filter((name) => !features.includes(name));
  const known = features.every((name) => others.some((column) => column.name === name));
  const labels = state.categorical.filter((name) => features.includes(name) || name === target);
  return {
    target,
    ...(state.family !== "guess" && { family: state.family }),
    ...(known && excluded.length <= features.length
      ? excluded.length > 0 && { exclude: [listed(excluded)] }
      : { features: [listed(features)] }),
    ...(labels.length > 0 && { categorical: [listed(labels)] }),
    ...(state.base.length > 0 && { base: state.base }),
    ...(state.missing === "drop" && { missing: "drop" }),
    intercept: state.intercept,
    ...(state.standardize && { standardize: true }),
    ...(state.ridge > 0 && { ridge: `${state.ridge}` }),
    ...(state.correction === "HC1" && { correction: "HC1" }),
    ...(state.level !== 0.95 && { level: `${state.level}` }),
    ...(state.indicators !== "by rows" && { indicators: state.indicators }),
    ...(state.bootstrap !== 199 && { bootstrap: `${state.bootstrap}` }),
    ...(state.seed !== 0 && { seed: `${state.seed}` }),
    ...(state.delimiter !== null && { delimiter: state.delimiter }),
    ...(state.decimal !== null && { decimal: state.decimal }),
    ...(state.thousands !== null && { thousands: state.thousands }),
    ...(state.encoding !== null && { encoding: state.encoding }),
    ...(state.nulls.length > 0 && { null: state.nulls }),
  };
}
