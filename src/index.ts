/**
 * Fisher information done right: curvature matrices, natural gradients, and what is built on them.
 * Everything here runs in Node and in browsers; the paper's experiments and figures are entries of their own.
 *
 * @module
 */

// what everything stands on

export {
  ConvergenceError,
  DomainError,
  FormatError,
  MissingError,
  NotPositiveDefiniteError,
  ShapeError,
} from "./errors.ts";
export { VERSION } from "./version.ts";

// linear algebra

export {
  BlockDiagonalOperator,
  blockDiagonalOperator,
} from "./linalg/blockDiagonalOperator.ts";
export { BlockKroneckerOperator } from "./linalg/blockKroneckerOperator.ts";
export {
  type ConjugateGradientOptions,
  type ConjugateGradientResult,
  conjugateGradients,
} from "./linalg/conjugateGradients.ts";
export {
  type BlockPlace,
  type Conversion,
  type KroneckerPlace,
  toBlocks,
  toDiagonal,
  toFull,
  toKroneckerBlocks,
  toLowRank,
} from "./linalg/conversions.ts";
export { DenseOperator, denseOperator } from "./linalg/dense.ts";
export type { DiagonalBlock } from "./linalg/diagonalBlock.ts";
export { DiagonalOperator, diagonalOperator } from "./linalg/diagonalOperator.ts";
export {
  generalizedEigen,
  generalizedEigenvalues,
  inverseSquareRoot,
  squareRoot,
} from "./linalg/eigen.ts";
export { EigenbasisOperator, eigenbasisOperator } from "./linalg/eigenbasisOperator.ts";
export { Cholesky, factorize } from "./linalg/factorization.ts";
export { innerProduct } from "./linalg/innerProduct.ts";
export type { Eigen, Kernels, ProviderInfo } from "./linalg/kernels.ts";
export { KroneckerOperator, kroneckerOperator } from "./linalg/kroneckerOperator.ts";
export { LowRankOperator, lowRankOperator } from "./linalg/lowRankOperator.ts";
export {
  type Blocks,
  copy,
  fromRows,
  identity,
  type Matrix,
  matrix,
  type Reals,
  reals,
  transpose,
  zeros,
} from "./linalg/matrix.ts";
export {
  MatrixFreeOperator,
  type MatrixFreeOptions,
  matrixFree as matrixFreeOperator,
} from "./linalg/matrixFree.ts";
export { MissingKernelsError } from "./linalg/missingKernels.ts";
export { nearestKronecker } from "./linalg/nearestKronecker.ts";
export type { Eigenpairs, SolveOptions, SymmetricOperator } from "./linalg/operator.ts";
export {
  kernels,
  nativeKernels,
  type ProviderReport,
  providerReport,
  setThreads,
  useKernels,
  wasmKernels,
} from "./linalg/provider.ts";
export type { RowProducts } from "./linalg/rowProducts.ts";
export { sampleInverse } from "./linalg/sampling.ts";
export { type Singular, singular } from "./linalg/singular.ts";
export {
  fromDense,
  type SparseMatrix,
  sparse,
  sparseProduct,
  sparseRows,
  sparseVectorProduct,
  toDense,
} from "./linalg/sparse.ts";
export { axpy, cosine, dot, norm } from "./linalg/vector.ts";

// estimators

export {
  type ConditionNumber,
  type ConditionOptions,
  conditionNumber,
} from "./linalg/estimators/conditionNumber.ts";
export type {
  DiagonalEstimate,
  EstimatorOptions,
  TraceEstimate,
} from "./linalg/estimators/estimate.ts";
export {
  type ExtremeEigenvalues,
  type ExtremeOptions,
  extremeEigenvalues,
} from "./linalg/estimators/extremeEigenvalues.ts";
export {
  type DampedFunctionProductOptions,
  type FunctionProduct,
  type FunctionProductOptions,
  functionProduct,
  inverseSquareRootProduct,
} from "./linalg/estimators/functionProduct.ts";
export { hutchinsonDiagonal, hutchinsonTrace } from "./linalg/estimators/hutchinson.ts";
export { hutchPlusPlus } from "./linalg/estimators/hutchPlusPlus.ts";
export type { Multiplication } from "./linalg/estimators/products.ts";
export type { DensityOptions, SpectralDensity } from "./linalg/estimators/spectralDensity.ts";
export {
  type GaussRule,
  type QuadratureEstimate,
  type SpectralQuadrature,
  type SpectralQuadratureOptions,
  spectralQuadrature,
} from "./linalg/estimators/spectralQuadrature.ts";
export { xDiag } from "./linalg/estimators/xDiag.ts";
export { xTrace } from "./linalg/estimators/xTrace.ts";
export { type Lanczos, type LanczosOptions, lanczos, type Ritz } from "./linalg/lanczos.ts";

// randomness

export { draws, type Generator } from "./random/generator.ts";
export { LegacyRandom } from "./random/legacy.ts";
export { type ChoiceOptions, type GeneratorState, SeededGenerator } from "./random/seeded.ts";
export { Stream, stream } from "./random/streams.ts";

// data sets

export type {
  ByteMatrix,
  CheckedForm,
  DataFile,
  Dataset,
  DatasetEntry,
  Origin,
  SourceFile,
  Table,
} from "./datasets/dataset.ts";
export { type LoadOptions, loadDataset, loadEntry, type Precision } from "./datasets/load.ts";
export type { DownloadProgress, LookupOptions } from "./datasets/lookup.ts";
export { MissingDatasetError } from "./datasets/missing.ts";
export { datasets, findDataset } from "./datasets/registry.ts";
export type { PlaceOptions } from "./files/places.ts";

// likelihoods, models, objectives

export { bernoulli } from "./likelihoods/bernoulli.ts";
export { categorical } from "./likelihoods/categorical.ts";
export { type GaussianOptions, gaussian } from "./likelihoods/gaussian.ts";
export type { Likelihood } from "./likelihoods/likelihood.ts";
export { poisson } from "./likelihoods/poisson.ts";
export { type ScalarFamily, scalarLikelihood } from "./likelihoods/scalar.ts";
export { composition, type OutputMap } from "./models/composition.ts";
export { requireDeterministic } from "./models/determinism.ts";
export {
  type Intercept,
  type LinearInputs,
  type LinearModel,
  type LinearOptions,
  linear,
} from "./models/linear.ts";
export { type Linearization, linearize } from "./models/linearization.ts";
export type { Inputs, Model, ParameterRange } from "./models/model.ts";
export type { LayerPlace, SecondOrderRows, SignedRows } from "./models/secondOrderRows.ts";
export type { OuterProducts, WeightRows } from "./models/weightRows.ts";
export {
  type FitOptions,
  type GlmOptions,
  glm,
  type Objective,
  type ObjectiveOptions,
  objective,
  type Targets,
} from "./objective.ts";

// networks

export {
  type AveragePool2dOptions,
  averagePool2d,
} from "./models/network/averagePool2d.ts";
export { type BatchNormOptions, batchNorm } from "./models/network/batchNorm.ts";
export { type Conv2dOptions, conv2d } from "./models/network/conv2d.ts";
export { type DenseOptions, dense } from "./models/network/dense.ts";
export { dropout } from "./models/network/dropout.ts";
export { type Activation, elementwise } from "./models/network/elementwise.ts";
export { elu } from "./models/network/elu.ts";
export { flatten } from "./models/network/flatten.ts";
export { type GeluOptions, gelu } from "./models/network/gelu.ts";
export { globalAveragePool2d } from "./models/network/globalAveragePool2d.ts";
export {
  type Fans,
  fansOf,
  type Initializer,
  type InitializerName,
  initializers,
} from "./models/network/initializers.ts";
export type {
  Buffer,
  Layer,
  Parameter,
  Pass,
  Shape,
  WeightPass,
} from "./models/network/layer.ts";
export { leakyRelu } from "./models/network/leakyRelu.ts";
export { type MaxPool2dOptions, maxPool2d } from "./models/network/maxPool2d.ts";
export type { Network, RealsOf } from "./models/network/network.ts";
export { relu } from "./models/network/relu.ts";
export {
  type Part,
  type Residual,
  type ResidualOptions,
  residual,
} from "./models/network/residual.ts";
export {
  readSafetensors,
  type TensorFile,
  writeSafetensors,
} from "./models/network/safetensors.ts";
export {
  type Tensor,
  type TensorType,
  tensorOf,
  tensorValues,
} from "./models/network/safetensorsTypes.ts";
export {
  type LoadNetworkOptions,
  loadNetwork,
  readParameters,
  type SavedNetwork,
  saveNetwork,
} from "./models/network/savedNetwork.ts";
export type { LayerMaker, LayerMakers } from "./models/network/savedNetworkKinds.ts";
export { type NetworkOptions, sequential } from "./models/network/sequential.ts";
export { sigmoid } from "./models/network/sigmoid.ts";
export { silu } from "./models/network/silu.ts";
export { softplus } from "./models/network/softplus.ts";
export { tanh } from "./models/network/tanh.ts";
export type { BufferView, ParameterView } from "./models/network/views.ts";
export type { Pair } from "./models/network/windows.ts";
export { outerRows } from "./models/outerRows.ts";
export { type RowsPlace, writtenRows } from "./models/writtenRows.ts";

// curvature: kinds and structures

export { average, type MatrixPart } from "./curvature/average.ts";
export type { CurvatureOptions } from "./curvature/batches.ts";
export { type BlockDiagonalOptions, blockDiagonal } from "./curvature/blockDiagonal.ts";
export { add, scale } from "./curvature/combinations.ts";
export {
  type CompareOptions,
  type ComparisonRow,
  compare,
  stepQuality,
} from "./curvature/compare.ts";
export { convert } from "./curvature/convert.ts";
export {
  type Curvature,
  type CurvatureLabels,
  curvature,
  type OperatorOf,
} from "./curvature/curvature.ts";
export { type Extreme, type SplitReport, splitReport } from "./curvature/definition.ts";
export { diagonal } from "./curvature/diagonal.ts";
export { type DistanceOptions, matrixCosine, relativeDistance } from "./curvature/distance.ts";
export { ekfac } from "./curvature/ekfac.ts";
export { type FullOptions, full } from "./curvature/full.ts";
export { type GgnOptions, ggn } from "./curvature/ggn.ts";
export { type KfacOptions, kfac } from "./curvature/kfac.ts";
export type { Batch as SampleBatch, Evaluation, Kind, Terms } from "./curvature/kind.ts";
export { empirical, fisher, gradientCovariance, hessian } from "./curvature/kinds.ts";
export type { Sharing } from "./curvature/kroneckerSums.ts";
export type { Labelled } from "./curvature/labels.ts";
export { type LowRankOptions, lowRank } from "./curvature/lowRank.ts";
export {
  type MatrixFreeOptions as MatrixFreeStructureOptions,
  matrixFree,
} from "./curvature/matrixFree.ts";
export { type OutputLoss, outputLoss } from "./curvature/outputLoss.ts";
export type { Partition } from "./curvature/parameterBlocks.ts";
export { gradientNorms, gradientProducts, gradientVariance } from "./curvature/perExample.ts";
export { type SampledOptions, sampled } from "./curvature/sampled.ts";
export {
  canonicalSplit,
  type Interval,
  logProbabilitySplit,
  type OuterLoss,
  type Sample,
  type Split,
} from "./curvature/split.ts";
export type { CurvatureSum, Structure } from "./curvature/structure.ts";

// optimizers

export { type AdamConstants, adam, adamPreconditioner } from "./optimizers/adam.ts";
export { adamSecondMoment, type SecondMomentOptions } from "./optimizers/adamSecondMoment.ts";
export { type PreconditionerMaker, preconditioners } from "./optimizers/catalogue.ts";
export { type CurvedDescentOptions, type CurvedOptions, curved } from "./optimizers/curved.ts";
export {
  empiricalFisherDescent,
  empiricalPreconditioner,
} from "./optimizers/empiricalFisherDescent.ts";
export { gradientDescent, plainGradient } from "./optimizers/gradientDescent.ts";
export { type Batch, type GradientSource, minibatchGradient } from "./optimizers/minibatch.ts";
export { momentumVariance } from "./optimizers/momentumVariance.ts";
export { naturalGradient, naturalPreconditioner } from "./optimizers/naturalGradient.ts";
export { newton, newtonPreconditioner } from "./optimizers/newton.ts";
export type { DampedOptions, DescentOptions } from "./optimizers/options.ts";
export { preconditioned } from "./optimizers/preconditioned.ts";
export type { Preconditioner } from "./optimizers/preconditioner.ts";
export { gradientSign, signDescent } from "./optimizers/signDescent.ts";
export type { Step } from "./optimizers/step.ts";
export {
  type AdaptationForm,
  varianceAdaptation,
  varianceAdaptationFactors,
  varianceAdaptationMatrix,
  variancePreconditioner,
} from "./optimizers/varianceAdaptation.ts";

// statistics

export { type BootstrapOptions, bootstrap } from "./statistics/bootstrap.ts";
export { type CovarianceOptions, covariance } from "./statistics/covariance.ts";
export { diagnose, diagnoseFit } from "./statistics/diagnose.ts";
export { CollinearityError, SeparationError } from "./statistics/errors.ts";
export { fitModel } from "./statistics/fit.ts";
export { informationMatrixTest } from "./statistics/informationMatrixTest.ts";
export type * from "./statistics/results.ts";
export { type ArrayRows, arrayRows, type RowBlock, type RowSource } from "./statistics/rows.ts";
export { THRESHOLDS, type VerdictInput, verdict } from "./statistics/verdict.ts";

// continual learning

export { accuracy } from "./continual/accuracy.ts";
export { readCheckpoint, writeCheckpoint } from "./continual/checkpoint.ts";
export { type EarlyStopping, earlyStopping } from "./continual/earlyStopping.ts";
export {
  batchedGradients,
  empiricalFisher,
  exactFisher,
  type Importance,
  sampledFisher,
} from "./continual/importance.ts";
export { type KroneckerEwcOptions, kroneckerEwc } from "./continual/kroneckerEwc.ts";
export { blocksOf, type KroneckerBlock, nearestSum, operatorOf } from "./continual/kroneckerSum.ts";
export {
  type EpochReport,
  type LearnerState,
  type LearnOptions,
  learn,
  type Progress,
  type StepPlace,
  type TaskReport,
} from "./continual/learner.ts";
export {
  anchoredL2,
  type EwcOptions,
  ewc,
  explicitSteps,
  fineTuning,
  jointTraining,
  type Method,
  mergedEwc,
  onlineEwc,
  synapticIntelligence,
} from "./continual/methods.ts";
export { type AccuracyMatrix, metrics, type StreamMetrics } from "./continual/metrics.ts";
export { type Anchored, operatorPenalty } from "./continual/operatorPenalty.ts";
export { type ByLayer, fisherOverlap, overlapByLayer, sizeByLayer } from "./continual/overlap.ts";
export type { Penalty } from "./continual/penalty.ts";
export { merge, type Quadratic, quadratic, quadraticPenalty } from "./continual/quadratic.ts";
export { gather, type Samples, samplesOf, subset } from "./continual/samples.ts";
export {
  type LabelledImages,
  ownTasks,
  permutedPixels,
  splitByClass,
  type Task,
  type TaskStream,
} from "./continual/tasks.ts";
export {
  type Epoch,
  type TrainingOptions,
  type TrainingState,
  train,
} from "./continual/trainer.ts";
export { adamRule, sgd, type UpdateRule } from "./continual/updates.ts";
