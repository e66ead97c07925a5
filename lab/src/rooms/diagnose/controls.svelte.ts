/** What the reader sets in the room Diagnose. */
import type { NamedBlob } from "../../compute/tables/text.ts";
import { readState, writeState } from "../../shell/codec.ts";
import { featuresOf, type Look, targetOf } from "./options.ts";
import type { DataName } from "./samples.ts";
import {
  codec,
  type DiagnoseState,
  type FamilyChoice,
  type indicatorChoices,
  tableFields,
} from "./state.ts";

export class DiagnoseControls implements DiagnoseState {
  data = $state<DataName>("simulated");
  file = $state<string | null>(null);
  wrong = $state(0);
  samples = $state(0);
  target = $state<string | null>(null);
  family = $state<FamilyChoice>("guess");
  features = $state.raw<readonly string[] | null>(null);
  categorical = $state.raw<readonly string[]>([]);
  base = $state.raw<readonly string[]>([]);
  missing = $state<"refuse" | "drop">("refuse");
  intercept = $state(true);
  standardize = $state(false);
  ridge = $state(0);
  correction = $state<"HC0" | "HC1">("HC0");
  level = $state(0.95);
  indicators = $state<(typeof indicatorChoices)[number]>("by rows");
  bootstrap = $state(199);
  seed = $state(0);
  delimiter = $state<string | null>(null);
  decimal = $state<string | null>(null);
  thousands = $state<string | null>(null);
  encoding = $state<string | null>(null);
  nulls = $state.raw<readonly string[]>([]);
  pair = $state.raw<readonly string[] | null>(null);
  step = $state(0);
  damping = $state(0.01);

  /** the file that was dropped; no address holds it */
  dropped = $state.raw<NamedBlob>();

  constructor(params: ReadonlyMap<string, string>) {
    this.load(params);
  }

  load(params: ReadonlyMap<string, string>): void {
    Object.assign(this, readState(codec, params));
    // an address of another file is not one of these rows
    if (this.dropped?.name !== this.file) this.dropped = undefined;
  }

  params(): ReadonlyMap<string, string> {
    return writeState<DiagnoseState>(codec, this);
  }

  /** Another of the room's own tables, with what is fitted to it at first. */
  choose(data: Exclude<DataName, "file">): void {
    this.#forget();
    this.data = data;
    this.file = null;
  }

  /** A file of the reader's. One of the name that the address speaks of is fitted as it says. */
  drop(file: NamedBlob): void {
    if (this.data !== "file" || this.file !== file.name) this.#forget();
    this.data = "file";
    this.file = file.name;
    this.dropped = file;
  }

  setTarget(name: string, look: Look): void {
    // the former target is a feature like the others
    const before = targetOf(this, look);
    const features = featuresOf(this, look).filter((feature) => feature !== name);
    const chosen = this.features !== null || this.data !== "file";
    this.target = name;
    this.features = chosen ? [...features, ...(before === name ? [] : [before])] : null;
    this.family = "guess";
    this.pair = null;
  }

  toggleFeature(name: string, look: Look): void {
    const features = featuresOf(this, look);
    const wanted = features.includes(name)
      ? features.filter((feature) => feature !== name)
      : [...features, name];
    // in the order of the table
    this.features = look.columns.map((column) => column.name).filter((n) => wanted.includes(n));
    this.categorical = this.categorical.filter((label) => label !== name || wanted.includes(name));
    this.base = this.#basesWithout(name);
    this.pair = null;
  }

  toggleLabels(name: string): void {
    this.base = this.#basesWithout(name);
    this.categorical = this.categorical.includes(name)
      ? this.categorical.filter((label) => label !== name)
      : [...this.categorical, name];
    this.pair = null;
  }

  setBase(column: string, level: string): void {
    this.base = [...this.#basesWithout(column), `${baseKey(column)}=${level}`];
    this.pair = null;
  }

  #basesWithout(column: string): readonly string[] {
    return this.base.filter((text) => !text.startsWith(`${baseKey(column)}=`));
  }

  #forget(): void {
    const initial = readState(codec, new Map());
    for (const field of tableFields) Object.assign(this, { [field]: initial[field] });
  }
}

/** A column as `--base` names it. */
function baseKey(column: string): string {
  return /[="]|^\s|\s$/.test(column) ? `"${column.replaceAll('"', '""')}"` : column;
}
