/** What matrices are called, in results and figures. */
import type {
  KindConfiguration,
  MatrixConfiguration,
  StructureConfiguration,
} from "./configuration.ts";
import { outputLossName } from "./outputLosses.ts";

export const structureNames: Readonly<Record<StructureConfiguration, string>> = {
  full: "full",
  blockDiagonal: "block diagonal",
  parameterBlocks: "parameter blocks",
  kfac: "KFAC",
  kfacReduce: "KFAC-reduce",
  ekfac: "EKFAC",
  ekfacReduce: "EKFAC-reduce",
  diagonal: "diagonal",
  lowRank: "low rank",
  matrixFree: "matrix-free",
};

const kindNames: Readonly<Record<Extract<KindConfiguration, string>, string>> = {
  fisher: "Fisher",
  sampled: "sampled Fisher",
  empirical: "empirical Fisher",
  hessian: "Hessian",
  gradientCovariance: "gradient covariance",
  adam: "Adam’s second moment",
};

/** e.g. "sampled Fisher, k = 4", "GGN of squared error" */
export function kindName(kind: KindConfiguration): string {
  if (typeof kind === "string") return kindNames[kind];
  if ("ggn" in kind) return `GGN of ${outputLossName(kind.ggn)}`;
  return `${kindNames.sampled}, k = ${kind.sampled}`;
}

/** e.g. "Fisher, full" */
export function matrixName({ kind, structure }: MatrixConfiguration): string {
  return `${kindName(kind)}, ${structureNames[structure]}`;
}
