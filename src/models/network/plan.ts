/** Where each layer of a network stands: shapes along the way, and places in θ. */
import { ShapeError } from "../../errors.ts";
import { chain } from "./chain.ts";
import { fork } from "./fork.ts";
import type { Layer, Shape } from "./layer.ts";
import { leafStep } from "./leafStep.ts";
import { isResidual, type Part, type Residual } from "./residual.ts";
import { shapeText, sizeOf } from "./shape.ts";
import type { Step } from "./step.ts";

/** The places in θ that have been given away. */
interface Places {
  readonly offsets: Map<Layer, number>;
  /** D so far */
  total: number;
}

/** The steps of `parts` on inputs of a shape. Throws {@link ShapeError} that names the layer that does not fit. */
export function plan(parts: readonly Part[], inputShape: Shape): Step {
  return planChain(parts, inputShape, "", { offsets: new Map(), total: 0 });
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
  const outputShape = outputShapeOf(layer, inputShape, name);
  return leafStep({ name, layer, inputShape, outputShape, offset, size });
}

function outputShapeOf(layer: Layer, inputShape: Shape, name: string): Shape {
  try {
    return layer.outputShape(inputShape);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new ShapeError(`layer ${name} (${layer.kind}): ${error.message}`, { cause: error });
  }
}
