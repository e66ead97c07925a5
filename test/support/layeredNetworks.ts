/**
 * Networks with layers of every sort, as the library takes them and written again in loops over jets, which also say what
 * went into each layer and what came out: the definition of Kronecker factors.
 */
import type { Matrix } from "../../src/linalg/matrix.ts";
import { batchNorm } from "../../src/models/network/batchNorm.ts";
import { conv2d } from "../../src/models/network/conv2d.ts";
import { dense } from "../../src/models/network/dense.ts";
import { flatten } from "../../src/models/network/flatten.ts";
import { globalAveragePool2d } from "../../src/models/network/globalAveragePool2d.ts";
import type { Network } from "../../src/models/network/network.ts";
import { residual } from "../../src/models/network/residual.ts";
import { sequential } from "../../src/models/network/sequential.ts";
import { tanh } from "../../src/models/network/tanh.ts";
import { Jet, total } from "./jet.ts";
import type { TestModel } from "./testModels.ts";

type Value = Jet | number;

/** One weight matrix at work on one example. */
export interface Use {
  /** its layer, and group if there are several */
  readonly name: string;
  /** place in θ of entry (o, i) of the weight and, last, of the bias */
  readonly places: readonly (readonly number[])[];
  /** a, `[R, in]`, with a last 1 for a bias */
  readonly inputs: readonly (readonly number[])[];
  /** ∂f_m/∂z_or, `[out, R, M]`: of the layer's outputs z */
  readonly slopes: readonly (readonly (readonly number[])[])[];
}

/** One example at θ. */
export interface Example {
  /** f, with derivatives by θ `[D]` first and then by what the tape added */
  readonly outputs: readonly Jet[];
  readonly uses: readonly Use[];
}

export interface LayeredCase extends TestModel {
  readonly name: string;
  readonly model: Network<Float64Array>;
  /** of one example */
  readonly features: number;
  example(theta: Float64Array, x: ArrayLike<number>): Example;
}

/** Adds a variable, zero, to each output of each layer with weights. */
class Tape {
  readonly records: Omit<Use, "slopes">[] = [];
  readonly shifts: number[][][] = [];
  count = 0;
  private readonly variables: readonly Jet[];

  constructor(variables: readonly Jet[]) {
    this.variables = variables;
  }

  /** z `[out, R]` plus the new variables */
  record(
    name: string,
    places: readonly (readonly number[])[],
    inputs: readonly (readonly number[])[],
    z: readonly (readonly Jet[])[],
  ): Jet[][] {
    this.records.push({ name, places, inputs });
    const shifts: number[][] = [];
    const shifted = z.map((row) => {
      const indices = row.map(() => this.count++);
      shifts.push(indices);
      return row.map((value, r) => {
        const variable = this.variables[indices[r]];
        return variable ? value.plus(variable) : value;
      });
    });
    this.shifts.push(shifts);
    return shifted;
  }
}

type Forward = (W: readonly Jet[], x: readonly number[], tape: Tape) => readonly Jet[];

function layeredCase(name: string, model: Network<Float64Array>, forward: Forward): LayeredCase {
  const D = model.parameters;
  const features = model.inputShape.reduce((a, b) => a * b);
  return {
    name,
    model,
    features,
    jets: (theta, x) => [...forward(Jet.variables(theta), Array.from(x), new Tape([]))],
    example(theta, x) {
      const dry = new Tape([]);
      forward(Jet.variables(theta), Array.from(x), dry);
      const variables = Jet.variables([...theta, ...new Float64Array(dry.count)]);
      const tape = new Tape(variables.slice(D));
      const outputs = forward(variables, Array.from(x), tape);
      const uses = tape.records.map((record, i) => ({
        ...record,
        slopes: tape.shifts[i].map((row) =>
          row.map((index) => outputs.map(({ gradient }) => gradient[D + index])),
        ),
      }));
      return { outputs, uses };
    },
  };
}

const value = (x: Value): number => (typeof x === "number" ? x : x.value);
const squash = (z: readonly Jet[]): Jet[] => z.map((h) => h.tanh());
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** W x + b with W `[out, in]` and b behind it from `offset` on. */
function affine(
  W: readonly Jet[],
  x: readonly Value[],
  { name, offset, out, tape }: { name: string; offset: number; out: number; tape: Tape },
): Jet[] {
  const I = x.length;
  const places = range(out).map((o) => [
    ...x.map((_, i) => offset + o * I + i),
    offset + out * I + o,
  ]);
  const z = places.map((row) => [total(x.map((xi, i) => W[row[i]].times(xi))).plus(W[row[I]])]);
  return tape.record(name, places, [[...x.map(value), 1]], z).map(([zo]) => zo);
}

interface Image {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

interface Kernel {
  readonly out: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
  readonly groups: number;
  readonly bias: boolean;
}

/** A convolution by its definition; `[out, R]`. */
function convolve(
  W: readonly Jet[],
  x: readonly Value[],
  image: Image,
  k: Kernel,
  { name, offset, tape }: { name: string; offset: number; tape: Tape },
): Jet[][] {
  const [each, outs] = [image.channels / k.groups, k.out / k.groups];
  const size = (n: number): number =>
    Math.floor((n + 2 * k.padding - k.dilation * (k.kernel - 1) - 1) / k.stride) + 1;
  const [h, w] = [size(image.height), size(image.width)];
  const biases = offset + k.out * each * k.kernel ** 2;
  return range(k.groups).flatMap((g) => {
    const patches = range(h * w).map((r) => {
      const [top, left] = [Math.floor(r / w) * k.stride, (r % w) * k.stride];
      return range(each * k.kernel ** 2).map((t): Value => {
        const channel = g * each + Math.floor(t / k.kernel ** 2);
        const down = top + (Math.floor(t / k.kernel) % k.kernel) * k.dilation - k.padding;
        const across = left + (t % k.kernel) * k.dilation - k.padding;
        const inside = down >= 0 && down < image.height && across >= 0 && across < image.width;
        return inside ? x[(channel * image.height + down) * image.width + across] : 0;
      });
    });
    const places = range(outs).map((o) => {
      const row = patches[0].map((_, t) => offset + (g * outs + o) * patches[0].length + t);
      return k.bias ? [...row, biases + g * outs + o] : row;
    });
    const z = places.map((row) =>
      patches.map((patch) => {
        const sum = total(patch.map((p, t) => W[row[t]].times(p)));
        return k.bias ? sum.plus(W[row[patch.length]]) : sum;
      }),
    );
    const inputs = patches.map((patch) => [...patch.map(value), ...(k.bias ? [1] : [])]);
    const group = k.groups === 1 ? name : `${name} (group ${g + 1} of ${k.groups})`;
    return tape.record(group, places, inputs, z);
  });
}

/** γ (h − μ) / √(v + 1e-5) + β for one feature. */
function normalize(h: Jet, gamma: Jet, beta: Jet, mean: number, variance: number): Jet {
  return h
    .plus(-mean)
    .times(1 / Math.sqrt(variance + 1e-5))
    .times(gamma)
    .plus(beta);
}

const plain = { stride: 1, padding: 0, dilation: 1, groups: 1, bias: true };
const options = { precision: "float64" } as const;

/** dense, tanh, dense */
export function denseCase(M: number): LayeredCase {
  const model = sequential([dense(2, 3), tanh(), dense(3, M)], options);
  return layeredCase("dense layers", model, (W, x, tape) => {
    const h = squash(affine(W, x, { name: "0", offset: 0, out: 3, tape }));
    return affine(W, h, { name: "2", offset: 9, out: M, tape });
  });
}

/** linear in its inputs, not in θ */
export function deepLinearCase(M: number): LayeredCase {
  const model = sequential([dense(2, 3), dense(3, 2), dense(2, M)], options);
  return layeredCase("a deep linear network", model, (W, x, tape) => {
    const h = affine(W, x, { name: "0", offset: 0, out: 3, tape });
    const k = affine(W, h, { name: "1", offset: 9, out: 2, tape });
    return affine(W, k, { name: "2", offset: 17, out: M, tape });
  });
}

/** a convolution with groups, stride and padding */
export function groupedCase(M: number): LayeredCase {
  const kernel = { ...plain, out: 4, kernel: 2, stride: 2, padding: 1, groups: 2 };
  const { out, ...rest } = kernel;
  const model = sequential([conv2d(2, out, rest), tanh(), flatten(), dense(16, M)], {
    ...options,
    inputs: [2, 3, 3],
  });
  const image = { channels: 2, height: 3, width: 3 };
  return layeredCase("a grouped convolution", model, (W, x, tape) => {
    const h = squash(convolve(W, x, image, kernel, { name: "0", offset: 0, tape }).flat());
    return affine(W, h, { name: "3", offset: 20, out: M, tape });
  });
}

/** two convolutions, the first without bias, and a mean over positions; without tanh linear in the inputs */
export function poolingCase(M: number, bend = true): LayeredCase {
  const first = { ...plain, out: 2, kernel: 2, dilation: 2, bias: false };
  const second = { ...plain, out: 2, kernel: 2 };
  const model = sequential(
    [
      conv2d(1, 2, first),
      ...(bend ? [tanh()] : []),
      conv2d(2, 2, second),
      globalAveragePool2d(),
      flatten(),
      dense(2, M),
    ],
    { ...options, inputs: [1, 5, 5] },
  );
  const [c2, d] = bend ? ["2", "5"] : ["1", "4"];
  return layeredCase(`${bend ? "" : "linear "}convolutions and a mean`, model, (W, x, tape) => {
    const image = { channels: 1, height: 5, width: 5 };
    const a = convolve(W, x, image, first, { name: "0", offset: 0, tape }).flat();
    const h = bend ? squash(a) : a;
    const inner = { channels: 2, height: 3, width: 3 };
    const z = convolve(W, h, inner, second, { name: c2, offset: 8, tape });
    const means = z.map((row) => total(row).times(1 / row.length));
    return affine(W, means, { name: d, offset: 26, out: M, tape });
  });
}

/** batch normalization of features and of channels, around a residual block */
export function residualCase(M: number): LayeredCase {
  const [mean, variance] = [
    [0.2, -0.1],
    [0.7, 1.4],
  ];
  const normalization = () => batchNorm(2, { mean, variance });
  const model = sequential(
    [
      conv2d(1, 2, { kernel: 2 }),
      normalization(),
      tanh(),
      globalAveragePool2d(),
      flatten(),
      residual([dense(2, 2), normalization(), tanh()]),
      dense(2, M),
    ],
    { ...options, inputs: [1, 3, 3] },
  );
  return layeredCase("a residual block and batch normalization", model, (W, x, tape) => {
    const image = { channels: 1, height: 3, width: 3 };
    const kernel = { ...plain, out: 2, kernel: 2 };
    const z = convolve(W, x, image, kernel, { name: "0", offset: 0, tape });
    const h = z.map((row, c) => {
      const bent = row.map((r) => normalize(r, W[10 + c], W[12 + c], mean[c], variance[c]).tanh());
      return total(bent).times(1 / row.length);
    });
    const body = affine(W, h, { name: "5.0", offset: 14, out: 2, tape }).map((b, c) =>
      normalize(b, W[20 + c], W[22 + c], mean[c], variance[c]).tanh(),
    );
    const sum = h.map((v, c) => v.plus(body[c]));
    return affine(W, sum, { name: "6", offset: 24, out: M, tape });
  });
}

/** The examples of all rows of X. */
export function examplesOf(model: LayeredCase, theta: Float64Array, X: Matrix): Example[] {
  return range(X.rows).map((n) =>
    model.example(theta, X.data.subarray(n * X.cols, (n + 1) * X.cols)),
  );
}
