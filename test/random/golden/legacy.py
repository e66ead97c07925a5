"""Writes legacy.json, draws of NumPy's RandomState: python3 legacy.py (NumPy 2.4.6, glibc 2.36).

Then format it: npx biome check --write legacy.json
"""

import base64
import json
import math
import pathlib

import numpy as np
from numpy.random import RandomState


def fingerprint(values):
    """FNV-1a over the bytes of the values as little-endian doubles."""
    hashed = 2166136261
    for byte in np.asarray(values, dtype="<f8").tobytes():
        hashed = ((hashed ^ byte) * 16777619) & 0xFFFFFFFF
    return hashed


def exact(values):
    flat = np.asarray(values, dtype=float).ravel()
    return {"count": flat.size, "first": flat[:5].tolist(), "fingerprint": fingerprint(flat)}


def rounded(values):
    flat = np.asarray(values, dtype=float).ravel()
    return {
        "count": flat.size,
        "every97": flat[::97].tolist(),
        "sum": math.fsum(flat),
        "sumOfSquares": math.fsum(flat * flat),
    }


golden = {"numpy": np.__version__}

golden["bits"] = []
for seed in (0, 1, 42, 123456789, 4294967295, [0], [1, 2, 3], list(range(0, 4200000, 6000))):
    raw = RandomState(seed)._bit_generator.random_raw(6000)
    golden["bits"].append({"seed": seed, **exact(raw)})

golden["uniform"] = [{"seed": s, **exact(RandomState(s).random_sample(10000))} for s in (0, 7, 2**31)]
golden["uniformBetween"] = exact(RandomState(5).uniform(-3.5, 17.25, 1000))

golden["normal"] = [{"seed": s, **rounded(RandomState(s).randn(1000))} for s in (0, 1, 42)]
golden["normalAll"] = base64.b64encode(RandomState(0).randn(1000).astype("<f8").tobytes()).decode()
golden["normalLate"] = RandomState(9).normal(3.0, 0.25, 20001)[-5:].tolist()

random = RandomState(0)
figure1 = {"x": rounded(random.lognormal(0, 0.75, (1000, 1))), "noise": rounded(random.randn(1000, 1))}
random = RandomState(0)
figure2 = {"class0": rounded(random.randn(500, 2)), "class1": rounded(random.randn(500, 2))}
random = RandomState(0)
figure4 = {"x": rounded(random.randn(1000, 1)), "noise": rounded(random.randn(1000, 1))}
golden["figures"] = {"1": figure1, "2": figure2, "4": figure4}

golden["integers"] = []
for low, high in (
    (0, 1), (0, 2), (0, 10), (-5, 6), (0, 2**31), (0, 2**32 - 1), (0, 2**32), (0, 2**32 + 1),
    (-7, 2**40), (0, 2**53 - 1), (-(2**52), 2**52 - 1),
):  # fmt: skip
    drawn = RandomState(17).randint(low, high, size=1000)
    golden["integers"].append({"low": low, "high": high, **exact(drawn)})

golden["permutation"] = [exact(RandomState(3).permutation(n)) for n in (1, 2, 10, 5000)]
shuffled = np.linspace(0, 1, 101)
RandomState(4).shuffle(shuffled)
golden["shuffle"] = shuffled.tolist()

p = np.arange(1, 51) ** 2.0
p[[3, 30]] = 0
p /= p.sum()
golden["choice"] = {
    "probabilities": p.tolist(),
    "replace": exact(RandomState(21).choice(37, 1000)),
    "withoutReplacement": exact(RandomState(21).choice(1000, 300, replace=False)),
    "weighted": exact(RandomState(21).choice(50, 1000, p=p)),
    "weightedWithoutReplacement": RandomState(21).choice(50, 40, replace=False, p=p).tolist(),
}

golden["poisson"] = [
    {"rate": rate, **exact(RandomState(8).poisson(rate, 2000))}
    for rate in (0, 0.01, 1, 5.5, 9.999, 10, 17.3, 120, 1e4, 1e9)
]

random = RandomState(2019)
mixed = []
for i in range(300):
    mixed += [random.random_sample(), random.randn(), random.randint(0, 1000 + i)]
    mixed += random.permutation(5).tolist()
    mixed += [random.normal(i, 2.0), random.poisson(3.0 + i), random.lognormal(0.5, 0.1)]
    mixed += random.choice(10, 2, replace=False).tolist()
golden["interleaved"] = mixed[-56:]

random = RandomState(77)
random.randn(701)
_, key, position, has_spare, spare = random.get_state()
assert has_spare
golden["state"] = {"words": [*key.tolist(), int(position)], "spare": spare, "next": random.randn(7).tolist()}

path = pathlib.Path(__file__).with_name("legacy.json")
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
