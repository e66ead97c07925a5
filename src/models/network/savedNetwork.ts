/**
 * Networks as safetensors files: parameters and buffers are tensors with PyTorch's names ("0.weight"), and the layers
 * are described in the header, so that a file alone gives the network back.
 */
import type { Precision } from "../../datasets/load.ts";
import { FormatError } from "../../errors.ts";
import type { Reals } from "../../linalg/matrix.ts";
import { brief } from "./brief.ts";
import { requireParameters } from "./checks.ts";
import type { Network } from "./network.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";
import { tensorOf } from "./safetensorsTypes.ts";
import type { LayerMakers } from "./savedNetworkKinds.ts";
import { describeLayers, makeLayers, replaceBuffers } from "./savedNetworkLayers.ts";
import { buffersFrom, parametersFrom, requireNames } from "./savedNetworkTensors.ts";
import { sequential } from "./sequential.ts";

/** The version of the description; a reader takes no other. */
const FORMAT = 1;
/** Where it is in the header's metadata. */
const KEY = "natgrad";

/** A network and its parameters, as they were saved. */
export interface SavedNetwork<T extends Reals> {
  readonly network: Network<T>;
  /** `[D]` */
  readonly theta: T;
}

export interface LoadNetworkOptions {
  /**
   * How to make layers of kinds that are not natgrad's own, by kind; those of natgrad's names are used instead of its
   * own.
   */
  readonly kinds?: LayerMakers;
}

/**
 * A network and θ `[D]` as a safetensors file: to the last bit what {@link loadNetwork} gives back. Other programs find
 * parameters and buffers in it by PyTorch's names; buffers are F64. Throws `ShapeError` for a θ that is not the
 * network's.
 *
 * @example
 * await writeFile("digits.safetensors", saveNetwork(network, theta));
 */
export function saveNetwork<T extends Reals>(network: Network<T>, theta: T): Uint8Array {
  const { precision, seed, inputShape, parameters, views, buffers } = network;
  requireParameters(theta, parameters, precision, "theta");
  const tensors = views.map(({ name, shape, offset, size }) => {
    return [name, tensorOf(theta.subarray(offset, offset + size), shape)] as const;
  });
  const statistics = buffers.map(({ name, shape, values }) => {
    return [name, tensorOf(values, shape)] as const;
  });
  const layers = describeLayers(network.layers);
  const description = { format: FORMAT, precision, seed, inputs: inputShape, layers };
  return writeSafetensors([...tensors, ...statistics], { [KEY]: JSON.stringify(description) });
}

/**
 * The network and θ of a file that {@link saveNetwork} wrote. Throws {@link FormatError} that says what was found and
 * expected: for a file that is truncated or otherwise no safetensors file, without a description of layers, of a newer
 * format, with an unknown kind of layer (naming the known ones), with options that a layer does not take, with tensors
 * that are missing, too many, or of another shape or precision, with layers whose outputs do not fit into memory. What
 * is no bytes at all is a `DomainError`.
 *
 * @example
 * const { network, theta } = loadNetwork(await readFile("digits.safetensors"));
 */
export function loadNetwork(
  file: Uint8Array | ArrayBuffer,
  { kinds = {} }: LoadNetworkOptions = {},
): SavedNetwork<Float32Array> | SavedNetwork<Float64Array> {
  const { tensors, metadata } = readSafetensors(file);
  const { precision, seed, inputs, layers } = descriptionOf(metadata.get(KEY));
  const parts = makeLayers(layers, kinds, (layer) => buffersFrom(tensors, layer));
  // before anything is planned: what a layer says of itself may be of any size
  requireNames(parts, tensors);
  const load = <P extends Precision>(precision: P) => {
    const network = made(() => sequential(parts, { inputs, precision, seed }));
    return { network, theta: parametersFrom(network, tensors) };
  };
  return precision === "float64" ? load("float64") : load("float32");
}

/**
 * The parameters of a file, by name, for a network of the same layers: for files of other programs, such as a
 * `state_dict` of PyTorch's `Sequential`. Where the file has buffers (running statistics), the network that comes back
 * has them, else it is the one that was given. Numbers of a narrower type are widened; PyTorch's counts
 * `num_batches_tracked` are passed over.
 *
 * Throws {@link FormatError} for a file that is no safetensors file, for tensors that are missing, too many, of another
 * shape, or of a type that the network's precision would round.
 *
 * @example
 * const network = sequential([dense(784, 100), relu(), dense(100, 10)]);
 * const { theta } = readParameters(network, await readFile("from-pytorch.safetensors"));
 */
export function readParameters<T extends Reals>(
  network: Network<T>,
  file: Uint8Array | ArrayBuffer,
  { kinds = {} }: LoadNetworkOptions = {},
): SavedNetwork<T> {
  const { tensors } = readSafetensors(file);
  requireNames(network.layers, tensors);
  const theta = parametersFrom(network, tensors);
  if (network.buffers.length === 0) return { network, theta };
  const layers = replaceBuffers(network.layers, kinds, (layer) => buffersFrom(tensors, layer));
  const { precision, seed, inputShape: inputs } = network;
  return { network: sequential(layers, { inputs, precision, seed }) as Network<T>, theta };
}

interface Description {
  readonly precision: Precision;
  readonly seed: number;
  readonly inputs: readonly number[];
  readonly layers: unknown;
}

function descriptionOf(text: string | undefined): Description {
  if (text === undefined) {
    throw new FormatError(
      `saved network: the file has no description of layers ("${KEY}" in its metadata), expected one of saveNetwork; ` +
        "readParameters reads tensors of other programs into a network",
    );
  }
  const description = parse(text);
  const { format, precision, seed, inputs, layers } = description;
  if (format !== FORMAT) {
    throw new FormatError(
      `saved network: found format ${brief(format)}, expected ${FORMAT}; was it written by a newer version?`,
    );
  }
  if (precision !== "float32" && precision !== "float64") {
    throw new FormatError(
      `saved network: precision is ${brief(precision)}, expected "float32" or "float64"`,
    );
  }
  if (!Number.isSafeInteger(seed)) {
    throw new FormatError(`saved network: seed is ${brief(seed)}, expected an integer`);
  }
  const sizes = Array.isArray(inputs) ? inputs : [];
  if (!(sizes.length > 0 && sizes.every((size) => Number.isSafeInteger(size) && size >= 1))) {
    throw new FormatError(`saved network: inputs are ${brief(inputs)}, expected positive integers`);
  }
  return { precision, seed: seed as number, inputs: sizes, layers };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new FormatError(`saved network: its description is no JSON: ${reason}`, { cause });
  }
  if (typeof value !== "object" || value === null) {
    throw new FormatError(`saved network: its description is ${brief(value)}, expected an object`);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** What `make` makes; its errors are those of a file. */
function made<V>(make: () => V): V {
  try {
    return make();
  } catch (cause) {
    throw new FormatError(`saved network: ${(cause as Error).message}`, { cause });
  }
}
