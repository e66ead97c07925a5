/** Second-order forward differentiation in many variables: exact gradients and Hessians for brute-force tests. */

/** A value with its gradient `[D]` and Hessian `[D, D]`. */
export class Jet {
  readonly value: number;
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;

  constructor(value: number, gradient: Float64Array, hessian: Float64Array) {
    this.value = value;
    this.gradient = gradient;
    this.hessian = hessian;
  }

  /** The variables themselves. */
  static variables(theta: ArrayLike<number>): Jet[] {
    const D = theta.length;
    return Array.from(theta, (value, i) => {
      const gradient = new Float64Array(D);
      gradient[i] = 1;
      return new Jet(value, gradient, new Float64Array(D * D));
    });
  }

  plus(other: Jet | number): Jet {
    if (typeof other === "number") {
      return new Jet(this.value + other, this.gradient, this.hessian);
    }
    return new Jet(
      this.value + other.value,
      this.gradient.map((g, i) => g + other.gradient[i]),
      this.hessian.map((h, i) => h + other.hessian[i]),
    );
  }

  times(other: Jet | number): Jet {
    if (typeof other === "number") {
      return this.map(this.value * other, other, 0);
    }
    const D = this.gradient.length;
    const { value: a, gradient: g } = this;
    const { value: b, gradient: h } = other;
    return new Jet(
      a * b,
      g.map((x, i) => x * b + a * h[i]),
      this.hessian.map((x, t) => {
        const [i, j] = [Math.floor(t / D), t % D];
        return x * b + a * other.hessian[t] + g[i] * h[j] + h[i] * g[j];
      }),
    );
  }

  tanh(): Jet {
    const t = Math.tanh(this.value);
    return this.map(t, 1 - t * t, -2 * t * (1 - t * t));
  }

  exp(): Jet {
    const e = Math.exp(this.value);
    return this.map(e, e, e);
  }

  log(): Jet {
    return this.map(Math.log(this.value), 1 / this.value, -1 / this.value ** 2);
  }

  /** c(this), from c, c′ and c″ there */
  private map(value: number, first: number, second: number): Jet {
    const D = this.gradient.length;
    const g = this.gradient;
    return new Jet(
      value,
      g.map((x) => first * x),
      this.hessian.map((x, t) => first * x + second * g[Math.floor(t / D)] * g[t % D]),
    );
  }
}

/** Σ of jets, at least one. */
export function total(jets: readonly Jet[]): Jet {
  return jets.reduce((sum, jet) => sum.plus(jet));
}
