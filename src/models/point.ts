/** θ as what is computed at it holds it. */
import { type Reals, reals, requireFinite, requireLength } from "../linalg/matrix.ts";

/** Copies that nobody changes: they need neither another copy nor another look. */
const held = new WeakSet<Reals>();

/**
 * A copy of θ `[D]`, since its caller goes on to change it; what this function gave before is given back as it is. Not to
 * be changed. Throws `ShapeError` for another length, `DomainError` for an entry that is not finite.
 */
export function heldPoint<T extends Reals>(theta: T, parameters: number): T {
  requireLength(theta.length, parameters, "theta");
  if (held.has(theta)) return theta;
  requireFinite(theta, "theta");
  const own = reals(theta, theta);
  held.add(own);
  return own;
}
