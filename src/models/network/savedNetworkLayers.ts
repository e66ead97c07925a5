/** Layers as plain JSON, and back. */
import { DomainError, FormatError } from "../../errors.ts";
import { brief, jsonText } from "./brief.ts";
import type { Layer } from "./layer.ts";
import { isResidual, type Part, residual } from "./residual.ts";
import { type LayerMakers, layerKinds } from "./savedNetworkKinds.ts";

/** The buffers of the layer of a name. */
type BuffersOf = (layer: string) => Readonly<Record<string, Float64Array>>;

/** How deeply blocks may be nested in a file. */
const DEEPEST = 100;

/** A layer, a later use of the layer of a name, or a residual block. */
type Description =
  | { readonly kind: string; readonly options: Layer["options"] }
  | { readonly same: string }
  | {
      readonly kind: "residual";
      readonly body: readonly Description[];
      readonly shortcut: readonly Description[];
    };

/** The layers of a network as plain JSON. */
export function describeLayers(parts: readonly Part[]): readonly Description[] {
  const names = new Map<Layer, string>();
  const describe = (part: Part, name: string): Description => {
    if (isResidual(part)) {
      const body = part.body.map((inner, i) => describe(inner, `${name}.${i}`));
      const shortcut = part.shortcut.map((inner, i) => describe(inner, `${name}.shortcut.${i}`));
      return { kind: "residual", body, shortcut };
    }
    const same = names.get(part);
    if (same !== undefined) return { same };
    names.set(part, name);
    return { kind: part.kind, options: part.options };
  };
  return parts.map((part, i) => describe(part, `${i}`));
}

/** Each layer of a network once, by the name of its first use. */
export function namedLayers(parts: readonly Part[]): ReadonlyMap<string, Layer> {
  const names = new Map<Layer, string>();
  const visit = (part: Part, name: string): void => {
    if (!isResidual(part)) {
      if (!names.has(part)) names.set(part, name);
      return;
    }
    part.body.forEach((inner, i) => {
      visit(inner, `${name}.${i}`);
    });
    part.shortcut.forEach((inner, i) => {
      visit(inner, `${name}.shortcut.${i}`);
    });
  };
  parts.forEach((part, i) => {
    visit(part, `${i}`);
  });
  return new Map([...names].map(([layer, name]) => [name, layer]));
}

/** The layers of a description. Throws {@link FormatError} naming the layer for what is no such description. */
export function makeLayers(
  description: unknown,
  kinds: LayerMakers,
  buffersOf: BuffersOf,
): readonly Part[] {
  const known = new Map<string, Layer>();
  const makers = { ...layerKinds, ...kinds };
  const chain = (value: unknown, what: string, prefix: string, depth: number): Part[] => {
    if (!Array.isArray(value)) throw new FormatError(`saved network: ${what} are no list`);
    return value.map((part: unknown, i) => make(part, `${prefix}${i}`, depth));
  };
  const make = (value: unknown, name: string, depth: number): Part => {
    const { kind, options = {}, same, body, shortcut } = (value ?? {}) as Record<string, unknown>;
    if (typeof same === "string") {
      const layer = known.get(same);
      if (layer) return layer;
      throw new FormatError(
        `saved network: layer ${name} is said to be the same as ${brief(same)}, expected a layer before it`,
      );
    }
    if (kind === "residual") {
      if (depth === DEEPEST) {
        throw new FormatError(
          `saved network: layer ${name} is in ${DEEPEST} blocks, expected less than that`,
        );
      }
      const inner = chain(body, `the layers of block ${name}`, `${name}.`, depth + 1);
      const around = chain(
        shortcut,
        `the layers around block ${name}`,
        `${name}.shortcut.`,
        depth + 1,
      );
      return residual(inner, { shortcut: around });
    }
    const layer = makeLayer(name, kind, options, makers, buffersOf);
    known.set(name, layer);
    return layer;
  };
  return chain(description, "the layers", "", 0);
}

/** The same layers with the buffers of a file. */
export function replaceBuffers(
  parts: readonly Part[],
  kinds: LayerMakers,
  buffersOf: BuffersOf,
): readonly Part[] {
  const replaced = new Map<Layer, Layer>();
  const makers = { ...layerKinds, ...kinds };
  const replace = (part: Part, name: string): Part => {
    if (isResidual(part)) {
      const body = part.body.map((inner, i) => replace(inner, `${name}.${i}`));
      const shortcut = part.shortcut.map((inner, i) => replace(inner, `${name}.shortcut.${i}`));
      return residual(body, { shortcut });
    }
    if (!part.buffers?.length) return part;
    const layer = replaced.get(part) ?? makeLayer(name, part.kind, part.options, makers, buffersOf);
    replaced.set(part, layer);
    return layer;
  };
  return parts.map((part, i) => replace(part, `${i}`));
}

function makeLayer(
  name: string,
  kind: unknown,
  options: unknown,
  makers: LayerMakers,
  buffersOf: BuffersOf,
): Layer {
  const maker = typeof kind === "string" && Object.hasOwn(makers, kind) && makers[kind];
  if (!maker) {
    throw new FormatError(
      `saved network: layer ${name} has ${kind === undefined ? "no kind" : `the unknown kind ${brief(kind)}`}, expected one of ` +
        `${Object.keys(makers).join(", ")}; other kinds can be given with the option kinds`,
    );
  }
  const fail = (problem: string, cause?: unknown): FormatError =>
    new FormatError(`saved network: layer ${name} (${kind}): ${problem}`, { cause });
  if (typeof options !== "object" || options === null) {
    throw fail(`options are ${brief(options)}, expected an object`);
  }
  try {
    const layer = maker(options as Layer["options"], buffersOf(name));
    requireOptions(layer, options as Layer["options"]);
    return layer;
  } catch (cause) {
    throw fail((cause as Error).message, cause);
  }
}

/** Throws {@link DomainError} where an option was not taken as it was given: nothing in a file is passed over. */
function requireOptions(layer: Layer, options: Layer["options"]): void {
  for (const [name, value] of Object.entries(options)) {
    const known = Object.hasOwn(layer.options, name);
    const taken = jsonText(layer.options[name]);
    if (known && jsonText(value) === taken) continue;
    throw new DomainError(
      `option ${name} is ${brief(value)}, but such a layer has ${known ? taken : "no such option"}`,
    );
  }
}
