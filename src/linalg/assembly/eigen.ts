/**
 * The symmetric eigenproblem in three steps: Householder reduction to tridiagonal form, the reflections
 * multiplied out, and implicit QL iterations (Golub & Van Loan, Matrix Computations, 8.3). The caller
 * scales the matrix so that its largest entry lies between 2⁻¹⁰⁰ and 2¹⁰⁰.
 */
import { axpy, dot } from "./product";

const EPSILON: f64 = 2.220446049250313e-16;
/** What is this small beside entries of 2⁻¹⁰⁰ or more is zero, and its square does not underflow. */
const NEGLIGIBLE: f64 = 1e-140;
const ITERATIONS: i32 = 60;
/** Sweeps of rotations that are collected before the vectors are turned, so that a column strip stays in cache. */
const SWEEPS: i32 = 16;

@inline function at(base: usize, index: i32): usize {
  return base + (<usize>index << 3);
}

/**
 * Reduces A `[n, n]` (lower triangle read, overwritten): diagonal d `[n]`, off-diagonal e `[n − 1]`, and the
 * reflections I − tau[l] u uᵀ, u in the first l entries of row l. Work: 2n entries.
 */
export function tridiagonalize(n: i32, A: usize, d: usize, e: usize, tau: usize, work: usize): void {
  let u = work, q = work, next = at(work, n);
  memory.fill(work, 0, <usize>(2 * n) << 3);
  for (let l = n - 1; l >= 0; l--) {
    const row = at(A, l * n);
    // The update of the step before, A −= u qᵀ + q uᵀ, is done row by row together with the next product:
    // each entry is then fetched once a step. q is zero where there was no reflection.
    if (l < n - 1) updateAndMultiply(row, l + 1, u, q, load<f64>(at(u, l)), load<f64>(at(q, l)), u, next, 0);
    store<f64>(at(d, l), load<f64>(at(row, l)));
    if (l == 0) break;
    const t = reflection(row, l, at(e, l - 1));
    store<f64>(at(tau, l), t);
    memory.fill(next, 0, <usize>l << 3);
    for (let i = 0; i < l; i++) {
      const x = load<f64>(at(row, i));
      const s = updateAndMultiply(
        at(A, i * n), i + 1, u, q, load<f64>(at(u, i)), load<f64>(at(q, i)), row, next, x,
      );
      // The diagonal entry was counted in the sum and in the row's own product.
      const p = at(next, i);
      store<f64>(p, load<f64>(p) + s - load<f64>(at(A, i * n + i)) * x);
    }
    for (let i = 0; i < l; i++) store<f64>(at(next, i), t * load<f64>(at(next, i)));
    axpy(-0.5 * t * dot(row, next, l), row, next, l);
    const swap = q;
    q = next;
    next = swap;
    u = row;
  }
}

/**
 * The reflection that takes x `[l]` to (0, …, 0, e): overwrites x with u and returns tau, 0 if nothing is to be
 * reflected.
 */
function reflection(x: usize, l: i32, e: usize): f64 {
  const last = at(x, l - 1);
  const pivot = load<f64>(last);
  const rest = dot(x, x, l - 1);
  store<f64>(e, pivot);
  if (rest <= NEGLIGIBLE * NEGLIGIBLE) return 0;
  const square = rest + pivot * pivot;
  const norm = pivot > 0 ? -Math.sqrt(square) : Math.sqrt(square);
  store<f64>(e, norm);
  store<f64>(last, pivot - norm);
  return 1 / (square - norm * pivot);
}

/** row −= ui · q + qi · u, then p += x · row, over n entries; returns Σ row_j v_j. */
function updateAndMultiply(
  row: usize, n: i32, u: usize, q: usize, ui: f64, qi: f64, v: usize, p: usize, x: f64,
): f64 {
  const ui2 = f64x2.splat(ui), qi2 = f64x2.splat(qi), x2 = f64x2.splat(x);
  let s0 = f64x2.splat(0), s1 = s0;
  let j = 0;
  for (; j + 4 <= n; j += 4) {
    let a0 = f64x2.sub(v128.load(row), f64x2.mul(ui2, v128.load(q)));
    let a1 = f64x2.sub(v128.load(row, 16), f64x2.mul(ui2, v128.load(q, 16)));
    a0 = f64x2.sub(a0, f64x2.mul(qi2, v128.load(u)));
    a1 = f64x2.sub(a1, f64x2.mul(qi2, v128.load(u, 16)));
    v128.store(row, a0);
    v128.store(row, a1, 16);
    s0 = f64x2.add(s0, f64x2.mul(a0, v128.load(v)));
    s1 = f64x2.add(s1, f64x2.mul(a1, v128.load(v, 16)));
    v128.store(p, f64x2.add(v128.load(p), f64x2.mul(x2, a0)));
    v128.store(p, f64x2.add(v128.load(p, 16), f64x2.mul(x2, a1)), 16);
    row += 32;
    u += 32;
    q += 32;
    v += 32;
    p += 32;
  }
  s0 = f64x2.add(s0, s1);
  let s = f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
  for (; j < n; j++) {
    const a = load<f64>(row) - ui * load<f64>(q) - qi * load<f64>(u);
    store<f64>(row, a);
    s += a * load<f64>(v);
    store<f64>(p, load<f64>(p) + x * a);
    row += 8;
    u += 8;
    q += 8;
    v += 8;
    p += 8;
  }
  return s;
}

/** Z `[n, ldz]` ← the product of the reflections, transposed: A = Zᵀ T Z. */
export function accumulate(n: i32, A: usize, tau: usize, Z: usize, ldz: i32): void {
  memory.fill(Z, 0, <usize>(n * ldz) << 3);
  store<f64>(Z, 1);
  for (let l = 1; l < n; l++) {
    store<f64>(at(Z, l * ldz + l), 1);
    const t = load<f64>(at(tau, l));
    if (t == 0) continue;
    const u = at(A, l * n);
    for (let i = 0; i < l; i++) {
      const row = at(Z, i * ldz);
      axpy(-t * dot(row, u, l), u, row, l);
    }
  }
}

/**
 * Takes the tridiagonal (d, e) to its eigenvalues in d, unordered, and turns the rows of Z with it: row i becomes
 * the eigenvector of d[i]. `ldz` is a multiple of 8 and e has room for n entries. Returns −1, or the index of
 * the eigenvalue that did not converge. Work: `16 · (2n + 2)` entries.
 */
export function diagonalize(n: i32, d: usize, e: usize, Z: usize, ldz: i32, work: usize): i32 {
  let sweeps = 0;
  for (let l = 0; l < n; l++) {
    for (let iteration = 0; ; iteration++) {
      let m = l;
      for (; m < n - 1; m++) {
        const scale = Math.abs(load<f64>(at(d, m))) + Math.abs(load<f64>(at(d, m + 1)));
        const off = Math.abs(load<f64>(at(e, m)));
        if (off <= EPSILON * scale || off <= NEGLIGIBLE) break;
      }
      if (m == l) break;
      if (iteration == ITERATIONS) return l;
      const last = sweep(d, e, l, m, at(work, sweeps * (2 * n + 2)));
      if (last < m && ++sweeps == SWEEPS) {
        turn(n, Z, ldz, work, sweeps);
        sweeps = 0;
      }
    }
  }
  turn(n, Z, ldz, work, sweeps);
  return -1;
}

/**
 * One implicit QL sweep over rows l to m; records (last, m) and then cosine and sine for rows m − 1 down to
 * `last`, which is l unless the sweep met a zero.
 */
function sweep(d: usize, e: usize, l: i32, m: i32, record: usize): i32 {
  const el = load<f64>(at(e, l)), dl = load<f64>(at(d, l));
  let g = (load<f64>(at(d, l + 1)) - dl) / (2 * el);
  // |g| may be large enough for its square to overflow; then r = |g|.
  let r = Math.abs(g) > 1e150 ? Math.abs(g) : Math.sqrt(g * g + 1);
  g = load<f64>(at(d, m)) - dl + el / (g + (g >= 0 ? r : -r));
  let s: f64 = 1, c: f64 = 1, p: f64 = 0;
  let last = l;
  let to = at(record, 2);
  let broken = false;
  for (let i = m - 1; i >= l; i--) {
    const f = s * load<f64>(at(e, i));
    const b = c * load<f64>(at(e, i));
    r = Math.sqrt(f * f + g * g);
    store<f64>(at(e, i + 1), r);
    if (r == 0) {
      store<f64>(at(d, i + 1), load<f64>(at(d, i + 1)) - p);
      last = i + 1;
      broken = true;
      break;
    }
    s = f / r;
    c = g / r;
    g = load<f64>(at(d, i + 1)) - p;
    const h = (load<f64>(at(d, i)) - g) * s + 2 * c * b;
    p = s * h;
    store<f64>(at(d, i + 1), g + p);
    g = c * h - b;
    store<f64>(to, c);
    store<f64>(to, s, 8);
    to += 16;
  }
  if (!broken) {
    store<f64>(at(d, l), load<f64>(at(d, l)) - p);
    store<f64>(at(e, l), g);
  }
  store<f64>(at(e, m), 0);
  store<i32>(record, last);
  store<i32>(record, m, 8);
  return last;
}

/** Applies recorded sweeps to the rows of Z, eight columns at a time; a row is kept in registers between rotations. */
function turn(n: i32, Z: usize, ldz: i32, work: usize, sweeps: i32): void {
  const row = <usize>ldz << 3;
  for (let j = 0; j < n; j += 8) {
    for (let k = 0; k < sweeps; k++) {
      const record = at(work, k * (2 * n + 2));
      const last = load<i32>(record), m = load<i32>(record, 8);
      let from = at(record, 2);
      let z = at(Z, m * ldz + j);
      let f0 = v128.load(z), f1 = v128.load(z, 16), f2 = v128.load(z, 32), f3 = v128.load(z, 48);
      for (let i = m; i > last; i--) {
        const c = v128.load_splat<f64>(from), s = v128.load_splat<f64>(from, 8);
        const above = z - row;
        let w = v128.load(above);
        v128.store(z, f64x2.add(f64x2.mul(s, w), f64x2.mul(c, f0)));
        f0 = f64x2.sub(f64x2.mul(c, w), f64x2.mul(s, f0));
        w = v128.load(above, 16);
        v128.store(z, f64x2.add(f64x2.mul(s, w), f64x2.mul(c, f1)), 16);
        f1 = f64x2.sub(f64x2.mul(c, w), f64x2.mul(s, f1));
        w = v128.load(above, 32);
        v128.store(z, f64x2.add(f64x2.mul(s, w), f64x2.mul(c, f2)), 32);
        f2 = f64x2.sub(f64x2.mul(c, w), f64x2.mul(s, f2));
        w = v128.load(above, 48);
        v128.store(z, f64x2.add(f64x2.mul(s, w), f64x2.mul(c, f3)), 48);
        f3 = f64x2.sub(f64x2.mul(c, w), f64x2.mul(s, f3));
        z = above;
        from += 16;
      }
      v128.store(z, f0);
      v128.store(z, f1, 16);
      v128.store(z, f2, 32);
      v128.store(z, f3, 48);
    }
  }
}
