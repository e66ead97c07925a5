/** Shapes of activations, and what layers ask of their options. */
import { DomainError, ShapeError } from "../../errors.ts";
import type { Shape } from "./layer.ts";

/** The number of entries. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** As messages show it, e.g. "[3, 28, 28]". */
export function shapeText(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** Throws {@link ShapeError} unless `found` is `expected`. */
export function requireShape(found: Shape, expected: Shape): void {
  if (found.length !== expected.length || found.some((size, i) => size !== expected[i])) {
    const hint = found.length === 3 && expected.length === 1 ? "; flatten() makes a vector" : "";
    throw new ShapeError(
      `found inputs ${shapeText(found)}, expected ${shapeText(expected)}${hint}`,
    );
  }
}

/** Throws {@link DomainError} unless `value` is finite. */
export function requireFiniteOption(value: number, what: string): void {
  if (!Number.isFinite(value)) {
    throw new DomainError(`${what} is ${value}, expected a finite number`);
  }
}

/** Throws {@link DomainError} unless `count` is a positive integer. */
export function requireCount(count: number, what: string): void {
  if (!(Number.isSafeInteger(count) && count >= 1)) {
    throw new DomainError(`${what} is ${count}, expected a positive integer`);
  }
}
