/**
 * Networks as JSON: each layer is its function's name with its arguments, `{ "dense": [4, 8] }` for `dense(4, 8)`,
 * `{ "conv2d": [1, 8, { "kernel": 5 }] }` for `conv2d(1, 8, { kernel: 5 })`, `"relu"` for `relu()`.
 */
import { z } from "zod";
import { nearest } from "../../datasets/nearest.ts";
import { DomainError } from "../../errors.ts";
import { averagePool2d } from "../../models/network/averagePool2d.ts";
import { batchNorm } from "../../models/network/batchNorm.ts";
import { conv2d } from "../../models/network/conv2d.ts";
import { dense } from "../../models/network/dense.ts";
import { dropout } from "../../models/network/dropout.ts";
import { elu } from "../../models/network/elu.ts";
import { flatten } from "../../models/network/flatten.ts";
import { gelu } from "../../models/network/gelu.ts";
import { globalAveragePool2d } from "../../models/network/globalAveragePool2d.ts";
import { initializers } from "../../models/network/initializers.ts";
import { leakyRelu } from "../../models/network/leakyRelu.ts";
import { maxPool2d } from "../../models/network/maxPool2d.ts";
import { relu } from "../../models/network/relu.ts";
import { type Part, residual } from "../../models/network/residual.ts";
import { sigmoid } from "../../models/network/sigmoid.ts";
import { silu } from "../../models/network/silu.ts";
import { softplus } from "../../models/network/softplus.ts";
import { tanh } from "../../models/network/tanh.ts";
import { complaintsOf } from "./complaints.ts";

/** A layer as JSON; what its arguments may be is for {@link partsOf} to say. */
export const layerJson = z.union([z.string(), z.record(z.string(), z.json())], {
  error: 'expected the name of a layer, or its name with arguments as in { "dense": [4, 8] }',
});
export type LayerJson = z.infer<typeof layerJson>;

/** Makes a part of a network from its arguments; throws a `ZodError` where they are not those of its function. */
type Maker = (values: readonly unknown[]) => Part;

const count = z.int().min(1);
const pair = z.union([z.int().min(0), z.tuple([z.int().min(0), z.int().min(0)])], {
  error: "expected an integer or a list of two",
});
const names = Object.keys(initializers) as [keyof typeof initializers];
const initializer = z.enum(names).exactOptional();
const bias = z.boolean().exactOptional();
const pooling = { stride: pair.exactOptional(), padding: pair.exactOptional() };
const nested = z.array(layerJson);

function maker<S extends z.ZodType<readonly unknown[]>>(
  schema: S,
  make: (...values: z.infer<S>) => Part,
): Maker {
  return (values) => make(...schema.parse(values));
}

const plainLayer = (make: () => Part): Maker => maker(z.tuple([]), make);

const makers: Readonly<Record<string, Maker>> = {
  dense: maker(
    z.tuple([count, count, z.strictObject({ bias, initializer }).default({})]),
    (inputs, outputs, options) => dense(inputs, outputs, options),
  ),
  conv2d: maker(
    z.tuple([
      count,
      count,
      z.strictObject({
        kernel: pair,
        stride: pair.exactOptional(),
        padding: z
          .union([pair, z.enum(["same", "valid"])], {
            error: 'expected an integer, a list of two, "same" or "valid"',
          })
          .exactOptional(),
        dilation: pair.exactOptional(),
        groups: count.exactOptional(),
        bias,
        initializer,
      }),
    ]),
    (inputs, outputs, options) => conv2d(inputs, outputs, options),
  ),
  maxPool2d: maker(
    z.tuple([pair, z.strictObject({ ...pooling, dilation: pair.exactOptional() }).default({})]),
    (kernel, options) => maxPool2d(kernel, options),
  ),
  averagePool2d: maker(
    z.tuple([
      pair,
      z.strictObject({ ...pooling, countPadding: z.boolean().exactOptional() }).default({}),
    ]),
    (kernel, options) => averagePool2d(kernel, options),
  ),
  batchNorm: maker(
    z.tuple([
      count,
      z
        .strictObject({
          mean: z.array(z.number()).exactOptional(),
          variance: z.array(z.number()).exactOptional(),
          epsilon: z.number().gt(0).exactOptional(),
        })
        .default({}),
    ]),
    (features, options) => batchNorm(features, options),
  ),
  gelu: maker(
    z.tuple([
      z.strictObject({ approximate: z.enum(["none", "tanh"]).exactOptional() }).default({}),
    ]),
    (options) => gelu(options),
  ),
  leakyRelu: maker(z.tuple([z.number().default(0.01)]), (slope) => leakyRelu(slope)),
  elu: maker(z.tuple([z.number().default(1)]), (alpha) => elu(alpha)),
  dropout: maker(z.tuple([z.number().min(0).lt(1).default(0.5)]), (rate) => dropout(rate)),
  residual: maker(
    z.tuple([nested, z.strictObject({ shortcut: nested.default([]) }).default({ shortcut: [] })]),
    (body, { shortcut }) => residual(partsOf(body), { shortcut: partsOf(shortcut) }),
  ),
  flatten: plainLayer(flatten),
  globalAveragePool2d: plainLayer(globalAveragePool2d),
  relu: plainLayer(relu),
  sigmoid: plainLayer(sigmoid),
  silu: plainLayer(silu),
  softplus: plainLayer(softplus),
  tanh: plainLayer(tanh),
};

/**
 * The layers of a network. `{ "reuse": 2 }` is layer 2 of the same list once more, with the same weights. Throws
 * {@link DomainError} that names the layer and says what was found and expected.
 *
 * @example
 * sequential(partsOf([{ dense: [4, 8] }, "tanh", { dense: [8, 3] }]));
 */
export function partsOf(layers: readonly LayerJson[]): Part[] {
  const parts: Part[] = [];
  for (const [i, json] of layers.entries()) parts.push(partOf(json, i, parts));
  return parts;
}

function partOf(json: LayerJson, i: number, earlier: readonly Part[]): Part {
  const entries: [string, unknown][] =
    typeof json === "string" ? [[json, []]] : Object.entries(json);
  if (entries.length !== 1) {
    throw new DomainError(
      `layer ${i} has ${entries.length} names, expected one, e.g. { "dense": [4, 8] }`,
    );
  }
  const [name, given] = entries[0];
  if (name === "reuse") return reused(given, i, earlier);
  const make = Object.hasOwn(makers, name) ? makers[name] : undefined;
  if (!make) {
    const known = Object.keys(makers);
    const near = nearest(name, known);
    throw new DomainError(
      `layer ${i}: there is no layer ${JSON.stringify(name)}${near ? `; did you mean ${near}?` : ""} ` +
        `(known: ${[...known, "reuse"].join(", ")})`,
    );
  }
  try {
    return make(argumentsOf(given));
  } catch (error) {
    if (!(error instanceof z.ZodError)) {
      if (error instanceof DomainError) throw new DomainError(`layer ${i}: ${error.message}`);
      throw error;
    }
    const [{ path, text }] = complaintsOf(error.issues, argumentsOf(given));
    const place = path.length > 0 ? `, argument ${path.map(String).join(".")}` : "";
    throw new DomainError(`layer ${i} (${name})${place}: ${text}`);
  }
}

/** `[…]` are the arguments, `{}` none of them, anything else the only one. */
function argumentsOf(given: unknown): readonly unknown[] {
  if (Array.isArray(given)) return given;
  const empty = typeof given === "object" && given !== null && Object.keys(given).length === 0;
  return empty ? [] : [given];
}

function reused(given: unknown, i: number, earlier: readonly Part[]): Part {
  if (Number.isInteger(given)) {
    const part = earlier[given as number];
    if (part) return part;
  }
  throw new DomainError(
    `layer ${i}: reuse is ${JSON.stringify(given)}, expected the number of a layer before it, from 0`,
  );
}
