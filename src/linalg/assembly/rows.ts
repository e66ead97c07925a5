/** Kernels over the rows of a design matrix. Pointers are byte offsets into the imported memory. */

/**
 * panel[n, 0 … cols) = weights[n] · X[n, ·] and panel[n, cols] = last[n], for each of `rows` rows; rows of the
 * panel follow each other without gaps.
 */
export function weightRows(
  rows: i32,
  cols: i32,
  X: usize,
  weights: usize,
  last: usize,
  panel: usize,
): void {
  const length = <usize>cols << 3;
  const pairs = length & ~31;
  for (let n = 0; n < rows; n++) {
    const weight = v128.load_splat<f64>(weights);
    const rest = panel + length;
    for (const end = panel + pairs; panel < end; panel += 32, X += 32) {
      v128.store(panel, f64x2.mul(weight, v128.load(X)));
      v128.store(panel, f64x2.mul(weight, v128.load(X, 16)), 16);
    }
    for (; panel < rest; panel += 8, X += 8) {
      store<f64>(panel, f64x2.extract_lane(weight, 0) * load<f64>(X));
    }
    store<f64>(panel, load<f64>(last));
    panel += 8;
    weights += 8;
    last += 8;
  }
}

/** outputs[n] = Σ_j X[n, j] · theta[j], for each of `rows` rows. */
export function multiplyRows(rows: i32, cols: i32, X: usize, theta: usize, outputs: usize): void {
  const length = <usize>cols << 3;
  const pairs = theta + (length & ~31);
  const last = theta + length;
  for (let n = 0; n < rows; n++) {
    let b = theta;
    let even = f64x2.splat(0);
    let odd = f64x2.splat(0);
    for (; b < pairs; b += 32, X += 32) {
      even = f64x2.add(even, f64x2.mul(v128.load(X), v128.load(b)));
      odd = f64x2.add(odd, f64x2.mul(v128.load(X, 16), v128.load(b, 16)));
    }
    even = f64x2.add(even, odd);
    let sum = f64x2.extract_lane(even, 0) + f64x2.extract_lane(even, 1);
    for (; b < last; b += 8, X += 8) sum += load<f64>(X) * load<f64>(b);
    store<f64>(outputs, sum);
    outputs += 8;
  }
}

/** sums[j] = Σ_n factors[n] · X[n, j], over `rows` rows. */
export function sumRows(rows: i32, cols: i32, X: usize, factors: usize, sums: usize): void {
  const length = <usize>cols << 3;
  const pairs = sums + (length & ~15);
  const last = sums + length;
  memory.fill(sums, 0, length);
  for (let n = 0; n < rows; n++) {
    const factor = v128.load_splat<f64>(factors);
    let s = sums;
    for (; s < pairs; s += 16, X += 16) {
      v128.store(s, f64x2.add(v128.load(s), f64x2.mul(factor, v128.load(X))));
    }
    if (s < last) {
      store<f64>(s, load<f64>(s) + f64x2.extract_lane(factor, 0) * load<f64>(X));
      X += 8;
    }
    factors += 8;
  }
}

/** largest[j] = max_n |X[n, j]| over `rows` rows; NaN where one of them is. */
export function largestOfRows(rows: i32, cols: i32, X: usize, largest: usize): void {
  const length = <usize>cols << 3;
  const pairs = largest + (length & ~15);
  const last = largest + length;
  memory.fill(largest, 0, length);
  for (let n = 0; n < rows; n++) {
    let s = largest;
    for (; s < pairs; s += 16, X += 16) {
      v128.store(s, f64x2.max(v128.load(s), f64x2.abs(v128.load(X))));
    }
    if (s < last) {
      store<f64>(s, max<f64>(load<f64>(s), abs<f64>(load<f64>(X))));
      X += 8;
    }
  }
}
