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
