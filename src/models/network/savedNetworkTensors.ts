/** The tensors of a file as parameters and buffers of a network. */
import { FormatError } from "../../errors.ts";
import { type Reals, reals } from "../../linalg/matrix.ts";
import type { Shape } from "./layer.ts";
import type { Network } from "./network.ts";
import type { Part } from "./residual.ts";
import { type Tensor, tensorValues } from "./safetensorsTypes.ts";
import { namedLayers } from "./savedNetworkLayers.ts";
import { shapeText } from "./shape.ts";

type Tensors = ReadonlyMap<string, Tensor>;

/** names that a message lists */
const LISTED = 8;

/**
 * Throws {@link FormatError} unless there is a tensor for each parameter and each buffer of the layers, of its shape,
 * and no other.
 */
export function requireNames(parts: readonly Part[], tensors: Tensors): void {
  const expected = new Map<string, Shape>();
  for (const [layer, { parameters, buffers = [] }] of namedLayers(parts)) {
    for (const { name, shape } of [...parameters, ...buffers]) {
      expected.set(`${layer}.${name}`, shape);
    }
  }
  const missing = [...expected.keys()].filter((name) => !tensors.has(name));
  const surplus = [...tensors.keys()].filter(
    (name) => !expected.has(name) && !isBatchCount(name, expected),
  );
  if (missing.length > 0 || surplus.length > 0) {
    const problems = [
      ...(missing.length > 0 ? [`has no ${listed(missing)}`] : []),
      ...(surplus.length > 0 ? [`has ${listed(surplus)}, which the network has not`] : []),
    ];
    const names = listed([...expected.keys()]);
    throw new FormatError(`saved network: the file ${problems.join(", and ")}; expected ${names}`);
  }
  for (const [name, shape] of expected) {
    const found = shapeText((tensors.get(name) as Tensor).shape);
    if (found !== shapeText(shape)) {
      throw new FormatError(
        `saved network: "${name}" is of shape ${found} in the file, expected ${shapeText(shape)}`,
      );
    }
  }
}

/** PyTorch counts the batches that running statistics come from; nothing depends on it. */
function isBatchCount(name: string, expected: ReadonlyMap<string, unknown>): boolean {
  const suffix = ".num_batches_tracked";
  return name.endsWith(suffix) && expected.has(`${name.slice(0, -suffix.length)}.running_mean`);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, LISTED).map((name) => JSON.stringify(name));
  const rest = names.length - shown.length;
  return `${shown.join(", ") || "no tensors"}${rest > 0 ? ` and ${rest} more` : ""}`;
}

/** θ of tensors that have passed {@link requireNames}. Throws {@link FormatError} where it would be rounded. */
export function parametersFrom<T extends Reals>(network: Network<T>, tensors: Tensors): T {
  const { precision, parameters } = network;
  const like = precision === "float64" ? new Float64Array() : new Float32Array();
  const theta = reals<Reals>(like, parameters) as T;
  for (const { name, offset } of network.views) {
    const tensor = tensors.get(name) as Tensor;
    const values = tensorValues(tensor);
    if (values instanceof Float64Array && precision === "float32") {
      throw new FormatError(
        `saved network: "${name}" is of type ${tensor.type} in the file, expected F32, F16 or BF16: the network is of ` +
          'precision "float32", which would round it',
      );
    }
    theta.set(values, offset);
  }
  return theta;
}

/** The tensors of the layer of a name, by what comes after it, in float64. */
export function buffersFrom(
  tensors: Tensors,
  layer: string,
): Readonly<Record<string, Float64Array>> {
  const prefix = `${layer}.`;
  const own = [...tensors].filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(
    own.map(([name, tensor]) => [
      name.slice(prefix.length),
      Float64Array.from(tensorValues(tensor)),
    ]),
  );
}
