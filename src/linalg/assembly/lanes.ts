/**
 * Kernels over lanes: many small problems of one shape solved side by side. Entry (i, lane) of a
 * [rows, lanes] array lies at row i, contiguous in the lane, so that each SIMD register holds the
 * same entry of two problems and no kernel needs a horizontal sum. `lanes` is always a multiple of 16. Pointers
 * are byte offsets into the imported memory; sizes are in elements.
 */

@inline function at(base: usize, index: i32): usize {
  return base + (<usize>index << 3);
}

/**
 * out[m, lanes] = A[m, k] · W[k, lanes]; m a multiple of 4, lanes of 4. A comes in panels of four rows,
 * each stored column after column, so that one pointer walks through it.
 */
export function denseTimesLanes(m: i32, k: i32, lanes: i32, A: usize, W: usize, out: usize): void {
  const stride = <usize>lanes << 3;
  for (let j = 0; j < lanes; j += 4) {
    let a = A;
    for (let i = 0; i < m; i += 4) {
      let c00 = f64x2.splat(0), c01 = c00, c10 = c00, c11 = c00;
      let c20 = c00, c21 = c00, c30 = c00, c31 = c00;
      let w = at(W, j);
      for (const end = a + (<usize>k << 5); a < end; a += 32) {
        const w0 = v128.load(w), w1 = v128.load(w, 16);
        let x = v128.load_splat<f64>(a);
        c00 = f64x2.add(c00, f64x2.mul(x, w0));
        c01 = f64x2.add(c01, f64x2.mul(x, w1));
        x = v128.load_splat<f64>(a, 8);
        c10 = f64x2.add(c10, f64x2.mul(x, w0));
        c11 = f64x2.add(c11, f64x2.mul(x, w1));
        x = v128.load_splat<f64>(a, 16);
        c20 = f64x2.add(c20, f64x2.mul(x, w0));
        c21 = f64x2.add(c21, f64x2.mul(x, w1));
        x = v128.load_splat<f64>(a, 24);
        c30 = f64x2.add(c30, f64x2.mul(x, w0));
        c31 = f64x2.add(c31, f64x2.mul(x, w1));
        w += stride;
      }
      let c = at(out, i * lanes + j);
      v128.store(c, c00);
      v128.store(c, c01, 16);
      c += stride;
      v128.store(c, c10);
      v128.store(c, c11, 16);
      c += stride;
      v128.store(c, c20);
      v128.store(c, c21, 16);
      c += stride;
      v128.store(c, c30);
      v128.store(c, c31, 16);
    }
  }
}

/** out[m, lanes] = A · W[·, lanes] for A in compressed rows (int32 pointers and columns); lanes a multiple of 16. */
export function sparseTimesLanes(
  m: i32,
  lanes: i32,
  rowPointers: usize,
  columns: usize,
  values: usize,
  W: usize,
  out: usize,
): void {
  const stride = <usize>lanes << 3;
  for (let i = 0; i < m; i++) {
    const from = load<i32>(rowPointers + (<usize>i << 2));
    const to = load<i32>(rowPointers + (<usize>(i + 1) << 2));
    for (let j = 0; j < lanes; j += 16) {
      let c0 = f64x2.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
      const base = at(W, j);
      for (let p = from; p < to; p++) {
        const w = base + <usize>load<u32>(columns + (<usize>p << 2)) * stride;
        const x = v128.load_splat<f64>(at(values, p));
        c0 = f64x2.add(c0, f64x2.mul(x, v128.load(w)));
        c1 = f64x2.add(c1, f64x2.mul(x, v128.load(w, 16)));
        c2 = f64x2.add(c2, f64x2.mul(x, v128.load(w, 32)));
        c3 = f64x2.add(c3, f64x2.mul(x, v128.load(w, 48)));
        c4 = f64x2.add(c4, f64x2.mul(x, v128.load(w, 64)));
        c5 = f64x2.add(c5, f64x2.mul(x, v128.load(w, 80)));
        c6 = f64x2.add(c6, f64x2.mul(x, v128.load(w, 96)));
        c7 = f64x2.add(c7, f64x2.mul(x, v128.load(w, 112)));
      }
      const c = at(out, i * lanes + j);
      v128.store(c, c0);
      v128.store(c, c1, 16);
      v128.store(c, c2, 32);
      v128.store(c, c3, 48);
      v128.store(c, c4, 64);
      v128.store(c, c5, 80);
      v128.store(c, c6, 96);
      v128.store(c, c7, 112);
    }
  }
}

const LN2: f64 = 0.6931471805599453;

/**
 * Constants of the exponential, in memory because a register filled from memory is one instruction where one
 * filled with a constant is three: log₂ e; 1.5 · 2⁵², which added rounds and leaves the integer in the low bits;
 * the leading 32 bits of ln 2 (so that k times it is exact) and the rest; 1/2!, 1/3!, …, 1/13!; one; the largest
 * argument and the smallest.
 */
const EXPONENTIAL = memory.data<f64>([
  1.4426950408889634, 6755399441055744, 6.93147180369123816490e-1, 1.90821492927058770002e-10,
  1.0 / 2.0, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0, 1.0 / 5040.0, 1.0 / 40320.0,
  1.0 / 362880.0, 1.0 / 3628800.0, 1.0 / 39916800.0, 1.0 / 479001600.0, 1.0 / 6227020800.0,
  1, 700, -700,
]);

/** exp(x) for |x| ≤ 700, below one unit in the last place: x = k ln 2 + r, Taylor to r¹³ (Estrin's scheme), then 2ᵏ. */
@inline function exponential(x: v128): v128 {
  const t = EXPONENTIAL;
  const rounding = v128.load_splat<f64>(t, 8);
  const shifted = f64x2.add(f64x2.mul(x, v128.load_splat<f64>(t)), rounding);
  const k = f64x2.sub(shifted, rounding);
  const r = f64x2.sub(
    f64x2.sub(x, f64x2.mul(k, v128.load_splat<f64>(t, 16))),
    f64x2.mul(k, v128.load_splat<f64>(t, 24)),
  );
  const a = f64x2.add(v128.load_splat<f64>(t, 32), f64x2.mul(v128.load_splat<f64>(t, 40), r));
  const b = f64x2.add(v128.load_splat<f64>(t, 48), f64x2.mul(v128.load_splat<f64>(t, 56), r));
  const c = f64x2.add(v128.load_splat<f64>(t, 64), f64x2.mul(v128.load_splat<f64>(t, 72), r));
  const d = f64x2.add(v128.load_splat<f64>(t, 80), f64x2.mul(v128.load_splat<f64>(t, 88), r));
  const g = f64x2.add(v128.load_splat<f64>(t, 96), f64x2.mul(v128.load_splat<f64>(t, 104), r));
  const h = f64x2.add(v128.load_splat<f64>(t, 112), f64x2.mul(v128.load_splat<f64>(t, 120), r));
  const r2 = f64x2.mul(r, r), r4 = f64x2.mul(r2, r2);
  const low = f64x2.add(a, f64x2.mul(b, r2)), middle = f64x2.add(c, f64x2.mul(d, r2));
  const high = f64x2.add(g, f64x2.mul(h, r2));
  const s = f64x2.add(low, f64x2.mul(r4, f64x2.add(middle, f64x2.mul(r4, high))));
  const tail = f64x2.add(r, f64x2.mul(r2, s));
  const scale = i64x2.shl(i64x2.add(shifted, i64x2.splat(1023)), 52);
  return f64x2.add(scale, f64x2.mul(scale, tail));
}

/**
 * Logistic regression with probabilities clipped to [clip, 1 − clip], for outputs f[n, lanes] and
 * labels y[n] in {0, 1}. Writes the residual p − y, the weight (p(1 − p) where `fisher` is 1, (p − y)²
 * where it is 0) and, per lane, the mean loss −(1/n) Σ log p(y). `work` has room for `lanes` int64.
 */
export function clippedLogistic(
  n: i32,
  lanes: i32,
  f: usize,
  y: usize,
  clip: f64,
  fisher: i32,
  residual: usize,
  weight: usize,
  loss: usize,
  work: usize,
): void {
  const one = v128.load_splat<f64>(EXPONENTIAL, 128);
  const largest = v128.load_splat<f64>(EXPONENTIAL, 136);
  const smallest = v128.load_splat<f64>(EXPONENTIAL, 144);
  const low = f64x2.splat(clip), high = f64x2.splat(1 - clip), sign = f64x2.splat(-0.0);
  const mantissa = i64x2.splat(0x000fffffffffffff), bias = i64x2.splat(1023);
  // Σ log p as the logarithm of a product, whose exponent is split off before it can underflow.
  for (let j = 0; j < lanes; j += 2) {
    v128.store(at(loss, j), one);
    v128.store(at(work, j), i64x2.splat(0));
  }
  for (let i = 0; i < n; i++) {
    // with s = (1 − 2y) f the label's probability is σ(−s), and the residual is σ(s) up to its sign
    const flip = load<f64>(at(y, i)) == 1 ? sign : f64x2.splat(0);
    for (let j = 0; j < lanes; j += 2) {
      const here = i * lanes + j;
      const s = v128.xor(v128.load(at(f, here)), flip);
      const e = exponential(f64x2.pmin(f64x2.pmax(s, smallest), largest));
      const share = f64x2.div(one, f64x2.add(one, e));
      const right = f64x2.pmin(f64x2.pmax(share, low), high);
      const wrong = f64x2.pmin(f64x2.pmax(f64x2.mul(e, share), low), high);
      v128.store(at(residual, here), v128.xor(wrong, flip));
      v128.store(at(weight, here), f64x2.mul(wrong, fisher ? right : wrong));
      v128.store(at(loss, j), f64x2.mul(v128.load(at(loss, j)), right));
    }
    if ((i & 15) == 15) {
      for (let j = 0; j < lanes; j += 2) {
        const product = v128.load(at(loss, j));
        const exponent = i64x2.sub(i64x2.shr_u(product, 52), bias);
        v128.store(at(work, j), i64x2.add(v128.load(at(work, j)), exponent));
        v128.store(at(loss, j), v128.or(v128.and(product, mantissa), one));
      }
    }
  }
  for (let j = 0; j < lanes; j++) {
    const logarithm = <f64>load<i64>(at(work, j)) * LN2 + Math.log(load<f64>(at(loss, j)));
    store<f64>(at(loss, j), -logarithm / n);
  }
}

/**
 * A pair of n × n matrices side by side, 16 bytes an entry, in panels of four rows: the four entries of a
 * column of a panel are 64 bytes, so that a walk along k is a walk through memory.
 */
@inline function entry(L: usize, i: i32, j: i32, n: i32): usize {
  return L + (<usize>((i >> 2) * n + j) << 6) + (<usize>(i & 3) << 4);
}

/** block[2 × 4] of the lower triangle at (i, j): A(i.., j..) − Σ_{k < j} L(i.., k) L(j.., k)ᵀ; i even, j a multiple of 4 */
@inline function updateBlock(L: usize, i: i32, j: i32, n: i32): void {
  let a = entry(L, i, 0, n);
  let b = entry(L, j, 0, n);
  const end = entry(L, j, j, n);
  const p = entry(L, i, j, n);
  let c00 = v128.load(p), c01 = v128.load(p, 64), c02 = v128.load(p, 128), c03 = v128.load(p, 192);
  let c10 = v128.load(p, 16), c11 = v128.load(p, 80), c12 = v128.load(p, 144), c13 = v128.load(p, 208);
  while (b < end) {
    const a0 = v128.load(a), a1 = v128.load(a, 16);
    let x = v128.load(b);
    c00 = f64x2.sub(c00, f64x2.mul(a0, x));
    c10 = f64x2.sub(c10, f64x2.mul(a1, x));
    x = v128.load(b, 16);
    c01 = f64x2.sub(c01, f64x2.mul(a0, x));
    c11 = f64x2.sub(c11, f64x2.mul(a1, x));
    x = v128.load(b, 32);
    c02 = f64x2.sub(c02, f64x2.mul(a0, x));
    c12 = f64x2.sub(c12, f64x2.mul(a1, x));
    x = v128.load(b, 48);
    c03 = f64x2.sub(c03, f64x2.mul(a0, x));
    c13 = f64x2.sub(c13, f64x2.mul(a1, x));
    a += 64;
    b += 64;
  }
  v128.store(p, c00);
  v128.store(p, c10, 16);
  v128.store(p, c01, 64);
  v128.store(p, c11, 80);
  v128.store(p, c02, 128);
  v128.store(p, c12, 144);
  v128.store(p, c03, 192);
  v128.store(p, c13, 208);
}

/** Row i of a finished block column at j: L(i, j..j+3) ← L(i, j..j+3) · L(j, j)⁻ᵀ, with reciprocal pivots in `inverse`. */
@inline function finishRow(L: usize, i: i32, j: i32, n: i32, last: i32, inverse: usize): void {
  for (let c = 0; c <= last; c++) {
    let s = v128.load(entry(L, i, j + c, n));
    for (let k = 0; k < c; k++) {
      s = f64x2.sub(
        s,
        f64x2.mul(v128.load(entry(L, i, j + k, n)), v128.load(entry(L, j + c, j + k, n))),
      );
    }
    v128.store(entry(L, i, j + c, n), f64x2.mul(s, v128.load(inverse + (<usize>(j + c) << 4))));
  }
}

/** block[2 × 4] at (i, j) below the diagonal block: L(i.., j..) = A(i.., j..) · L(j.., j..)⁻ᵀ, with reciprocal pivots in `inverse`. */
@inline function finishBlock(L: usize, i: i32, j: i32, n: i32, inverse: usize): void {
  const p = entry(L, i, j, n);
  const d = entry(L, j, j, n);
  const r = inverse + (<usize>j << 4);
  let scale = v128.load(r);
  const c00 = f64x2.mul(v128.load(p), scale), c10 = f64x2.mul(v128.load(p, 16), scale);
  v128.store(p, c00);
  v128.store(p, c10, 16);
  scale = v128.load(r, 16);
  let l = v128.load(d, 16);
  const c01 = f64x2.mul(f64x2.sub(v128.load(p, 64), f64x2.mul(c00, l)), scale);
  const c11 = f64x2.mul(f64x2.sub(v128.load(p, 80), f64x2.mul(c10, l)), scale);
  v128.store(p, c01, 64);
  v128.store(p, c11, 80);
  scale = v128.load(r, 32);
  l = v128.load(d, 32);
  let m = v128.load(d, 96);
  let s0 = f64x2.sub(v128.load(p, 128), f64x2.mul(c00, l));
  let s1 = f64x2.sub(v128.load(p, 144), f64x2.mul(c10, l));
  const c02 = f64x2.mul(f64x2.sub(s0, f64x2.mul(c01, m)), scale);
  const c12 = f64x2.mul(f64x2.sub(s1, f64x2.mul(c11, m)), scale);
  v128.store(p, c02, 128);
  v128.store(p, c12, 144);
  scale = v128.load(r, 48);
  l = v128.load(d, 48);
  m = v128.load(d, 112);
  s0 = f64x2.sub(f64x2.sub(v128.load(p, 192), f64x2.mul(c00, l)), f64x2.mul(c01, m));
  s1 = f64x2.sub(f64x2.sub(v128.load(p, 208), f64x2.mul(c10, l)), f64x2.mul(c11, m));
  l = v128.load(d, 176);
  v128.store(p, f64x2.mul(f64x2.sub(s0, f64x2.mul(c02, l)), scale), 192);
  v128.store(p, f64x2.mul(f64x2.sub(s1, f64x2.mul(c12, l)), scale), 208);
}

/**
 * For each lane: z ← (C + damping · K)⁻¹ g by Cholesky. C[n(n+1)/2, lanes] holds the lower triangle by
 * rows, K[n(n+1)/2] likewise (one for all lanes), damping[lanes], g and z [n, lanes]. `work` has room
 * for (n₄² + 2 n₄) pairs of 16 bytes, n₄ = n rounded up to a multiple of 4. A lane whose matrix is not
 * positive definite gets NaN.
 */
export function solveLanes(
  n: i32,
  lanes: i32,
  C: usize,
  K: usize,
  damping: usize,
  g: usize,
  z: usize,
  work: usize,
): void {
  const m = (n + 3) & ~3;
  const L = work;
  const inverse = work + (<usize>(m * m) << 4);
  const x = inverse + (<usize>m << 4);
  const zero = f64x2.splat(0), one = f64x2.splat(1);
  for (let lane = 0; lane < lanes; lane += 2) {
    const lambda = v128.load(at(damping, lane));
    let p = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++, p++) {
        const k = f64x2.mul(lambda, v128.load_splat<f64>(at(K, p)));
        v128.store(entry(L, i, j, m), f64x2.add(v128.load(at(C, p * lanes + lane)), k));
      }
    }
    for (let i = n; i < m; i++) {
      for (let j = 0; j < i; j++) v128.store(entry(L, i, j, m), zero);
      v128.store(entry(L, i, i, m), one);
    }
    for (let j = 0; j < m; j += 4) {
      updateBlock(L, j, j, m);
      updateBlock(L, j + 2, j, m);
      for (let d = 0; d < 4; d++) {
        if (d > 0) finishRow(L, j + d, j, m, d - 1, inverse);
        let s = v128.load(entry(L, j + d, j + d, m));
        for (let k = 0; k < d; k++) {
          const v = v128.load(entry(L, j + d, j + k, m));
          s = f64x2.sub(s, f64x2.mul(v, v));
        }
        // a pivot ≤ 0 has no square root: 0/0 marks the lane
        const root = f64x2.sqrt(s);
        const good = f64x2.gt(s, zero);
        v128.store(
          inverse + (<usize>(j + d) << 4),
          v128.bitselect(f64x2.div(one, root), f64x2.splat(NaN), good),
        );
      }
      for (let i = j + 4; i < m; i += 2) {
        updateBlock(L, i, j, m);
        finishBlock(L, i, j, m, inverse);
      }
    }
    for (let i = 0; i < m; i++) {
      let s = i < n ? v128.load(at(g, i * lanes + lane)) : zero;
      let r = entry(L, i, 0, m);
      for (let k = 0; k < i; k++) {
        s = f64x2.sub(s, f64x2.mul(v128.load(r), v128.load(x + (<usize>k << 4))));
        r += 64;
      }
      s = f64x2.mul(s, v128.load(inverse + (<usize>i << 4)));
      v128.store(x + (<usize>i << 4), s);
    }
    for (let i = m - 1; i >= 0; i--) {
      const s = f64x2.mul(v128.load(x + (<usize>i << 4)), v128.load(inverse + (<usize>i << 4)));
      if (i < n) v128.store(at(z, i * lanes + lane), s);
      let r = entry(L, i, 0, m);
      for (let k = 0; k < i; k++) {
        const q = x + (<usize>k << 4);
        v128.store(q, f64x2.sub(v128.load(q), f64x2.mul(v128.load(r), s)));
        r += 64;
      }
    }
  }
}
