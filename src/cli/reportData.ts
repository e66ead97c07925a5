/** From what the library returns to the plain values of {@link fitResult}. */
import type { Provenance } from "../experiments/results.ts";
import type { CovarianceTable, Diagnosis, Fit } from "../statistics/results.ts";
import {
  type DataReport,
  type DiagnoseResult,
  diagnosisReport,
  type FitResult,
  fitResult,
} from "./reportSchema.ts";

/** Matrices of more parameters are left out: a file of them would be larger than the table. */
const LARGEST = 200;

/** What made a result, and when. */
export type RunProvenance = Omit<Provenance, "workers">;

/** What a report is made of. */
export interface Findings {
  readonly data: DataReport;
  readonly fit: Fit;
  readonly covariances: readonly CovarianceTable[];
  /** what the reader should know besides */
  readonly notes: readonly string[];
  readonly diagnosis?: Diagnosis;
}

/** The whole result as plain JSON values. */
export function resultOf(
  { data, fit, covariances, notes }: Findings,
  command: "fit" | "diagnose",
  configuration: Readonly<Record<string, unknown>>,
  provenance: RunProvenance,
): FitResult {
  const { information, scoring, ...rest } = fit;
  const small = fit.names.length <= LARGEST;
  return fitResult.parse(
    plain({
      provenance,
      command,
      configuration,
      data,
      fit: {
        ...rest,
        ...(small && { fisher: information.fisher, empirical: information.empirical }),
        scoring: scoring.map(({ theta: _theta, ...step }) => step),
      },
      covariances: covariances.map(({ matrix, ...table }) => ({
        ...table,
        ...(small && { matrix }),
      })),
      notes,
    }),
  );
}

/** The result of a diagnosis. */
export function diagnosisResultOf(
  diagnosis: Diagnosis,
  findings: Findings,
  configuration: Readonly<Record<string, unknown>>,
  provenance: RunProvenance,
): DiagnoseResult {
  const shared = resultOf(findings, "diagnose", configuration, provenance);
  return { ...shared, diagnosis: diagnosisReport.parse(plain(diagnosis)) };
}

/** Arrays for typed arrays, rows for matrices, `null` for numbers that are not finite. */
export function plain(value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return Array.from(value as ArrayLike<unknown>, plain);
  }
  const { rows, cols, data } = value as { rows?: unknown; cols?: unknown; data?: unknown };
  if (data instanceof Float64Array && typeof rows === "number" && typeof cols === "number") {
    return Array.from({ length: rows }, (_, i) => plain(data.subarray(i * cols, (i + 1) * cols)));
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, plain(member)]),
  );
}
