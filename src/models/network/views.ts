/** The arrays of a network by name. */
import { DomainError } from "../../errors.ts";
import type { Shape } from "./layer.ts";
import { sizeOf } from "./shape.ts";
import type { Leaf } from "./step.ts";

/** One array of parameters in θ. */
export interface ParameterView {
  /** e.g. "0.weight", as PyTorch's `Sequential` names it */
  readonly name: string;
  /** e.g. `[out, in]` */
  readonly shape: Shape;
  /** index in θ of its first entry; row-major from there on */
  readonly offset: number;
  readonly size: number;
}

/** An array that is no parameter, e.g. "1.running_mean". */
export interface BufferView {
  readonly name: string;
  readonly shape: Shape;
  readonly values: Float64Array;
}

/** The parameters of one layer, in the order of θ. */
export function parameterViews({ name, layer, offset }: Leaf): ParameterView[] {
  let next = offset;
  return layer.parameters.map((parameter) => {
    const { shape } = parameter;
    const view = { name: `${name}.${parameter.name}`, shape, offset: next, size: sizeOf(shape) };
    next += view.size;
    return view;
  });
}

/** The buffers of one layer. */
export function bufferViews({ name, layer }: Leaf): BufferView[] {
  return (layer.buffers ?? []).map((buffer) => ({ ...buffer, name: `${name}.${buffer.name}` }));
}

/** The view of a name. Throws {@link DomainError} that lists those that there are. */
export function viewOf(views: readonly ParameterView[], name: string): ParameterView {
  const found = views.find((view) => view.name === name);
  if (!found) {
    const names = views.map((view) => view.name).join(", ");
    throw new DomainError(`no parameters are named "${name}"; this network has ${names || "none"}`);
  }
  return found;
}
