"""Writes nist.json: the linear least squares sets of the Statistical Reference Datasets (StRD) of the
National Institute of Standards and Technology, https://www.itl.nist.gov/div898/strd/lls/lls.shtml, a work of
the United States government in the public domain, with the values that NIST certifies.

The certified values are checked here: the normal equations are solved in rational arithmetic from the data
as printed. `lm` is what R's lm makes of the same numbers (nist.R, R 4.2.2; tol = 1e-10, with which it keeps
all columns of Filip; by default it drops one).

    python3 nist.py && npx biome check --write nist.json
"""

import json
import pathlib
import subprocess
import tempfile
from decimal import Decimal, getcontext
from fractions import Fraction

getcontext().prec = 60

norris = """
0.1 0.2 338.8 337.4 118.1 118.2 888.0 884.6 9.2 10.1 228.1 226.5 668.5 666.3 998.5 996.3 449.1 448.6
778.9 777.0 559.2 558.2 0.3 0.4 0.1 0.6 778.1 775.5 668.8 666.9 339.3 338.0 448.9 447.5 10.8 11.6
557.7 556.0 228.3 228.1 998.0 995.8 888.8 887.6 119.6 120.2 0.3 0.3 0.6 0.3 557.6 556.8 339.3 339.1
888.0 887.2 998.5 999.0 778.9 779.0 10.2 11.1 117.6 118.3 228.9 229.2 668.4 669.1 449.2 448.9 0.2 0.5
"""
pontius = """
.11019 150000 .21956 300000 .32949 450000 .43899 600000 .54803 750000 .65694 900000 .76562 1050000
.87487 1200000 .98292 1350000 1.09146 1500000 1.20001 1650000 1.30822 1800000 1.41599 1950000
1.52399 2100000 1.63194 2250000 1.73947 2400000 1.84646 2550000 1.95392 2700000 2.06128 2850000
2.16844 3000000 .11052 150000 .22018 300000 .32939 450000 .43886 600000 .54798 750000 .65739 900000
.76596 1050000 .87474 1200000 .98300 1350000 1.09150 1500000 1.20004 1650000 1.30818 1800000
1.41613 1950000 1.52408 2100000 1.63159 2250000 1.73965 2400000 1.84696 2550000 1.95445 2700000
2.06177 2850000 2.16829 3000000
"""
filip = """
0.8116 -6.860120914 0.9072 -4.324130045 0.9052 -4.358625055 0.9039 -4.358426747 0.8053 -6.955852379
0.8377 -6.661145254 0.8667 -6.355462942 0.8809 -6.118102026 0.7975 -7.115148017 0.8162 -6.815308569
0.8515 -6.519993057 0.8766 -6.204119983 0.8885 -5.853871964 0.8859 -6.109523091 0.8959 -5.79832982
0.8913 -5.482672118 0.8959 -5.171791386 0.8971 -4.851705903 0.9021 -4.517126416 0.909 -4.143573228
0.9139 -3.709075441 0.9199 -3.499489089 0.8692 -6.300769497 0.8872 -5.953504836 0.89 -5.642065153
0.891 -5.031376979 0.8977 -4.680685696 0.9035 -4.329846955 0.9078 -3.928486195 0.7675 -8.56735134
0.7705 -8.363211311 0.7713 -8.107682739 0.7736 -7.823908741 0.7775 -7.522878745 0.7841 -7.218819279
0.7971 -6.920818754 0.8329 -6.628932138 0.8641 -6.323946875 0.8804 -5.991399828 0.7668 -8.781464495
0.7633 -8.663140179 0.7678 -8.473531488 0.7697 -8.247337057 0.77 -7.971428747 0.7749 -7.676129393
0.7796 -7.352812702 0.7897 -7.072065318 0.8131 -6.774174009 0.8498 -6.478861916 0.8741 -6.159517513
0.8061 -6.835647144 0.846 -6.53165267 0.8751 -6.224098421 0.8856 -5.910094889 0.8919 -5.598599459
0.8934 -5.290645224 0.894 -4.974284616 0.8957 -4.64454848 0.9047 -4.290560426 0.9129 -3.885055584
0.9209 -3.408378962 0.9219 -3.13200249 0.7739 -8.726767166 0.7681 -8.66695597 0.7665 -8.511026475
0.7703 -8.165388579 0.7702 -7.886056648 0.7761 -7.588043762 0.7809 -7.283412422 0.7961 -6.995678626
0.8253 -6.691862621 0.8602 -6.392544977 0.8809 -6.067374056 0.8301 -6.684029655 0.8664 -6.378719832
0.8834 -6.065855188 0.8898 -5.752272167 0.8964 -5.132414673 0.8963 -4.811352704 0.9074 -4.098269308
0.9119 -3.66174277 0.9228 -3.2644011
"""
longley = """
60323 83.0 234289 2356 1590 107608 1947
61122 88.5 259426 2325 1456 108632 1948
60171 88.2 258054 3682 1616 109773 1949
61187 89.5 284599 3351 1650 110929 1950
63221 96.2 328975 2099 3099 112075 1951
63639 98.1 346999 1932 3594 113270 1952
64989 99.0 365385 1870 3547 115094 1953
63761 100.0 363112 3578 3350 116219 1954
66019 101.2 397469 2904 3048 117388 1955
67857 104.6 419180 2822 2857 118734 1956
68169 108.4 442769 2936 2798 120445 1957
66513 110.8 444546 4681 2637 121950 1958
68655 112.6 482704 3813 2552 123366 1959
69564 114.2 502601 3931 2514 125368 1960
69331 115.7 518173 4806 2572 127852 1961
70551 116.9 554894 4007 2827 130081 1962
"""
wampler3 = [760, -2042, 2111, -1684, 3888, 1858, 11379, 17560, 39287, 64382, 113159, 175108, 273291, 400186,
            581243, 811568, 1121004, 1506550, 2002767, 2611612, 3369180]  # fmt: skip
exact = [sum(x**k for k in range(6)) for x in range(21)]


def table(text, columns):
    numbers = text.split()
    return [numbers[i : i + columns] for i in range(0, len(numbers), columns)]


def polynomial(pairs, degree, intercept=True):
    """rows y, x, x², …"""
    return {
        "y": [p[0] for p in pairs],
        "x": [[p[1]] for p in pairs],
        "degree": degree,
        "intercept": intercept,
    }


def scaled(factor):
    return [[str(e + factor * (w - e)), str(x)] for x, (e, w) in enumerate(zip(exact, wampler3))]


wampler2 = [
    [str(1 + sum(Decimal(x) ** k * Decimal(10) ** -k for k in range(1, 6))), str(x)] for x in range(21)
]
longley_rows = table(longley, 7)
sets = {
    "Norris": polynomial(table(norris, 2), 1),
    "Pontius": polynomial(table(pontius, 2), 2),
    "NoInt1": polynomial([[str(130 + i), str(60 + i)] for i in range(11)], 1, False),
    "NoInt2": polynomial([["3", "4"], ["4", "5"], ["4", "6"]], 1, False),
    "Filip": polynomial(table(filip, 2), 10),
    "Longley": {
        "y": [r[0] for r in longley_rows],
        "x": [r[1:] for r in longley_rows],
        "degree": 1,
        "intercept": True,
    },
    "Wampler1": polynomial([[str(e), str(x)] for x, e in enumerate(exact)], 5),
    "Wampler2": polynomial(wampler2, 5),
    "Wampler3": polynomial(scaled(1), 5),
    "Wampler4": polynomial(scaled(100), 5),
    "Wampler5": polynomial(scaled(10000), 5),
}

# As NIST prints them: intercept first, estimate and standard deviation, then the residual standard deviation.
certified = {
    "Norris": ([(-0.262323073774029, 0.232818234301152), (1.00211681802045, 0.429796848199937e-3)], 0.884796396144373),
    "Pontius": ([(0.673565789473684e-3, 0.107938612033077e-3), (0.732059160401003e-6, 0.157817399981659e-9), (-0.316081871345029e-14, 0.486652849992036e-16)], 0.205177424076185e-3),
    "NoInt1": ([(2.07438016528926, 0.165289256198347e-1)], 3.56753034006338),
    "NoInt2": ([(0.727272727272727, 0.420827318078432e-1)], 0.369274472937998),
    "Filip": ([(-1467.48961422980, 298.084530995537), (-2772.17959193342, 559.779865474950), (-2316.37108160893, 466.477572127796), (-1127.97394098372, 227.204274477751), (-354.478233703349, 71.6478660875927), (-75.1242017393757, 15.2897178747400), (-10.8753180355343, 2.23691159816033), (-1.06221498588947, 0.221624321934227), (-0.670191154593408e-1, 0.142363763154724e-1), (-0.246781078275479e-2, 0.535617408889821e-3), (-0.402962525080404e-4, 0.896632837373868e-5)], 0.334801051324544e-2),
    "Longley": ([(-3482258.63459582, 890420.383607373), (15.0618722713733, 84.9149257747669), (-0.358191792925910e-1, 0.334910077722432e-1), (-2.02022980381683, 0.488399681651699), (-1.03322686717359, 0.214274163161675), (-0.511041056535807e-1, 0.226073200069370), (1829.15146461355, 455.478499142212)], 304.854073561965),
    "Wampler1": ([(1.0, 0.0)] * 6, 0.0),
    "Wampler2": ([(10.0**-k, 0.0) for k in range(6)], 0.0),
    "Wampler3": ([(1.0, 2152.32624678170), (1.0, 2363.55173469681), (1.0, 779.343524331583), (1.0, 101.475507550350), (1.0, 5.64566512170752), (1.0, 0.112324854679312)], 2360.14502379268),
    "Wampler4": ([(1.0, 215232.624678170), (1.0, 236355.173469681), (1.0, 77934.3524331583), (1.0, 10147.5507550350), (1.0, 564.566512170752), (1.0, 11.2324854679312)], 236014.502379268),
    "Wampler5": ([(1.0, 21523262.4678170), (1.0, 23635517.3469681), (1.0, 7793435.24331583), (1.0, 1014755.07550350), (1.0, 56456.6512170752), (1.0, 1123.24854679312)], 23601450.2379268),
}  # fmt: skip


def solve(A, B):
    """A⁻¹ B by Gauss and Jordan's elimination, exactly."""
    n = len(A)
    rows = [list(a) + list(b) for a, b in zip(A, B)]
    for k in range(n):
        pivot = next(i for i in range(k, n) if rows[i][k] != 0)
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [v / rows[k][k] for v in rows[k]]
        for i in range(n):
            if i != k and rows[i][k] != 0:
                factor = rows[i][k]
                rows[i] = [v - factor * w for v, w in zip(rows[i], rows[k])]
    return [row[n:] for row in rows]


def fraction(text):
    return Fraction(Decimal(text))


def root(value):
    return float((Decimal(value.numerator) / Decimal(value.denominator)).sqrt())


def digits(found, expected):
    return 15 if found == expected else round(-Decimal(abs(found - expected) / abs(expected or 1)).log10(), 1)


for name, data in sets.items():
    y = [fraction(v) for v in data["y"]]
    design = [
        ([Fraction(1)] if data["intercept"] else []) + [fraction(v) ** k for v in row for k in range(1, data["degree"] + 1)]
        for row in data["x"]
    ]  # fmt: skip
    P = len(design[0])
    gram = [[sum(r[i] * r[j] for r in design) for j in range(P)] for i in range(P)]
    right = [sum(r[i] * t for r, t in zip(design, y)) for i in range(P)]
    inverse = solve(gram, [[Fraction(int(i == j)) for j in range(P)] for i in range(P)])
    beta = [sum(a * b for a, b in zip(row, right)) for row in inverse]
    rss = sum((t - sum(a * b for a, b in zip(r, beta))) ** 2 for r, t in zip(design, y))
    variance = rss / (len(y) - P)
    printed, deviation = certified[name]
    agreement = [digits(float(b), c[0]) for b, c in zip(beta, printed)]
    agreement += [digits(root(variance * inverse[j][j]), printed[j][1]) for j in range(P)]
    agreement.append(digits(root(variance), deviation))
    print(name, "agrees with rational arithmetic to", min(agreement), "digits")
    assert min(agreement) > 13.5, (name, agreement)
    data["coefficients"] = [c[0] for c in printed]
    data["standardErrors"] = [c[1] for c in printed]
    data["residualDeviation"] = deviation
    data["residualSumOfSquares"] = float(rss)
    data["y"] = [float(v) for v in data["y"]]
    data["x"] = [[float(v) for v in row] for row in data["x"]]

with tempfile.TemporaryDirectory() as folder:
    for name, data in sets.items():
        columns = [[v**k for v in row for k in range(1, data["degree"] + 1)] for row in data["x"]]
        lines = [",".join(repr(v) for v in [t, *row]) for t, row in zip(data["y"], columns)]
        pathlib.Path(folder, f"{name}.csv").write_text("\n".join(lines))
    script = pathlib.Path(__file__).with_name("nist.R")
    printed = subprocess.run(["Rscript", script, folder], check=True, capture_output=True, text=True).stdout
for line in printed.splitlines():
    name, *values = line.split()
    half = len(values) // 2
    sets[name]["lm"] = {
        "coefficients": [float(v) for v in values[:half]],
        "standardErrors": [float(v) for v in values[half:]],
    }
    assert half == len(sets[name]["coefficients"])

pathlib.Path(__file__).with_name("nist.json").write_text(json.dumps(sets))
