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

/** places[window] = which entry of the image is the largest of a window, for one at a time */
@inline function largestOf<T>(
  channel: usize,
  offset: i32,
  windows: i32,
  size: i32,
  entry: usize,
  place: usize,
  value: usize,
): void {
  let best = load<i32>(entry);
  let most = load<T>(channel + <usize>best * sizeof<T>());
  for (let t = 1; t < size; t++) {
    entry += <usize>windows << 2;
    const at = load<i32>(entry);
    const other = load<T>(channel + <usize>at * sizeof<T>());
    // no branch: which is larger cannot be predicted
    const larger = i32(other > most) | i32(other != other);
    best += larger * (at - best);
    most = load<T>(channel + <usize>best * sizeof<T>());
  }
  store<i32>(place, offset + best);
  store<T>(value, most);
}

@inline function load4(channel: usize, entry: usize): v128 {
  let x = v128.load32_zero(channel + (<usize>load<i32>(entry) << 2));
  x = v128.load_lane<f32>(channel + (<usize>load<i32>(entry, 4) << 2), x, 1);
  x = v128.load_lane<f32>(channel + (<usize>load<i32>(entry, 8) << 2), x, 2);
  return v128.load_lane<f32>(channel + (<usize>load<i32>(entry, 12) << 2), x, 3);
}

/**
 * places[channel, window] = which entry of the image is the largest of a window, or its last NaN, and its value;
 * `entries` are those of a channel, `[size, windows]`.
 */
export function largest32(
  channels: i32, plane: i32, windows: i32, size: i32,
  entries: usize, image: usize, places: usize, values: usize,
): void {
  for (let c = 0; c < channels; c++) {
    const offset = c * plane;
    const channel = image + (<usize>offset << 2);
    let r = 0;
    for (; r + 4 <= windows; r += 4) {
      let entry = entries + (<usize>r << 2);
      let best = v128.load(entry);
      let most = load4(channel, entry);
      for (let t = 1; t < size; t++) {
        entry += <usize>windows << 2;
        const other = load4(channel, entry);
        const larger = v128.or(f32x4.gt(other, most), f32x4.ne(other, other));
        best = v128.bitselect(v128.load(entry), best, larger);
        most = v128.bitselect(other, most, larger);
      }
      v128.store(places, i32x4.add(best, i32x4.splat(offset)));
      v128.store(values, most);
      places += 16;
      values += 16;
    }
    for (; r < windows; r++) {
      largestOf<f32>(channel, offset, windows, size, entries + (<usize>r << 2), places, values);
      places += 4;
      values += 4;
    }
  }
}

/** As {@link largest32}. */
export function largest64(
  channels: i32, plane: i32, windows: i32, size: i32,
  entries: usize, image: usize, places: usize, values: usize,
): void {
  for (let c = 0; c < channels; c++) {
    const offset = c * plane;
    const channel = image + (<usize>offset << 3);
    for (let r = 0; r < windows; r++) {
      largestOf<f64>(channel, offset, windows, size, entries + (<usize>r << 2), places, values);
      places += 4;
      values += 8;
    }
  }
}
