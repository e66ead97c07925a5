/** Where each layer of a network stands: shapes along the way, and places in θ. */
import { ShapeError } from "../../errors.ts";
import { chain } from "./chain.ts";
import { fork } from "./fork.ts";
import type { Layer, Shape } from "./layer.ts";
import { leafStep } from "./leafStep.ts";
import { isResidual, type Part, type Residual } from "./residual.ts";
import { requireRoom } from "./room.ts";
import { shapeText, sizeOf } from "./shape.ts";
import type { Step } from "./step.ts";

/** The places in θ that have been given away. */
interface Places {
  readonly offsets: Map<Layer, number>;
  /** D so far */
  total: number;
  /** the activations of one example so far, inputs included */
  activations: number;
}

/**
 * The steps of `parts` on inputs of a shape. Throws {@link ShapeError} that names the layer that does not fit: to the
 * one before it, or into memory, for θ or for what one example's forward pass holds.
 */
export function plan(parts: readonly Part[], inputShape: Shape): Step {
  const activations = sizeOf(inputShape);
  requireRoom(activations, `inputs ${shapeText(inputShape)}`);
  return planChain(parts, inputShape, "", { offsets: new Map(), total: 0, activations });
}

function planChain(
  parts: readonly Part[],
  inputShape: Shape,
  prefix: string,
  places: Places,
): Step {
  const steps: Step[] = [];
  let shape = inputShape;
  parts.forEach((part, i) => {
    const name = `${prefix}${i}`;
    const step = isResidual(part)
      ? planFork(part, shape, name, places)
      : planLeaf(part, shape, name, places);
    steps.push(step);
    shape = step.outputShape;
  });
  return chain(inputShape, steps);
}

function planFork(block: Residual, shape: Shape, name: string, places: Places): Step {
  const body = planChain(block.body, shape, `${name}.`, places);
  const shortcut = planChain(block.shortcut, shape, `${name}.shortcut.`, places);
  const [mine, others] = [shapeText(body.outputShape), shapeText(shortcut.outputShape)];
  if (mine !== others) {
    throw new ShapeError(
      `layer ${name} (residual): the body's outputs are ${mine}, those of the shortcut ${others}; ` +
        "they are added and must agree",
    );
  }
  return fork(name, body, shortcut);
}

/** A layer that was met before keeps its place: its weights are tied. */
function planLeaf(layer: Layer, inputShape: Shape, name: string, places: Places): Step {
  const size = layer.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const offset = places.offsets.get(layer) ?? places.total;
  if (!places.offsets.has(layer)) {
    places.offsets.set(layer, offset);
    places.total += size;
  }
  const outputShape = atLayer(name, layer, () => {
    requireRoom(places.total, "parameters");
    const shape = layer.outputShape(inputShape);
    places.activations += sizeOf(shape);
    requireRoom(places.activations, `outputs ${shapeText(shape)} and all before them`);
    return shape;
  });
  return leafStep({ name, layer, inputShape, outputShape, offset, size });
}

/** What `find` finds; its errors name the layer. */
function atLayer(name: string, { kind }: Layer, find: () => Shape): Shape {
  try {
    return find();
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new ShapeError(`layer ${name} (${kind}): ${error.message}`, { cause: error });
  }
}
