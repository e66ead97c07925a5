"""Writes streams.json: the keyed streams again, from their definition, with unbounded integers.

Then format it: npx biome check --write streams.json
"""

import json
import pathlib

MASK = 0xFFFFFFFF


def rotate(x, by):
    return ((x << by) | (x >> (32 - by))) & MASK


def quarter(a, b, c, d):
    """RFC 8439, section 2.1."""
    a = (a + b) & MASK
    d = rotate(d ^ a, 16)
    c = (c + d) & MASK
    b = rotate(b ^ c, 12)
    a = (a + b) & MASK
    d = rotate(d ^ a, 8)
    c = (c + d) & MASK
    b = rotate(b ^ c, 7)
    return a, b, c, d


def words_of(key):
    if isinstance(key, str):
        units = key.encode("utf-16-le")
        return [2, len(units) // 2, *(units[i] + 256 * units[i + 1] for i in range(0, len(units), 2))]
    return [1, key & MASK, (key >> 32) & MASK]


def start(keys):
    state = tuple(int.from_bytes(b"expand 32-byte k"[i : i + 4], "little") for i in (0, 4, 8, 12))
    for key in keys:
        for word in words_of(key):
            state = (state[0] ^ word, *state[1:])
            for _ in range(8):
                state = quarter(*state)
    return list(state)


def xoshiro(state, count):
    s = list(state)
    drawn = []
    for _ in range(count):
        drawn.append(rotate(s[1] * 5 & MASK, 7) * 9 & MASK)
        t = s[1] << 9 & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotate(s[3], 11)
    return drawn


golden = {
    "xoshiro": {"state": [1, 2, 3, 4], "bits": xoshiro([1, 2, 3, 4], 2000)[::199]},
    "streams": [
        {"keys": keys, "state": start(keys), "bits": xoshiro(start(keys), 3)}
        for keys in ([0], [1], [-1], [2**53 - 1], [0, 0], [7, "boston", 3], [7, "bóston", 3], [0, "😀"])
    ],
}
path = pathlib.Path(__file__).with_name("streams.json")
path.write_text(json.dumps(golden, ensure_ascii=True, separators=(",", ":")) + "\n")
