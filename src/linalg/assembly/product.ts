/**
 * C += alpha · A · B by packed panels and a 4 × (32 bytes) micro kernel (Goto & van de Geijn 2008). The two
 * element types differ only in how many of them fill a vector, so the code is written once.
 */

// A panel of A (64 × 256) stays in the second-level cache, a sliver of B (256 × 32 bytes) in the first.
const ROWS: i32 = 64;
const DEPTH: i32 = 256;
const COLUMNS: i32 = 512;
/** Rows of the micro kernel. */
const STEP: i32 = 4;

// Width of the micro kernel in elements: two vectors.
@inline function width<T>(): i32 {
  return 32 / sizeof<T>();
}

/**
 * Strides: entry (i, j) of A lies at `i * rsa + j * csa`, so a transpose is an exchange of strides. With
 * `lower`, tiles wholly above the diagonal of C are left alone. Work: `64·256 + 256·512` elements.
 */
export function multiply64(
  m: i32, n: i32, k: i32, alpha: f64, A: usize, rsa: i32, csa: i32, B: usize, rsb: i32, csb: i32,
  C: usize, ldc: i32, lower: bool, work: usize,
): void {
  multiply<f64>(m, n, k, alpha, A, rsa, csa, B, rsb, csb, C, ldc, lower, work);
}

/** {@link multiply64} in single precision. */
export function multiply32(
  m: i32, n: i32, k: i32, alpha: f32, A: usize, rsa: i32, csa: i32, B: usize, rsb: i32, csb: i32,
  C: usize, ldc: i32, lower: bool, work: usize,
): void {
  multiply<f32>(m, n, k, alpha, A, rsa, csa, B, rsb, csb, C, ldc, lower, work);
}

function multiply<T>(
  m: i32, n: i32, k: i32, alpha: T, A: usize, rsa: i32, csa: i32, B: usize, rsb: i32, csb: i32,
  C: usize, ldc: i32, lower: bool, work: usize,
): void {
  const size = sizeof<T>();
  const panelA = work;
  const panelB = work + <usize>(ROWS * DEPTH) * size;
  for (let jc = 0; jc < n; jc += COLUMNS) {
    const nb = min(COLUMNS, n - jc);
    for (let pc = 0; pc < k; pc += DEPTH) {
      const kb = min(DEPTH, k - pc);
      pack<T>(nb, kb, width<T>(), B + <usize>(pc * rsb + jc * csb) * size, csb, rsb, panelB);
      for (let ic = lower ? jc - jc % ROWS : 0; ic < m; ic += ROWS) {
        const mb = min(ROWS, m - ic);
        pack<T>(mb, kb, STEP, A + <usize>(ic * rsa + pc * csa) * size, rsa, csa, panelA);
        for (let j = 0; j < nb; j += width<T>()) {
          const b = panelB + <usize>(j * kb) * size;
          for (let i = 0; i < mb; i += STEP) {
            if (lower && ic + i + STEP <= jc + j) continue;
            const a = panelA + <usize>(i * kb) * size;
            const c = C + <usize>((ic + i) * ldc + jc + j) * size;
            const rows = min(STEP, mb - i);
            const columns = min(width<T>(), nb - j);
            tile<T>(kb, alpha, a, b, c, ldc, rows, columns);
          }
        }
      }
    }
  }
}

/**
 * Lays `count` lines of `depth` entries side by side in groups of `group`, the last group filled up with
 * zeros: entry p of line i goes to `(i / group) · group · depth + p · group + i % group`.
 */
function pack<T>(
  count: i32, depth: i32, group: i32, from: usize, line: i32, step: i32, to: usize,
): void {
  const size = sizeof<T>();
  const lineBytes = <usize>line * size;
  const stepBytes = <usize>step * size;
  const vectors = line == 1 && group == width<T>();
  for (let i = 0; i < count; i += group) {
    const present = min(group, count - i);
    let source = from + <usize>i * lineBytes;
    if (present < group) memory.fill(to, 0, <usize>(group * depth) * size);
    if (vectors && present == group) {
      for (let p = 0; p < depth; p++) {
        v128.store(to, v128.load(source));
        v128.store(to, v128.load(source, 16), 16);
        source += stepBytes;
        to += 32;
      }
    } else {
      for (let p = 0; p < depth; p++) {
        let s = source;
        for (let t = 0; t < present; t++) {
          store<T>(to + <usize>t * size, load<T>(s));
          s += lineBytes;
        }
        source += stepBytes;
        to += <usize>group * size;
      }
    }
  }
}

@inline function fused<T>(a: v128, b: v128, c: v128): v128 {
  return v128.add<T>(c, v128.mul<T>(a, b));
}

/** One tile of C: the sum over the depth is kept in eight registers. */
function tile<T>(
  depth: i32, alpha: T, a: usize, b: usize, c: usize, ldc: i32, rows: i32, columns: i32,
): void {
  const size = sizeof<T>();
  let c00 = v128.splat<T>(0 as T), c01 = c00, c10 = c00, c11 = c00;
  let c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  for (let p = 0; p < depth; p++) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load_splat<T>(a);
    c00 = fused<T>(x, b0, c00);
    c01 = fused<T>(x, b1, c01);
    x = v128.load_splat<T>(a + size);
    c10 = fused<T>(x, b0, c10);
    c11 = fused<T>(x, b1, c11);
    x = v128.load_splat<T>(a + 2 * size);
    c20 = fused<T>(x, b0, c20);
    c21 = fused<T>(x, b1, c21);
    x = v128.load_splat<T>(a + 3 * size);
    c30 = fused<T>(x, b0, c30);
    c31 = fused<T>(x, b1, c31);
    a += 4 * size;
    b += 32;
  }
  const row = <usize>ldc * size;
  storeRow<T>(c, columns, alpha, c00, c01);
  if (rows > 1) storeRow<T>(c + row, columns, alpha, c10, c11);
  if (rows > 2) storeRow<T>(c + 2 * row, columns, alpha, c20, c21);
  if (rows > 3) storeRow<T>(c + 3 * row, columns, alpha, c30, c31);
}

/** c[0..columns) += alpha · (u, v) */
@inline function storeRow<T>(c: usize, columns: i32, alpha: T, u: v128, v: v128): void {
  const scale = v128.splat<T>(alpha);
  if (columns == width<T>()) {
    v128.store(c, fused<T>(scale, u, v128.load(c)));
    v128.store(c, fused<T>(scale, v, v128.load(c, 16)), 16);
    return;
  }
  const half = width<T>() / 2;
  storePart<T>(c, min(columns, half), v128.mul<T>(scale, u));
  if (columns > half) storePart<T>(c + 16, columns - half, v128.mul<T>(scale, v));
}

/** c[0..count) += u[0..count) */
@inline function storePart<T>(c: usize, count: i32, u: v128): void {
  const size = sizeof<T>();
  store<T>(c, load<T>(c) + v128.extract_lane<T>(u, 0));
  if (count > 1) store<T>(c + size, load<T>(c + size) + v128.extract_lane<T>(u, 1));
  if (sizeof<T>() == 4) {
    if (count > 2) store<T>(c + 2 * size, load<T>(c + 2 * size) + v128.extract_lane<T>(u, 2));
    if (count > 3) store<T>(c + 3 * size, load<T>(c + 3 * size) + v128.extract_lane<T>(u, 3));
  }
}

/** Σ x_i y_i, in float64. */
export function dot(x: usize, y: usize, n: i32): f64 {
  let s0 = f64x2.splat(0), s1 = s0;
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    s0 = f64x2.add(s0, f64x2.mul(v128.load(x), v128.load(y)));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(x, 16), v128.load(y, 16)));
    x += 32;
    y += 32;
  }
  s0 = f64x2.add(s0, s1);
  let s = f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
  for (; i < n; i++) {
    s += load<f64>(x) * load<f64>(y);
    x += 8;
    y += 8;
  }
  return s;
}

/** y += a · x, in float64. */
export function axpy(a: f64, x: usize, y: usize, n: i32): void {
  const scale = f64x2.splat(a);
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    v128.store(y, f64x2.add(v128.load(y), f64x2.mul(scale, v128.load(x))));
    v128.store(y, f64x2.add(v128.load(y, 16), f64x2.mul(scale, v128.load(x, 16))), 16);
    x += 32;
    y += 32;
  }
  for (; i < n; i++) {
    store<f64>(y, load<f64>(y) + a * load<f64>(x));
    x += 8;
    y += 8;
  }
}
