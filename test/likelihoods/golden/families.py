"""Writes families.json: each family from its definition p(y | f), with enough digits that no
cancellation matters, rounded once to doubles.

    python3 families.py && npx biome check --write families.json    (mpmath 1.3.0)
"""

import json
import pathlib

from mpmath import mp, mpf


def doubles(values):
    return [float(v) for v in values]


mp.dps = 9000  # exp(−10⁴) has 4343 zeros after the point
bernoulli = []
for f in (0, 1e-10, 0.3, 1, 5, 20, 36.7, 40, 100, 500, 700, 745, 1000, 1e4):
    for signed in (f, -f):
        p = mp.exp(mpf(signed)) / (1 + mp.exp(mpf(signed)))
        bernoulli.append({
            "f": signed,
            "loss": doubles([-mp.log(1 - p), -mp.log(p)]),
            "residual": doubles([p, p - 1]),
            "fisher": float(p * (1 - p)),
            "factor": float(mp.sqrt(p * (1 - p))),
            "mean": float(p),
        })  # fmt: skip

mp.dps = 18000
categorical = []
for f in (
    [0.0, 0.0],
    [0.0, 0.0, 0.0],
    [1.0, 2.0, 3.0],
    [-0.3, 0.7, 0.1, 2.5, -1.25, 0.0, 0.9, -3.1, 1.1, 0.2],
    [40.0, 0.0, -40.0],
    [37.0, 36.99, -300.0, 2.0],
    [-800.0, 5.0, 4.999],
    [1e4, -1e4, 0.0],
    [12345.0, 12345.5, 12300.0],
):
    weights = [mp.exp(mpf(v)) for v in f]
    p = [w / sum(weights) for w in weights]
    identity = [[int(i == j) for j in range(len(f))] for i in range(len(f))]
    categorical.append({
        "f": f,
        "loss": doubles(-mp.log(v) for v in p),
        "residual": [doubles(p[j] - row[j] for j in range(len(f))) for row in identity],
        "fisher": [doubles(p[i] * (row[j] - p[j]) for j in range(len(f))) for i, row in enumerate(identity)],
        "mean": doubles(p),
    })  # fmt: skip

mp.dps = 60
poisson = []
for f in (-1e4, -745.0, -50.0, -1.0, 0.0, 0.5, 1.6094379124341003, 2.7, 4.605170185988092, 13.8155, 36.0, 88.8, 700.0, 709.7):
    for y in (0, 1, 2, 5, 14, 15, 16, 100, 1000, 10**6, 10**12, 2**53 - 1):
        rate = mp.exp(mpf(f))
        poisson.append({
            "f": f,
            "y": y,
            "loss": float(rate - y * mpf(f) + mp.loggamma(y + 1)),
            "residual": float(rate - y),
            "fisher": float(rate),
            "factor": float(mp.sqrt(rate)),
        })  # fmt: skip

gaussian = []
for variance in (1.0, 0.3, 2500.0):
    for f, y in ((0.0, 0.0), (1.5, -2.25), (1e8, 1.0), (3.0, 3.0000001)):
        density = mp.exp(-((mpf(f) - mpf(y)) ** 2) / (2 * mpf(variance))) / mp.sqrt(2 * mp.pi * mpf(variance))
        gaussian.append({
            "variance": variance,
            "f": f,
            "y": y,
            "loss": float(-mp.log(density)),
            "residual": float((mpf(f) - mpf(y)) / mpf(variance)),
        })  # fmt: skip

special = {
    "logGamma": [[x, float(mp.loggamma(mpf(x)))] for x in (
        1e-300, 1e-10, 0.01, 0.3, 0.49999, 0.5, 0.75, 0.999, 1 - 1e-9, 1.0, 1 + 1e-12, 1.2, 1.4999, 1.5, 1.9,
        2 - 1e-9, 2.0, 2 + 1e-9, 2.3, 2.5, 2.50001, 3.0, 4.7, 8.0, 12.3, 14.999, 15.0, 17.5, 33.3, 171.0,
        1e3, 1e6 + 0.5, 1e10, 1e15, 1e100, 1e305,
    )],
    "logFactorial": [[n, float(mp.loggamma(n + 1))] for n in (0, 1, 2, 3, 5, 13, 14, 15, 20, 100, 170, 171, 10**6, 10**15)],
}  # fmt: skip

golden = {"bernoulli": bernoulli, "categorical": categorical, "poisson": poisson, "gaussian": gaussian, "special": special}
path = pathlib.Path(__file__).with_name("families.json")
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
