/** Two-dimensional convolutions. */
import { DomainError } from "../../errors.ts";
import { positionsOf } from "../../linalg/patches.ts";
import { brief } from "./brief.ts";
import { convolutionPass } from "./conv2dPass.ts";
import type { Convolution } from "./convolution.ts";
import { fansOf, type Initializer, type InitializerName, initializerOf } from "./initializers.ts";
import type { Layer, Parameter, Shape } from "./layer.ts";
import { requireCount } from "./shape.ts";
import {
  axisOf,
  type Pair,
  paddingPair,
  positivePair,
  requireFew,
  requireImage,
  type Sliding,
  windowsAlong,
} from "./windows.ts";

export interface Conv2dOptions {
  /** height and width of the kernel */
  readonly kernel: Pair;
  /** default 1 */
  readonly stride?: Pair;
  /**
   * Zeros on each side, default 0 ("valid"). "same" gives outputs of the size of the inputs, for stride 1 only; what
   * cannot be halved is added below and on the right, as in PyTorch.
   */
  readonly padding?: Pair | "same" | "valid";
  /** distance of the entries of the kernel, default 1 */
  readonly dilation?: Pair;
  /** default 1; must divide both numbers of channels */
  readonly groups?: number;
  /** default true */
  readonly bias?: boolean;
  /** default "torch": weight and bias uniform on ±1/√(inputs of one output) */
  readonly initializer?: InitializerName | Initializer;
}

/**
 * A convolution of images `[inChannels, height, width]` (a cross-correlation, as everywhere in this field): PyTorch's
 * `Conv2d`. θ has W `[outChannels, inChannels / groups, kernel height, kernel width]` and then b `[outChannels]`.
 * Outputs are `[outChannels, h, w]` with h = ⌊(height + 2 padding − dilation · (kernel − 1) − 1) / stride⌋ + 1.
 *
 * Throws {@link DomainError} for numbers that are no positive integers, groups that do not divide both numbers of
 * channels, a "same" padding with a stride, an unknown initializer, or no options; the network throws `ShapeError` for
 * inputs of another shape, or into which the kernel does not fit.
 *
 * @example
 * const layers = [conv2d(1, 8, { kernel: 5 }), relu(), maxPool2d(2), flatten(), dense(8 * 12 * 12, 10)];
 * const network = sequential(layers, { inputs: [1, 28, 28] });
 */
export function conv2d(inChannels: number, outChannels: number, options: Conv2dOptions): Layer {
  requireCount(inChannels, "conv2d: inChannels");
  requireCount(outChannels, "conv2d: outChannels");
  if (typeof options !== "object" || options === null) {
    throw new DomainError(
      `conv2d: options are ${brief(options)}, expected an object with a kernel, e.g. { kernel: 3 }`,
    );
  }
  const { groups = 1, bias = true } = options;
  requireCount(groups, "conv2d: groups");
  if (inChannels % groups !== 0 || outChannels % groups !== 0) {
    throw new DomainError(
      `conv2d: groups is ${groups}, expected a divisor of both ${inChannels} and ${outChannels} channels`,
    );
  }
  const initializer = initializerOf(options.initializer ?? "torch");
  const sliding = slidingOf(options);
  const weightShape = [
    outChannels,
    inChannels / groups,
    ...sliding.axes.map((axis) => axis.kernel),
  ];
  const fans = fansOf(weightShape);
  const weight: Parameter = {
    name: "weight",
    shape: weightShape,
    initialize: (values, random) => initializer.weight(values, fans, random),
  };
  const biases: Parameter = {
    name: "bias",
    shape: [outChannels],
    initialize: (values, random) => initializer.bias(values, fans, random),
  };
  const on = (input: Shape): Convolution => {
    const vertical = axisOf(input, 1, sliding.axes[0]);
    const horizontal = axisOf(input, 2, sliding.axes[1]);
    const patches = { channels: inChannels, vertical, horizontal };
    return { patches, positions: positionsOf(patches), outChannels, groups, bias };
  };
  return {
    kind: "conv2d",
    options: {
      inChannels,
      outChannels,
      ...sliding.options,
      groups,
      bias,
      initializer: initializer.name,
    },
    parameters: bias ? [weight, biases] : [weight],
    bilinear: true,
    outputShape(input) {
      requireImage(input, inChannels);
      const [down, across] = sliding.axes;
      for (const { kernel } of sliding.axes) requireFew(input, kernel);
      return [outChannels, windowsAlong(input, 1, down), windowsAlong(input, 2, across)];
    },
    forward: (w, X, shape) => convolutionPass(on(shape), w, X),
  };
}

/** The windows along height and width, and the options that they come from. */
function slidingOf({ kernel, stride = 1, padding = 0, dilation = 1 }: Conv2dOptions): {
  readonly axes: readonly [Sliding, Sliding];
  readonly options: Readonly<Record<string, unknown>>;
} {
  const sizes = positivePair(kernel, "conv2d: kernel");
  const strides = positivePair(stride, "conv2d: stride");
  const dilations = positivePair(dilation, "conv2d: dilation");
  const same = padding === "same";
  if (same && strides.some((step) => step > 1)) {
    throw new DomainError(
      `conv2d: padding is "same" and stride ${strides.join(" × ")}, expected stride 1 or a number for padding`,
    );
  }
  const paddings = same
    ? padding
    : paddingPair(padding === "valid" ? 0 : padding, "conv2d: padding");
  const along = (axis: 0 | 1): Sliding => {
    const surplus = dilations[axis] * (sizes[axis] - 1);
    const before = paddings === "same" ? Math.floor(surplus / 2) : paddings[axis];
    const after = paddings === "same" ? surplus - before : before;
    return { kernel: sizes[axis], stride: strides[axis], dilation: dilations[axis], before, after };
  };
  return {
    axes: [along(0), along(1)],
    options: { kernel: sizes, stride: strides, padding: paddings, dilation: dilations },
  };
}
