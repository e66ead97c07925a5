/** Memory for what is made and used up within one call, again and again: fresh pages cost more than the work. */

/** entries that are kept from call to call: 16 MiB */
const KEPT = 2 ** 22;

/** Numbers in float32 that hold what the last user left. One user at a time, who keeps no part of them. */
export class Room {
  private numbers: Float32Array = new Float32Array(0);

  /** `length` numbers, not zeroed */
  take(length: number): Float32Array {
    if (length > KEPT) return new Float32Array(length);
    if (this.numbers.length < length) this.numbers = new Float32Array(length);
    return this.numbers.subarray(0, length);
  }
}
