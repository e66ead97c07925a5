/**
 * Kernels over the entries of arrays of f32 or f64. Pointers are byte offsets into the imported memory; lengths are in
 * elements. Where an array U `[samples · K, cols]` goes with one of rows `[samples, cols]`, row n·K + k goes with row n.
 */

/** x ← x where x > 0, else slope · x */
@inline function rectify<T>(length: i32, slope: T, x: usize): void {
  const lanes = 16 / sizeof<T>();
  const end = x + <usize>length * sizeof<T>();
  const whole = x + <usize>(length & -(<i32>lanes)) * sizeof<T>();
  const slopes = v128.splat<T>(slope);
  const zero = v128.splat<T>(0);
  for (; x < whole; x += 16) {
    const value = v128.load(x);
    const below = v128.mul<T>(slopes, value);
    // 0 added: no −0 for what is cut off
    v128.store(x, v128.add<T>(v128.bitselect(value, below, v128.gt<T>(value, zero)), zero));
  }
  for (; x < end; x += sizeof<T>()) {
    const value = load<T>(x);
    store<T>(x, (value > 0 ? value : slope * value) + <T>0);
  }
}

/** U ← U where the entry of the row of x is > 0, else slope · U */
@inline function gate<T>(samples: i32, K: i32, cols: i32, slope: T, x: usize, U: usize): void {
  const lanes = 16 / sizeof<T>();
  const line = <usize>cols * sizeof<T>();
  const whole = <usize>(cols & -(<i32>lanes)) * sizeof<T>();
  const slopes = v128.splat<T>(slope);
  const ones = v128.splat<T>(1);
  const zero = v128.splat<T>(0);
  for (let n = 0; n < samples; n++) {
    for (let k = 0; k < K; k++) {
      let t: usize = 0;
      for (; t < whole; t += 16) {
        const factor = v128.bitselect(ones, slopes, v128.gt<T>(v128.load(x + t), zero));
        v128.store(U + t, v128.mul<T>(v128.load(U + t), factor));
      }
      for (; t < line; t += sizeof<T>()) {
        store<T>(U + t, load<T>(U + t) * (load<T>(x + t) > 0 ? <T>1 : slope));
      }
      U += line;
    }
    x += line;
  }
}

/** U ← U times the row of x, entry by entry */
@inline function multiply<T>(samples: i32, K: i32, cols: i32, x: usize, U: usize): void {
  const lanes = 16 / sizeof<T>();
  const line = <usize>cols * sizeof<T>();
  const whole = <usize>(cols & -(<i32>lanes)) * sizeof<T>();
  for (let n = 0; n < samples; n++) {
    for (let k = 0; k < K; k++) {
      let t: usize = 0;
      for (; t < whole; t += 16) {
        v128.store(U + t, v128.mul<T>(v128.load(U + t), v128.load(x + t)));
      }
      for (; t < line; t += sizeof<T>()) store<T>(U + t, load<T>(U + t) * load<T>(x + t));
      U += line;
    }
    x += line;
  }
}

/** x ← (factor · x)², entry by entry */
@inline function square<T>(length: i32, factor: T, x: usize): void {
  const lanes = 16 / sizeof<T>();
  const end = x + <usize>length * sizeof<T>();
  const whole = x + <usize>(length & -(<i32>lanes)) * sizeof<T>();
  const factors = v128.splat<T>(factor);
  for (; x < whole; x += 16) {
    const scaled = v128.mul<T>(factors, v128.load(x));
    v128.store(x, v128.mul<T>(scaled, scaled));
  }
  for (; x < end; x += sizeof<T>()) {
    const scaled = factor * load<T>(x);
    store<T>(x, scaled * scaled);
  }
}

/** x ← factor · x, entry by entry */
@inline function scale<T>(length: i32, factor: T, x: usize): void {
  const lanes = 16 / sizeof<T>();
  const end = x + <usize>length * sizeof<T>();
  const whole = x + <usize>(length & -(<i32>lanes)) * sizeof<T>();
  const factors = v128.splat<T>(factor);
  for (; x < whole; x += 16) v128.store(x, v128.mul<T>(factors, v128.load(x)));
  for (; x < end; x += sizeof<T>()) store<T>(x, factor * load<T>(x));
}

/** max |x| over the entries that are numbers */
@inline function largest<T>(length: i32, x: usize): T {
  const end = x + <usize>length * sizeof<T>();
  const whole = x + (<usize>length * sizeof<T>() & ~31);
  let even = v128.splat<T>(0);
  let odd = v128.splat<T>(0);
  for (; x < whole; x += 32) {
    even = v128.pmax<T>(even, v128.abs<T>(v128.load(x)));
    odd = v128.pmax<T>(odd, v128.abs<T>(v128.load(x, 16)));
  }
  let most = v128.pmax<T>(even, odd);
  most = v128.pmax<T>(most, i64x2.shuffle(most, most, 1, 0));
  if (sizeof<T>() == 4) most = v128.pmax<T>(most, i32x4.shuffle(most, most, 1, 0, 3, 2));
  let result = v128.extract_lane<T>(most, 0);
  for (; x < end; x += sizeof<T>()) {
    const size = abs<T>(load<T>(x));
    if (size > result) result = size;
  }
  return result;
}

export function rectify32(length: i32, slope: f32, x: usize): void {
  rectify<f32>(length, slope, x);
}

export function rectify64(length: i32, slope: f64, x: usize): void {
  rectify<f64>(length, slope, x);
}

export function gate32(samples: i32, K: i32, cols: i32, slope: f32, x: usize, U: usize): void {
  gate<f32>(samples, K, cols, slope, x, U);
}

export function gate64(samples: i32, K: i32, cols: i32, slope: f64, x: usize, U: usize): void {
  gate<f64>(samples, K, cols, slope, x, U);
}

export function multiply32(samples: i32, K: i32, cols: i32, x: usize, U: usize): void {
  multiply<f32>(samples, K, cols, x, U);
}

export function multiply64(samples: i32, K: i32, cols: i32, x: usize, U: usize): void {
  multiply<f64>(samples, K, cols, x, U);
}

export function square32(length: i32, factor: f32, x: usize): void {
  square<f32>(length, factor, x);
}

export function square64(length: i32, factor: f64, x: usize): void {
  square<f64>(length, factor, x);
}

export function scale32(length: i32, factor: f32, x: usize): void {
  scale<f32>(length, factor, x);
}

export function scale64(length: i32, factor: f64, x: usize): void {
  scale<f64>(length, factor, x);
}

export function largest32(length: i32, x: usize): f32 {
  return largest<f32>(length, x);
}

export function largest64(length: i32, x: usize): f64 {
  return largest<f64>(length, x);
}

/** sums[n, ·] = Σ_k U[n K + k, ·]², in f64 */
export function sumSquares32(samples: i32, K: i32, cols: i32, U: usize, sums: usize): void {
  const line = <usize>cols << 2;
  const whole = <usize>(cols & ~3) << 2;
  for (let n = 0; n < samples; n++) {
    let t: usize = 0;
    for (; t < whole; t += 16) {
      let low = f64x2.splat(0);
      let high = f64x2.splat(0);
      let at = U + t;
      for (let k = 0; k < K; k++) {
        const x = v128.load(at);
        const first = f64x2.promote_low_f32x4(x);
        const last = f64x2.promote_low_f32x4(i32x4.shuffle(x, x, 2, 3, 2, 3));
        low = f64x2.add(low, f64x2.mul(first, first));
        high = f64x2.add(high, f64x2.mul(last, last));
        at += line;
      }
      v128.store(sums, low);
      v128.store(sums, high, 16);
      sums += 32;
    }
    for (; t < line; t += 4) {
      let sum = 0.0;
      let at = U + t;
      for (let k = 0; k < K; k++) {
        const x = <f64>load<f32>(at);
        sum += x * x;
        at += line;
      }
      store<f64>(sums, sum);
      sums += 8;
    }
    U += <usize>K * line;
  }
}

/** As {@link sumSquares32}. */
export function sumSquares64(samples: i32, K: i32, cols: i32, U: usize, sums: usize): void {
  const line = <usize>cols << 3;
  const whole = <usize>(cols & ~1) << 3;
  for (let n = 0; n < samples; n++) {
    let t: usize = 0;
    for (; t < whole; t += 16) {
      let sum = f64x2.splat(0);
      let at = U + t;
      for (let k = 0; k < K; k++) {
        const x = v128.load(at);
        sum = f64x2.add(sum, f64x2.mul(x, x));
        at += line;
      }
      v128.store(sums, sum);
      sums += 16;
    }
    if (t < line) {
      let sum = 0.0;
      let at = U + t;
      for (let k = 0; k < K; k++) {
        sum += load<f64>(at) * load<f64>(at);
        at += line;
      }
      store<f64>(sums, sum);
      sums += 8;
    }
    U += <usize>K * line;
  }
}

/** sums[r] = Σ_t U[r, t], in f64 */
export function rowSums32(rows: i32, cols: i32, U: usize, sums: usize): void {
  const line = <usize>cols << 2;
  const whole = <usize>(cols & ~3) << 2;
  for (let r = 0; r < rows; r++) {
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    let t: usize = 0;
    for (; t < whole; t += 16) {
      const x = v128.load(U + t);
      low = f64x2.add(low, f64x2.promote_low_f32x4(x));
      high = f64x2.add(high, f64x2.promote_low_f32x4(i32x4.shuffle(x, x, 2, 3, 2, 3)));
    }
    low = f64x2.add(low, high);
    let sum = f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1);
    for (; t < line; t += 4) sum += <f64>load<f32>(U + t);
    store<f64>(sums, sum);
    sums += 8;
    U += line;
  }
}

/** As {@link rowSums32}. */
export function rowSums64(rows: i32, cols: i32, U: usize, sums: usize): void {
  const line = <usize>cols << 3;
  const whole = <usize>(cols & ~3) << 3;
  for (let r = 0; r < rows; r++) {
    let even = f64x2.splat(0);
    let odd = f64x2.splat(0);
    let t: usize = 0;
    for (; t < whole; t += 32) {
      even = f64x2.add(even, v128.load(U + t));
      odd = f64x2.add(odd, v128.load(U + t, 16));
    }
    even = f64x2.add(even, odd);
    let sum = f64x2.extract_lane(even, 0) + f64x2.extract_lane(even, 1);
    for (; t < line; t += 8) sum += load<f64>(U + t);
    store<f64>(sums, sum);
    sums += 8;
    U += line;
  }
}
