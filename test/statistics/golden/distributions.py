"""Writes distributions.json: upper tails and quantiles by SciPy and by mpmath. SciPy's value is left out (null)
where it is further than 1e-13 from that of mpmath (t at 10⁷ degrees: 3e-11), or below the normal doubles.

    python3 distributions.py && npx biome check --write distributions.json    (SciPy 1.17.1, mpmath 1.3.0)
"""

import json
import pathlib

from mpmath import mp, mpf
from scipy import stats

mp.dps = 60


def normal(z):
    return mp.erfc(mpf(z) / mp.sqrt(2)) / 2


def student(t, nu):
    t, nu = mpf(t), mpf(nu)
    half = mp.betainc(nu / 2, mpf(1) / 2, 0, nu / (nu + t * t), regularized=True) / 2
    return half if t >= 0 else 1 - half


def chi_square(x, k):
    return mp.gammainc(mpf(k) / 2, mpf(x) / 2, mp.inf, regularized=True)


def checked(by_scipy, exact):
    return float(by_scipy) if by_scipy > 1e-307 and abs(by_scipy / exact - 1) < 1e-13 else None


def quantile(function, tail, start):
    return float(mp.findroot(lambda x: mp.log(function(x)) - mp.log(mpf(tail)), start))


points = [0, 1e-8, 0.1, 0.67, 1, 1.4, 1.5, 1.6, 1.96, 2.5758, 4, 8, 20, 37, 40, 300]
rows = {"normal": [], "student": [], "chiSquare": [], "quantiles": []}
for z in points + [-v for v in points[1:10]]:
    rows["normal"].append([z, float(mp.log(normal(z))), checked(stats.norm.sf(z), normal(z))])
for nu in (0.5, 1, 2, 3, 7.5, 30, 99, 1000, 123456, 1e7):
    for t in (1e-6, 0.3, 1, 1.96, 3, 8, 40, 1e4):
        tail = student(t, nu)
        if tail > mpf(10) ** -4000:
            rows["student"].append([t, nu, float(mp.log(tail)), checked(stats.t.sf(t, nu), tail)])
    rows["student"].append([-1.3, nu, float(mp.log(student(-1.3, nu))), checked(stats.t.sf(-1.3, nu), student(-1.3, nu))])
for k in (0.5, 1, 2, 3, 10, 27, 28, 33, 210, 1275, 20000):
    for factor in (0.01, 0.3, 0.9, 1, 1.05, 1.2, 2, 5, 40):
        x = k * factor
        rows["chiSquare"].append([x, k, float(mp.log(chi_square(x, k))), checked(stats.chi2.sf(x, k), chi_square(x, k))])
for tail in (1e-300, 1e-10, 0.001, 0.025, 0.3, 0.5, 0.9, 0.975):
    rows["quantiles"].append([tail, None, quantile(normal, tail, stats.norm.isf(tail))])
    for nu in (1, 2.5, 10, 100, 1e6):
        if tail >= 1e-10:
            start = float(stats.t.isf(tail, nu))
            rows["quantiles"].append([tail, nu, quantile(lambda t: student(t, nu), tail, start)])

pathlib.Path(__file__).with_name("distributions.json").write_text(json.dumps(rows))
