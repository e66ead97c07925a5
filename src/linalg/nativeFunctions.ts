/** The functions of CBLAS and Fortran LAPACK that are bound, their types here and their prototypes in C. */
type Ints = Int32Array;
type Doubles = Float64Array;
type Gemm<T> = (
  order: number,
  transA: number,
  transB: number,
  m: number,
  n: number,
  k: number,
  alpha: number,
  A: T,
  lda: number,
  B: T,
  ldb: number,
  beta: number,
  C: T,
  ldc: number,
) => void;
type Syrk<T> = (
  order: number,
  triangle: number,
  trans: number,
  n: number,
  k: number,
  alpha: number,
  A: T,
  lda: number,
  beta: number,
  C: T,
  ldc: number,
) => void;
type Gemv<T> = (
  order: number,
  trans: number,
  m: number,
  n: number,
  alpha: number,
  A: T,
  lda: number,
  x: T,
  strideX: number,
  beta: number,
  y: T,
  strideY: number,
) => void;

/** The bound functions, with the names of CBLAS and Fortran LAPACK. */
export interface BoundFunctions {
  readonly dgemm: Gemm<Float64Array>;
  readonly sgemm: Gemm<Float32Array>;
  readonly dsyrk: Syrk<Float64Array>;
  readonly ssyrk: Syrk<Float32Array>;
  readonly dgemv: Gemv<Float64Array>;
  readonly sgemv: Gemv<Float32Array>;
  readonly dtrsm: (
    order: number,
    side: number,
    triangle: number,
    trans: number,
    unit: number,
    m: number,
    n: number,
    alpha: number,
    L: Doubles,
    ldl: number,
    B: Doubles,
    ldb: number,
  ) => void;
  readonly dpotrf: (triangle: string, n: Ints, A: Doubles, lda: Ints, info: Ints) => void;
  readonly dsyevd: (
    job: string,
    triangle: string,
    n: Ints,
    A: Doubles,
    lda: Ints,
    values: Doubles,
    work: Doubles,
    lwork: Ints,
    iwork: Ints,
    liwork: Ints,
    info: Ints,
  ) => void;
}

/** The enumerations of CBLAS. */
export const ROW_MAJOR = 101;
export const NO_TRANSPOSE = 111;
export const TRANSPOSE = 112;
export const LOWER = 122;
export const NON_UNIT = 131;
export const LEFT = 141;

const gemm = (name: string, real: string): string =>
  `void ${name}(int, int, int, int, int, int, ${real}, const ${real}*, int, const ${real}*, int, ${real}, ${real}*, int)`;
const syrk = (name: string, real: string): string =>
  `void ${name}(int, int, int, int, int, ${real}, const ${real}*, int, ${real}, ${real}*, int)`;
const gemv = (name: string, real: string): string =>
  `void ${name}(int, int, int, int, ${real}, const ${real}*, int, const ${real}*, int, ${real}, ${real}*, int)`;

/** The C prototype of each function. */
export const prototypes: Readonly<Record<keyof BoundFunctions, string>> = {
  dgemm: gemm("cblas_dgemm", "double"),
  sgemm: gemm("cblas_sgemm", "float"),
  dsyrk: syrk("cblas_dsyrk", "double"),
  ssyrk: syrk("cblas_ssyrk", "float"),
  dgemv: gemv("cblas_dgemv", "double"),
  sgemv: gemv("cblas_sgemv", "float"),
  dtrsm:
    "void cblas_dtrsm(int, int, int, int, int, int, int, double, const double*, int, double*, int)",
  dpotrf: "void dpotrf_(const char*, const int*, double*, const int*, int*)",
  dsyevd:
    "void dsyevd_(const char*, const char*, const int*, double*, const int*, double*, double*, const int*, int*, const int*, int*)",
};
