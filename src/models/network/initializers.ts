/**
 * Initial weights: drawn in float64 from a generator that is handed in, so that float32 and float64 networks of one
 * seed start at the same place up to rounding.
 */
import { DomainError } from "../../errors.ts";
import type { Generator } from "../../random/generator.ts";
import type { Shape } from "./layer.ts";
import { sizeOf } from "./shape.ts";

/** How many inputs one output of a layer sums over, and how many outputs one input enters. */
export interface Fans {
  readonly inputs: number;
  readonly outputs: number;
}

/** How a layer's weights and biases start. */
export interface Initializer {
  /** the name by which a file knows it */
  readonly name: string;
  /** fills `values` */
  weight(values: Float64Array, fans: Fans, random: Generator): void;
  /** fills `values`; `fans` are those of the weight */
  bias(values: Float64Array, fans: Fans, random: Generator): void;
}

/**
 * Fans of a weight `[out, in]` or `[out, in / groups, height, width]`: both times the size of the kernel, with
 * neither the groups in the outputs nor the stride taken into account, as in PyTorch and Keras.
 */
export function fansOf([outputs, inputs, ...kernel]: Shape): Fans {
  const size = sizeOf(kernel);
  return { inputs: inputs * size, outputs: outputs * size };
}

type Scale = (fans: Fans) => number;

const uniform =
  (bound: Scale): Initializer["weight"] =>
  (values, fans, random) => {
    const b = bound(fans);
    for (let i = 0; i < values.length; i++) values[i] = b * (2 * random.uniform() - 1);
  };

const normal =
  (deviation: Scale): Initializer["weight"] =>
  (values, fans, random) => {
    const s = deviation(fans);
    for (let i = 0; i < values.length; i++) values[i] = s * random.normal();
  };

const zero: Initializer["bias"] = (values) => {
  values.fill(0);
};

const glorot: Scale = ({ inputs, outputs }) => Math.sqrt(2 / (inputs + outputs));
const he: Scale = ({ inputs }) => Math.sqrt(2 / inputs);
const lecun: Scale = ({ inputs }) => Math.sqrt(1 / inputs);
/** the bound of a uniform distribution with a standard deviation */
const wide =
  (deviation: Scale): Scale =>
  (fans) =>
    Math.sqrt(3) * deviation(fans);

const torch = uniform(({ inputs }) => 1 / Math.sqrt(inputs));

const catalogue = {
  /** PyTorch's default: weight and bias uniform on ±1/√fan_in */
  torch: { weight: torch, bias: torch },
  /** Keras' default: {@link initializers.glorotUniform} */
  keras: { weight: uniform(wide(glorot)), bias: zero },
  /** uniform with variance 2 / (fan_in + fan_out), bias 0 (Glorot and Bengio 2010, eq. 16) */
  glorotUniform: { weight: uniform(wide(glorot)), bias: zero },
  /** normal with variance 2 / (fan_in + fan_out), bias 0 */
  glorotNormal: { weight: normal(glorot), bias: zero },
  /** uniform with variance 2 / fan_in, bias 0: keeps the scale through relu (He et al. 2015, eq. 10) */
  heUniform: { weight: uniform(wide(he)), bias: zero },
  /** normal with variance 2 / fan_in, bias 0 */
  heNormal: { weight: normal(he), bias: zero },
  /** uniform with variance 1 / fan_in, bias 0 (LeCun et al. 1998, eq. 16) */
  lecunUniform: { weight: uniform(wide(lecun)), bias: zero },
  /** normal with variance 1 / fan_in, bias 0 */
  lecunNormal: { weight: normal(lecun), bias: zero },
} as const;

export type InitializerName = keyof typeof catalogue;

/**
 * The initializers by name. Normal draws are not truncated (Keras truncates its own at two deviations). None is
 * multiplied by a gain but He's, whose √2 is relu's.
 */
export const initializers: Readonly<Record<InitializerName, Initializer>> = Object.fromEntries(
  Object.entries(catalogue).map(([name, draws]) => [name, { name, ...draws }]),
) as Record<InitializerName, Initializer>;

/** The initializer itself, or that of a name. Throws {@link DomainError} for an unknown name. */
export function initializerOf(choice: Initializer | InitializerName): Initializer {
  if (typeof choice !== "string") return choice;
  const found = Object.hasOwn(initializers, choice) ? initializers[choice] : undefined;
  if (!found) {
    throw new DomainError(
      `initializer is "${choice}", expected one of ${Object.keys(initializers).join(", ")}`,
    );
  }
  return found;
}
