/** The state of the room Diagnose: what its address holds. The rows of a file are not in it. */
import { type Codec, choice, real, whole } from "../../shell/codec.ts";
import { type DataName, dataNames } from "./samples.ts";
import { flag, list, text } from "./textFields.ts";

export const families = ["guess", "gaussian", "bernoulli", "categorical", "poisson"] as const;
export type FamilyChoice = (typeof families)[number];
export const indicatorChoices = ["by rows", "full", "diagonal"] as const;

export interface DiagnoseState {
  data: DataName;
  /** name of the file that was dropped */
  file: string | null;
  /** of the simulated samples: how wrong the model is, in hundredths */
  wrong: number;
  samples: number;
  target: string | null;
  family: FamilyChoice;
  /** null: those that the room suggests */
  features: readonly string[] | null;
  /** columns whose numbers are labels */
  categorical: readonly string[];
  /** column=level */
  base: readonly string[];
  missing: "refuse" | "drop";
  intercept: boolean;
  standardize: boolean;
  ridge: number;
  correction: "HC0" | "HC1";
  level: number;
  indicators: (typeof indicatorChoices)[number];
  bootstrap: number;
  seed: number;
  delimiter: string | null;
  decimal: string | null;
  thousands: string | null;
  encoding: string | null;
  nulls: readonly string[];
  /** two coefficients; null: those whose ellipses differ most */
  pair: readonly string[] | null;
  /** where the cursors stand */
  step: number;
  damping: number;
}

export const ranges = {
  wrong: { min: 0, max: 100 },
  samples: { min: 50, max: 2000 },
  level: { min: 0.5, max: 0.999 },
  ridge: { min: 0, max: 1e6 },
  bootstrap: { min: 0, max: 9999 },
  seed: { min: 0, max: 2 ** 32 - 1 },
  step: { min: 0, max: 1000 },
  damping: { min: 1e-6, max: 100 },
} as const;

export const codec: Codec<DiagnoseState> = {
  data: choice("data", "simulated", dataNames),
  file: text("file"),
  wrong: whole("wrong", 60, ranges.wrong),
  samples: whole("n", 400, ranges.samples),
  target: text("target"),
  family: choice("family", "guess", families),
  features: list("features", null),
  categorical: list("labels", []),
  base: list("base", []),
  missing: choice("missing", "refuse", ["refuse", "drop"]),
  intercept: flag("intercept", true),
  standardize: flag("standardize", false),
  ridge: real("ridge", 0, ranges.ridge),
  correction: choice("correction", "HC0", ["HC0", "HC1"]),
  level: real("level", 0.95, { ...ranges.level, digits: 4 }),
  indicators: choice("indicators", "by rows", indicatorChoices),
  bootstrap: whole("fits", 199, ranges.bootstrap),
  seed: whole("seed", 0, ranges.seed),
  delimiter: text("delimiter"),
  decimal: text("decimal"),
  thousands: text("thousands"),
  encoding: text("encoding"),
  nulls: list("null", []),
  pair: list("pair", null),
  step: whole("step", 0, ranges.step),
  damping: real("damping", 0.01, { ...ranges.damping, digits: 3 }),
};

/** Fields that describe how a table is read and what is fitted: another table has its own. */
export const tableFields = [
  "target",
  "family",
  "features",
  "categorical",
  "base",
  "missing",
  "intercept",
  "standardize",
  "ridge",
  "delimiter",
  "decimal",
  "thousands",
  "encoding",
  "nulls",
  "pair",
  "step",
] as const satisfies readonly (keyof DiagnoseState)[];
