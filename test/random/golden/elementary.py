"""Writes elementary.json, correctly rounded log and exp: python3 elementary.py (NumPy, mpmath).

Then format it: npx biome check --write elementary.json
"""

import json
import pathlib

import mpmath
import numpy as np

mpmath.mp.prec = 200
random = np.random.RandomState(11)


def table(function, *groups):
    x = [float(v) for v in np.concatenate(groups)]
    return {"x": x, "y": [float(function(mpmath.mpf(v))) for v in x]}


golden = {
    "log": table(
        mpmath.log,
        random.rand(300),
        np.exp(random.uniform(-700, 700, 100)),
        1 + 1e-3 * random.randn(50),
        1 + 1e-8 * random.randn(50),
        [5e-324, 1e-310, 2.2250738585072014e-308, 1.7976931348623157e308, 1.0, 2.0, 0.5],
    ),
    "exp": table(
        mpmath.exp,
        random.randn(300),
        random.uniform(-708, 709.7, 100),
        1e-5 * random.randn(50),
        1e-12 * random.randn(50),
        [0, 1, -1, 709.782712893384, 0.34657359027997264],
    ),
}
path = pathlib.Path(__file__).with_name("elementary.json")
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
