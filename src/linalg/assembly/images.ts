/**
 * Kernels over images `[channels, height, width]`, of f32 or f64. Pointers are byte offsets into the imported memory;
 * sizes and shifts are in elements. Taps are three i32 each, first those along the height, then those along the width:
 * shift, start, end. Tap t of window o lies at entry o · stride + shift of its axis, for start ≤ o < end, else in the
 * padding.
 */

/** Moves `count` elements, those read `step` apart. */
@inline function copyLine<T>(from: usize, step: i32, to: usize, count: i32): void {
  let i = 0;
  if (step == 1) {
    const lanes = 16 / sizeof<T>();
    for (const end = count - <i32>lanes; i <= end; i += <i32>lanes) {
      v128.store(to, v128.load(from));
      from += 16;
      to += 16;
    }
  }
  const stride = <usize>step * sizeof<T>();
  for (; i < count; i++) {
    store<T>(to, load<T>(from));
    from += stride;
    to += sizeof<T>();
  }
}

/** Adds `count` elements, to those that are `step` apart. */
@inline function addLine<T>(from: usize, to: usize, step: i32, count: i32): void {
  let i = 0;
  if (step == 1) {
    const lanes = 16 / sizeof<T>();
    for (const end = count - <i32>lanes; i <= end; i += <i32>lanes) {
      v128.store(to, v128.add<T>(v128.load(to), v128.load(from)));
      from += 16;
      to += 16;
    }
  }
  const stride = <usize>step * sizeof<T>();
  for (; i < count; i++) {
    store<T>(to, load<T>(to) + load<T>(from));
    from += sizeof<T>();
    to += stride;
  }
}

@inline function zeroLine<T>(to: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    store<T>(to, 0);
    to += sizeof<T>();
  }
}

/** patches[channel, tap down, tap across, window down, window across] = the entry of the image there, or 0 */
@inline function gather<T>(
  channels: i32,
  height: i32,
  width: i32,
  strideDown: i32,
  strideAcross: i32,
  windowsDown: i32,
  windowsAcross: i32,
  tapsDown: i32,
  tapsAcross: i32,
  taps: usize,
  image: usize,
  patches: usize,
): void {
  const line = <usize>windowsAcross * sizeof<T>();
  const across = taps + <usize>tapsDown * 12;
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < tapsDown; i++) {
      const down = taps + <usize>i * 12;
      const shift = load<i32>(down), first = load<i32>(down, 4), last = load<i32>(down, 8);
      for (let j = 0; j < tapsAcross; j++) {
        const right = across + <usize>j * 12;
        const start = load<i32>(right, 4), count = load<i32>(right, 8) - start;
        const column = start * strideAcross + load<i32>(right);
        const rest = windowsAcross - start - count;
        const lead = <usize>start * sizeof<T>();
        const end = patches + <usize>windowsDown * line;
        let o = 0;
        if (i > 0) {
          // the tap above has the same lines, for windows further down
          const skipped = (shift - load<i32>(down - 12)) / strideDown;
          if (skipped * strideDown == shift - load<i32>(down - 12) && skipped < windowsDown) {
            o = windowsDown - skipped;
            const above = end - <usize>(tapsAcross * windowsDown + o) * line;
            copyLine<T>(above, 1, patches, o * windowsAcross);
            patches += <usize>o * line;
          }
        }
        for (; o < windowsDown; o++) {
          if (o < first || o >= last) {
            zeroLine<T>(patches, windowsAcross);
          } else {
            const from = image + <usize>((o * strideDown + shift) * width + column) * sizeof<T>();
            zeroLine<T>(patches, start);
            copyLine<T>(from, strideAcross, patches + lead, count);
            zeroLine<T>(patches + line - <usize>rest * sizeof<T>(), rest);
          }
          patches += line;
        }
      }
    }
    image += <usize>(height * width) * sizeof<T>();
  }
}

/** The transpose of {@link gather}: adds the patches to the image. */
@inline function scatter<T>(
  channels: i32,
  height: i32,
  width: i32,
  strideDown: i32,
  strideAcross: i32,
  windowsDown: i32,
  windowsAcross: i32,
  tapsDown: i32,
  tapsAcross: i32,
  taps: usize,
  image: usize,
  patches: usize,
): void {
  const line = <usize>windowsAcross * sizeof<T>();
  const across = taps + <usize>tapsDown * 12;
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < tapsDown; i++) {
      const down = taps + <usize>i * 12;
      const shift = load<i32>(down), first = load<i32>(down, 4), last = load<i32>(down, 8);
      for (let j = 0; j < tapsAcross; j++) {
        const right = across + <usize>j * 12;
        const start = load<i32>(right, 4), count = load<i32>(right, 8) - start;
        const column = start * strideAcross + load<i32>(right);
        let from = patches + <usize>first * line + <usize>start * sizeof<T>();
        for (let o = first; o < last; o++) {
          const to = image + <usize>((o * strideDown + shift) * width + column) * sizeof<T>();
          addLine<T>(from, to, strideAcross, count);
          from += line;
        }
        patches += <usize>windowsDown * line;
      }
    }
    image += <usize>(height * width) * sizeof<T>();
  }
}

export function gather32(
  channels: i32, height: i32, width: i32,
  strideDown: i32, strideAcross: i32,
  windowsDown: i32, windowsAcross: i32,
  tapsDown: i32, tapsAcross: i32,
  taps: usize, image: usize, patches: usize,
): void {
  gather<f32>(channels, height, width, strideDown, strideAcross, windowsDown, windowsAcross, tapsDown, tapsAcross, taps, image, patches);
}

export function gather64(
  channels: i32, height: i32, width: i32,
  strideDown: i32, strideAcross: i32,
  windowsDown: i32, windowsAcross: i32,
  tapsDown: i32, tapsAcross: i32,
  taps: usize, image: usize, patches: usize,
): void {
  gather<f64>(channels, height, width, strideDown, strideAcross, windowsDown, windowsAcross, tapsDown, tapsAcross, taps, image, patches);
}

export function scatter32(
  channels: i32, height: i32, width: i32,
  strideDown: i32, strideAcross: i32,
  windowsDown: i32, windowsAcross: i32,
  tapsDown: i32, tapsAcross: i32,
  taps: usize, image: usize, patches: usize,
): void {
  scatter<f32>(channels, height, width, strideDown, strideAcross, windowsDown, windowsAcross, tapsDown, tapsAcross, taps, image, patches);
}

export function scatter64(
  channels: i32, height: i32, width: i32,
  strideDown: i32, strideAcross: i32,
  windowsDown: i32, windowsAcross: i32,
  tapsDown: i32, tapsAcross: i32,
  taps: usize, image: usize, patches: usize,
): void {
  scatter<f64>(channels, height, width, strideDown, strideAcross, windowsDown, windowsAcross, tapsDown, tapsAcross, taps, image, patches);
}

/**
 * places[channel, window] = which entry of the image is the largest of a window, or its last NaN; `entries` are those of
 * each window of a channel, `[windows, size]`.
 */
@inline function largest<T>(
  channels: i32,
  plane: i32,
  windows: i32,
  size: i32,
  entries: usize,
  image: usize,
  places: usize,
): void {
  for (let c = 0; c < channels; c++) {
    const channel = c * plane;
    let entry = entries;
    for (let r = 0; r < windows; r++) {
      let best = channel + load<i32>(entry);
      let value = load<T>(image + <usize>best * sizeof<T>());
      for (let t = 1; t < size; t++) {
        entry += 4;
        const at = channel + load<i32>(entry);
        const other = load<T>(image + <usize>at * sizeof<T>());
        // no branch: which is larger cannot be predicted
        const larger = i32(other > value) | i32(other != other);
        best += larger * (at - best);
        value = load<T>(image + <usize>best * sizeof<T>());
      }
      entry += 4;
      store<i32>(places, best);
      places += 4;
    }
  }
}

export function largest32(
  channels: i32, plane: i32, windows: i32, size: i32,
  entries: usize, image: usize, places: usize,
): void {
  largest<f32>(channels, plane, windows, size, entries, image, places);
}

export function largest64(
  channels: i32, plane: i32, windows: i32, size: i32,
  entries: usize, image: usize, places: usize,
): void {
  largest<f64>(channels, plane, windows, size, entries, image, places);
}
