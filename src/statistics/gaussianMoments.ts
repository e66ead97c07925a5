/** Moments of Gaussian responses: Hermite polynomials of the standardized residual. */
import { columns, type Group, type MomentFamily, products } from "./momentFamily.ts";

/** y ~ N(f, σ²/w), σ² known, in units of σ: with u = √w (y − f)/σ, s = u √w x and d = (u² − 1) w x xᵀ. */
export function knownGaussian(variance: number): MomentFamily {
  const sigma = Math.sqrt(variance);
  return {
    groups: [products, columns],
    active: [[1], [0]],
    fill({ outputs, start, target, weight, psi, a }) {
      const root = Math.sqrt(weight);
      const u = (root * (target - outputs[start])) / sigma;
      psi[0] = u;
      psi[1] = (u * u - 1) / Math.SQRT2;
      a[0] = 0;
      a[1] = root;
      a[2] = Math.SQRT2 * weight;
      a[3] = 0;
    },
    differentiate({ weight, psi }, derivative) {
      derivative[0] = -2 * psi[0] * weight * Math.sqrt(weight);
    },
  };
}

/**
 * The same with σ² as a parameter. In units of σ the indicators are He₂(u) x xᵀ, He₃(u) x / 2 and He₄(u) / 4, the
 * scores u x and He₂(u) / 2: heteroskedasticity, skewness and kurtosis (Hall 1987, Cameron & Trivedi 1990).
 */
export function gaussianMoments(variance: number, diagonal: boolean): MomentFamily {
  const sigma = Math.sqrt(variance);
  const skewness: Group[] = diagonal ? [] : [{ basis: "columns", score: false }];
  const groups: Group[] = [
    products,
    ...skewness,
    { basis: "one", score: false },
    columns,
    { basis: "one", score: true },
  ];
  const G = groups.length;
  const [kurtosis, slope, scale] = [G - 3, G - 2, G - 1];
  return {
    groups,
    active: [[slope], [0, scale], ...(diagonal ? [] : [[1]]), [kurtosis]],
    fill({ outputs, start, target, weight, psi, a }) {
      const root = Math.sqrt(weight);
      const u = (root * (target - outputs[start])) / sigma;
      const square = u * u;
      const third = (u * (square - 3)) / Math.sqrt(6);
      const fourth = (square * (square - 6) + 3) / Math.sqrt(24);
      a.fill(0);
      psi[0] = u;
      a[slope] = root;
      psi[1] = (square - 1) / Math.SQRT2;
      a[G] = Math.SQRT2 * weight;
      a[G + scale] = Math.SQRT1_2;
      if (!diagonal) {
        psi[2] = third;
        a[2 * G + 1] = (Math.sqrt(6) / 2) * root;
      }
      const last = diagonal ? 2 : 3;
      psi[last] = fourth;
      a[last * G + kurtosis] = Math.sqrt(24) / 4;
    },
    differentiate({ weight, psi }, derivative) {
      const u = psi[0];
      const root = Math.sqrt(weight);
      const he2 = u * u - 1;
      const he3 = u * (u * u - 3);
      const he4 = u * u * (u * u - 6) + 3;
      derivative[0] = -2 * u * root * weight;
      derivative[1] = -(2 * u * u - 1) * weight;
      if (!diagonal) {
        derivative[2] = -1.5 * he2 * weight;
        derivative[3] = -0.75 * (u * he2 + he3) * root;
      }
      derivative[2 * kurtosis] = -he3 * root;
      derivative[2 * kurtosis + 1] = -0.5 * (u * he3 + he4);
    },
  };
}
