"""Activations and their first two derivatives with 1000 digits, rounded to doubles. Run: python3 activations.py

Derivatives are taken by mpmath's numerical differentiation of the definition, not by formulas.
"""

import json
from pathlib import Path

from mpmath import diff, erf, exp, expm1, log1p, mp, mpf, pi, sqrt, tanh

mp.dps = 1000

sigmoid = lambda x: 1 / (1 + exp(-x))
activations = {
    "tanh": tanh,
    "sigmoid": sigmoid,
    "softplus": lambda x: log1p(exp(x)),
    "silu": lambda x: x * sigmoid(x),
    "gelu": lambda x: x * (1 + erf(x / sqrt(mpf(2)))) / 2,
    "gelu by tanh": lambda x: x
    * (1 + tanh(sqrt(2 / pi) * (x + mpf(0.044715) * x**3)))
    / 2,
    "elu": lambda x: expm1(x) if x < 0 else x,
}
sizes = [1e-300, 1e-20, 1e-8, 1e-3, 0.1, 0.5, 1, 1.7, 2.5, 4, 6.3, 8, 12, 19.5, 30, 33.3, 37, 60, 300, 700]
arguments = [s * x for x in sizes for s in (1, -1)]

golden = {
    name: [
        [x, *(float(f(mpf(x)) if n == 0 else diff(f, mpf(x), n)) for n in range(3))]
        for x in arguments
    ]
    for name, f in activations.items()
}
lines = (
    f'  "{name}": [\n' + ",\n".join(f"    {json.dumps(row)}" for row in rows) + "\n  ]"
    for name, rows in golden.items()
)
Path(__file__).with_suffix(".json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
