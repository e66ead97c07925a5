/** Ellipses of covariances around a minimum. */
import { damped, eigen, type Point, type Symmetric } from "../../compute/planar.ts";
import type { AtMinimum } from "./atMinimum.ts";

/** Radius of the ellipses in standard deviations, as in the paper. */
export const RADIUS = 3;

export type Approximation = "fisher" | "empirical" | "hessian" | "sandwich";
export const approximations: readonly Approximation[] = [
  "fisher",
  "empirical",
  "hessian",
  "sandwich",
];

/**
 * The covariance of the estimate that each approximation stands for, N samples: F⁻¹/N, F̃⁻¹/N, H⁻¹/N and the sandwich
 * H⁻¹F̃H⁻¹/N. null where the matrix is singular.
 */
export function covarianceOf(
  which: Approximation,
  { fisher, empirical, hessian }: AtMinimum,
  samples: number,
): Symmetric | null {
  if (which === "sandwich") {
    const bread = inverse(hessian);
    return bread && scaled(sandwich(bread, empirical), 1 / samples);
  }
  const inverted = inverse({ fisher, empirical, hessian }[which]);
  return inverted && scaled(inverted, 1 / samples);
}

function inverse([a, b, c]: Symmetric): Symmetric | null {
  const determinant = a * c - b * b;
  if (!(determinant > 1e-12 * a * c)) return null;
  return [c / determinant, -b / determinant, a / determinant];
}

/** B M B */
function sandwich([a, b, c]: Symmetric, [p, q, r]: Symmetric): Symmetric {
  const [s, t] = [a * p + b * q, a * q + b * r];
  const [u, v] = [b * p + c * q, b * q + c * r];
  return [s * a + t * b, s * b + t * c, u * b + v * c];
}

function scaled([a, b, c]: Symmetric, factor: number): Symmetric {
  return damped([a * factor, b * factor, c * factor], 0);
}

/** centre + radius · V^½ u, closed. */
export function ellipse([x, y]: Point, covariance: Symmetric, radius: number, count = 96): Point[] {
  const { values, major } = eigen(covariance);
  const [s, t] = [radius * Math.sqrt(values[1]), radius * Math.sqrt(Math.max(0, values[0]))];
  return Array.from({ length: count + 1 }, (_, k): Point => {
    const angle = (2 * Math.PI * k) / count;
    const [u, v] = [s * Math.cos(angle), t * Math.sin(angle)];
    return [x + u * major[0] - v * major[1], y + u * major[1] + v * major[0]];
  });
}

/** How wide a window around the minimum should be, half of it: the ellipses fit, the Fisher's fills about half. */
export function reach(at: AtMinimum, samples: number): number {
  const extent = (which: Approximation): number => {
    const covariance = covarianceOf(which, at, samples);
    return covariance ? RADIUS * Math.sqrt(eigen(covariance).values[1]) : 0;
  };
  const usual = extent("fisher") || 1;
  const largest = Math.max(...approximations.map(extent), usual);
  return Math.max(1.7 * usual, 1.15 * Math.min(largest, 4 * usual));
}
