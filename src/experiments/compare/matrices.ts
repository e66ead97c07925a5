/** The matrices of a comparison by their names in a configuration. */
import { blockDiagonal } from "../../curvature/blockDiagonal.ts";
import { type Curvature, curvature } from "../../curvature/curvature.ts";
import { diagonal } from "../../curvature/diagonal.ts";
import { ekfac } from "../../curvature/ekfac.ts";
import { full } from "../../curvature/full.ts";
import { kfac } from "../../curvature/kfac.ts";
import type { Kind } from "../../curvature/kind.ts";
import { empirical, fisher, gradientCovariance, hessian } from "../../curvature/kinds.ts";
import { lowRank } from "../../curvature/lowRank.ts";
import { matrixFree } from "../../curvature/matrixFree.ts";
import { outputLoss } from "../../curvature/outputLoss.ts";
import { sampled } from "../../curvature/sampled.ts";
import type { Structure } from "../../curvature/structure.ts";
import { DomainError, ShapeError } from "../../errors.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import { adamSecondMoment } from "../../optimizers/adamSecondMoment.ts";
import { stream } from "../../random/streams.ts";
import type {
  CompareConfiguration,
  KindConfiguration,
  MatrixConfiguration,
  StructureConfiguration,
} from "./configuration.ts";
import { matrixName } from "./names.ts";
import { outputLossOf } from "./outputLosses.ts";
import type { Problem } from "./problem.ts";

/** Up to so many parameters entries are looked at one by one, and eigenvalues are computed. */
export const DENSE = 1500;

const structures: Readonly<Record<StructureConfiguration, () => Structure>> = {
  full: () => full({ memoryLimit: 2 ** 30 }),
  blockDiagonal: () => blockDiagonal({ memoryLimit: 2 ** 30 }),
  parameterBlocks: () => blockDiagonal({ by: "parameter", memoryLimit: 2 ** 30 }),
  kfac: () => kfac(),
  kfacReduce: () => kfac({ sharing: "reduce" }),
  ekfac: () => ekfac(),
  ekfacReduce: () => ekfac({ sharing: "reduce" }),
  diagonal: () => diagonal(),
  lowRank: () => lowRank(),
  matrixFree: () => matrixFree(),
};

/**
 * Which matrices are compared: every kind in every structure, without those that are the same; the reference first. With many
 * parameters the defaults are those that fit.
 */
export function chosenMatrices(
  { kinds, structures, reference }: CompareConfiguration,
  parameters: number,
): MatrixConfiguration[] {
  const small = parameters <= DENSE;
  const kept = structures ?? [
    ...(small ? (["full", "blockDiagonal"] as const) : (["matrixFree"] as const)),
    "kfac" as const,
    "diagonal" as const,
  ];
  const first = reference ?? { kind: "fisher", structure: small ? "full" : "matrixFree" };
  const all = kinds.flatMap((kind): MatrixConfiguration[] =>
    // Adam keeps nothing but a diagonal
    kind === "adam"
      ? [{ kind, structure: "diagonal" }]
      : kept.map((structure) => ({ kind, structure })),
  );
  const seen = new Set<string>();
  return [first, ...all].filter((matrix) => {
    const name = matrixName(matrix);
    return !seen.has(name) && seen.add(name);
  });
}

/**
 * Makes one of them. All structures of a sampled Fisher see the same draws. Throws as `curvature` does, with the reason why there is no
 * such matrix.
 */
export function matrixOf(
  { kind, structure }: MatrixConfiguration,
  { objective, theta, training }: Problem,
  { seed, signal }: { readonly seed: number; readonly signal?: AbortSignal },
): Curvature {
  if (kind === "adam") {
    const { path, batch } = requireAdam(structure, training);
    return adamSecondMoment(objective, path(), { batch: batch() });
  }
  return curvature<Matrix, Float64Array, Structure>(
    objective,
    theta,
    kindOf(kind, seed),
    structures[structure](),
    signal && { signal },
  );
}

/**
 * Throws as {@link matrixOf} does where there is no such matrix, whatever θ and the samples' values: for a reference, before a training that
 * would be in vain. `few` is a problem of the same model on one or two samples, at any θ.
 */
export function requirePossible(
  { kind, structure }: MatrixConfiguration,
  all: Problem,
  few: Problem,
): void {
  if (kind === "adam") {
    requireAdam(structure, all.training);
    return;
  }
  // only low rank depends on how many samples there are
  const { objective, theta } = structure === "lowRank" ? all : few;
  // that products make no sense shows at the first one
  curvature(objective, theta, kindOf(kind, 0), structures[structure]()).multiply(theta);
}

/** The training path of Adam's second moment. Throws {@link DomainError} without one, and for another structure than it has. */
function requireAdam(
  structure: StructureConfiguration,
  training: Problem["training"],
): NonNullable<Problem["training"]> {
  if (structure !== "diagonal") {
    throw new DomainError("Adam’s second moment is a diagonal and nothing else");
  }
  if (!training) {
    throw new DomainError(
      "Adam’s second moment is an average along a training path, and these parameters were not trained here",
    );
  }
  return training;
}

/** How many squares of rows a kind is the sum of, at most: N times the outputs; infinity where it need not be such a sum. */
export function squaresOf(kind: KindConfiguration, { objective, network }: Problem): number {
  if (kind === "hessian" || kind === "adam") return Number.POSITIVE_INFINITY;
  return objective.samples * network.outputs;
}

function kindOf(
  kind: Exclude<KindConfiguration, "adam">,
  seed: number,
): Kind<Matrix, Float64Array> {
  if (typeof kind === "object" && "ggn" in kind) return outputLoss(outputLossOf(kind.ggn));
  if (typeof kind === "object" || kind === "sampled") {
    const draws = typeof kind === "object" ? kind.sampled : 1;
    return sampled({ draws, random: stream(seed, "labels", draws) });
  }
  return { fisher, empirical, hessian, gradientCovariance }[kind]();
}

/** Why there is no such matrix, of errors that mean that; any other is thrown on. */
export function refusal(error: unknown): string {
  if (error instanceof DomainError || error instanceof ShapeError) return error.message;
  throw error;
}
