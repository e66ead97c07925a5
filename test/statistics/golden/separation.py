"""Writes separation.json: small tables of integers with labels, and whether they are separated, decided by linear
programming (Konis 2007): the largest Σ s_n x_nᵀd under s_n x_nᵀd ≥ 0 and −1 ≤ d ≤ 1, s = ±1, is 0 without separation;
it is complete if s_n x_nᵀd ≥ 1 has a solution.

    python3 separation.py && npx biome check --write separation.json    (SciPy 1.17.1, NumPy 2.4.6)
"""

import json
import pathlib

import numpy as np
from scipy.optimize import linprog

random = np.random.RandomState(11)
tables = []
count = {"none": 0, "quasi-complete": 0, "complete": 0}
while min(count.values()) < 60:
    n, p = random.randint(8, 15), random.randint(1, 4)
    X = random.randint(-3, 4, (n, p)) * random.choice([1, 1, 100], p)
    y = (random.uniform(size=n) < 1 / (1 + np.exp(-X @ random.randn(p)))).astype(int)
    Z = np.column_stack([X, np.ones(n)])
    if np.linalg.matrix_rank(Z) <= p or y.min() == y.max():
        continue
    A = (2 * y - 1)[:, None] * Z
    free = [(None, None)] * (p + 1)
    found = linprog(-A.sum(axis=0), A_ub=-A, b_ub=np.zeros(n), bounds=[(-1, 1)] * (p + 1))
    strict = linprog(np.zeros(p + 1), A_ub=-A, b_ub=-np.ones(n), bounds=free)
    kind = "complete" if strict.status == 0 else "quasi-complete" if -found.fun > 1e-7 else "none"
    if count[kind] >= 80:
        continue
    count[kind] += 1
    tables.append({"X": X.tolist(), "y": y.tolist(), "kind": kind})
print(count)
pathlib.Path(__file__).with_name("separation.json").write_text(json.dumps(tables))
