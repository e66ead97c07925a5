/** The sums of a logistic regression in two parameters, two samples at once. Pointers are byte offsets into memory. */

/**
 * Constants of the exponential, loaded rather than built: log₂ e; 1.5 · 2⁵², which added rounds and leaves the integer
 * in the low bits; the leading 32 bits of ln 2 (so that k times it is exact) and the rest; 1/2!, 1/3!, …, 1/13!; one;
 * the smallest argument.
 */
const CONSTANTS = memory.data<f64>([
  1.4426950408889634, 6755399441055744, 6.93147180369123816490e-1, 1.90821492927058770002e-10,
  1.0 / 2.0, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0, 1.0 / 5040.0, 1.0 / 40320.0,
  1.0 / 362880.0, 1.0 / 3628800.0, 1.0 / 39916800.0, 1.0 / 479001600.0, 1.0 / 6227020800.0,
  1, -700,
]);

@inline function constant(index: usize): v128 {
  return v128.load_splat<f64>(CONSTANTS + (index << 3));
}

@inline function fused(a: v128, b: v128, c: v128): v128 {
  return f64x2.add(a, f64x2.mul(b, c));
}

/** exp(x) for −700 ≤ x ≤ 0: x = k ln 2 + r, the Taylor polynomial of degree 13 by Estrin's scheme, then 2ᵏ. */
@inline function exponential(x: v128): v128 {
  const shifted = fused(constant(1), x, constant(0));
  const k = f64x2.sub(shifted, constant(1));
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(k, constant(2))), f64x2.mul(k, constant(3)));
  const r2 = f64x2.mul(r, r);
  const r4 = f64x2.mul(r2, r2);
  const low = fused(fused(constant(4), constant(5), r), fused(constant(6), constant(7), r), r2);
  const middle = fused(fused(constant(8), constant(9), r), fused(constant(10), constant(11), r), r2);
  const high = fused(fused(constant(12), constant(13), r), fused(constant(14), constant(15), r), r2);
  const tail = fused(r, r2, fused(low, r4, fused(middle, r4, high)));
  const power = i64x2.shl(i64x2.add(shifted, i64x2.splat(1023)), 52);
  return fused(power, power, tail);
}

/** The two halves of a register, added. */
@inline function whole(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

/**
 * Over `pairs` pairs of samples with inputs u and v `[2 · pairs]`, turned so that s = a u + b v speaks against the
 * label: out[0 … 10] = Σ max(s, 0); Σ w u, Σ w v with w = σ(s); Σ w(1 − w) (uu, uv, vv); Σ w² (uu, uv, vv);
 * and of the even and of the odd samples Π (1 + exp(−|s|)). At most 512 pairs: the products grow up to 2^pairs.
 */
export function logisticSums(
  pairs: i32,
  u: usize,
  v: usize,
  a: f64,
  b: f64,
  out: usize,
): void {
  const zero = f64x2.splat(0);
  const one = constant(16);
  const along = f64x2.splat(a);
  const up = f64x2.splat(b);
  let linear = zero, product = one;
  let g0 = zero, g1 = zero;
  let f0 = zero, f1 = zero, f2 = zero;
  let e0 = zero, e1 = zero, e2 = zero;
  for (const end = u + (<usize>pairs << 4); u < end; u += 16, v += 16) {
    const x = v128.load(u);
    const y = v128.load(v);
    const s = f64x2.add(f64x2.mul(along, x), f64x2.mul(up, y));
    const e = exponential(f64x2.pmax(f64x2.neg(f64x2.abs(s)), constant(17)));
    const t = f64x2.add(one, e);
    const large = f64x2.div(one, t);
    const small = f64x2.mul(e, large);
    const positive = f64x2.gt(s, zero);
    const wrong = v128.bitselect(large, small, positive);
    linear = f64x2.add(linear, v128.and(s, positive));
    product = f64x2.mul(product, t);
    const variance = f64x2.mul(small, large);
    const square = f64x2.mul(wrong, wrong);
    const xx = f64x2.mul(x, x), xy = f64x2.mul(x, y), yy = f64x2.mul(y, y);
    g0 = fused(g0, wrong, x);
    g1 = fused(g1, wrong, y);
    f0 = fused(f0, variance, xx);
    f1 = fused(f1, variance, xy);
    f2 = fused(f2, variance, yy);
    e0 = fused(e0, square, xx);
    e1 = fused(e1, square, xy);
    e2 = fused(e2, square, yy);
  }
  store<f64>(out, whole(linear));
  store<f64>(out, whole(g0), 8);
  store<f64>(out, whole(g1), 16);
  store<f64>(out, whole(f0), 24);
  store<f64>(out, whole(f1), 32);
  store<f64>(out, whole(f2), 40);
  store<f64>(out, whole(e0), 48);
  store<f64>(out, whole(e1), 56);
  store<f64>(out, whole(e2), 64);
  v128.store(out, product, 72);
}
