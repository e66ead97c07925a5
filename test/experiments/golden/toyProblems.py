"""The numbers of Figures 1, 2, 4 and 5 from NumPy and SciPy, for the tests of natgrad.

    python3 toyProblems.py DATA_FOLDER

writes toyProblems.json and startingPoints.json beside this file. Everything is computed from the
samples, in the plain way: minima by Newton's method in extended precision, paths by 49,999 Euler
steps that each visit all samples, runs by solving with the matrix of all samples.
"""
import csv
import json
import os
import sys

import numpy as np
import scipy.linalg

here = os.path.dirname(os.path.abspath(__file__))
N = 1000


def classes(mean, A0, A1):
    np.random.seed(0)
    X0 = np.array([mean, mean]) + np.random.randn(N // 2, 2) @ A0
    X1 = -np.array([mean, mean]) + np.random.randn(N // 2, 2) @ A1
    return np.vstack([X0, X1]), np.repeat([0.0, 1.0], N // 2)


def line(noise, quadratic):
    np.random.seed(0)
    x = np.random.randn(N, 1)
    y = (x + 1) + quadratic * x**2 + noise * np.random.randn(N, 1)
    return np.hstack([x, np.ones((N, 1))]), y.ravel()


def lognormal():
    np.random.seed(0)
    X = np.hstack([np.ones((N, 1)), np.random.lognormal(0, 0.75, (N, 1))])
    return X, (X @ np.array([[2.0], [2.0]]) + np.random.randn(N, 1)).ravel()


class Gaussian:
    def __init__(self, X, y, prior=np.inf):
        self.X, self.y, self.n, self.ridge = X, y, len(y), 1 / (prior * len(y))

    def residual(self, t):
        return self.X @ t - self.y

    def weight(self, t):
        return np.ones_like(self.y)

    def terms(self, t):
        return self.residual(t) ** 2 / 2

    def loss(self, t):
        return self.terms(t).mean() + self.ridge * (t @ t) / 2

    def gradient(self, t):
        return self.X.T @ self.residual(t) / self.n + self.ridge * t

    def fisher(self, t):
        return (self.X.T * self.weight(t)) @ self.X / self.n

    def empirical(self, t):
        J = self.X * self.residual(t)[:, None]
        return J.T @ J / self.n

    def hessian(self, t):
        return self.fisher(t) + self.ridge * np.eye(self.X.shape[1])


class Bernoulli(Gaussian):
    def residual(self, t):
        return 1 / (1 + np.exp(-(self.X @ t))) - self.y

    def weight(self, t):
        p = 1 / (1 + np.exp(-(self.X @ t)))
        return p * (1 - p)

    def accuracy(self, t):
        return float(np.mean((self.X @ t > 0) == (self.y == 1)))

    def terms(self, t):
        f = self.X @ t
        return np.logaddexp(0, np.where(self.y == 1, -f, f))


def minimize(kind, X, y, prior):
    long = kind(X.astype(np.longdouble), y.astype(np.longdouble), np.longdouble(prior))
    t = np.zeros(X.shape[1], np.longdouble)
    for _ in range(60):
        step = np.linalg.solve(long.hessian(t).astype(float), long.gradient(t).astype(float))
        t = t - step
    return long, t


def panel(kind, X, y, prior, corner):
    long, t = minimize(kind, X, y, prior)
    as_float = lambda A: np.array(A, float).tolist()
    fisher, empirical = long.fisher(t), long.empirical(t)
    root = lambda C: 3 * np.real(scipy.linalg.sqrtm(np.linalg.inv(np.array(C, float) * N)))
    return {
        "first": [as_float(X[0]), float(y[0])],
        "last": [as_float(X[-1]), float(y[-1])],
        "minimum": as_float(t),
        "loss": float(long.loss(t)),
        **({"accuracy": long.accuracy(t)} if kind is Bernoulli else {}),
        "fisher": as_float(fisher),
        "empiricalFisher": as_float(empirical),
        "hessian": as_float(long.hessian(t)),
        "halfAxes": {
            "fisher": root(long.hessian(t)).tolist(),
            "empiricalFisher": root(empirical).tolist(),
        },
        "generalizedEigenvalues": scipy.linalg.eigh(
            np.array(empirical, float), np.array(fisher, float), eigvals_only=True
        ).tolist(),
        "lossAtCorner": float(long.loss(np.array(corner, np.longdouble))),
    }


def figure1():
    X, y = lognormal()
    long, minimum = minimize(Gaussian, X, y, 0.1)
    problem = Gaussian(X, y, 0.1)
    small = 1e-8 * np.eye(2)
    fields = {
        "GD": lambda t: -problem.gradient(t) / 3,
        "NGD": lambda t: -np.linalg.solve(problem.hessian(t) + small, problem.gradient(t)),
        "EFGD": lambda t: -3 * np.linalg.solve(problem.empirical(t) + small, problem.gradient(t)),
    }
    times = [0, 100, 1000, 5000, 10000, 20000, 49900, 49999]
    paths = []
    for name, field in fields.items():
        for start in ([2, 4.5], [1, 0], [4.5, 3], [-0.5, 3]):
            t, points = np.array(start, float), []
            for k in range(50000):
                if k in times:
                    points.append(t.tolist())
                t = t + 0.001 * field(t)
            paths.append({"method": name, "start": start, "points": points})
    grid = np.linspace(-1, 5, 15)
    return {
        "first": [X[0].tolist(), float(y[0])],
        "last": [X[-1].tolist(), float(y[-1])],
        "minimum": np.array(minimum, float).tolist(),
        "losses": [[a, b, problem.loss(np.array([a, b]))] for a in (-1.0, 5.0) for b in (-1.0, 5.0)],
        "arrows": {
            name: [
                [grid[i], grid[j], *field(np.array([grid[i], grid[j]]))]
                for i, j in [(0, 0), (14, 14), (3, 11), (7, 7), (8, 6)]
            ]
            for name, field in fields.items()
        },
        "times": times,
        "paths": paths,
    }


def run(problem, matrix, start, step, damping, iterations):
    t, curve = np.array(start, float), []
    for _ in range(iterations):
        curve.append(problem.loss(t))
        C = matrix(t) + damping * np.eye(len(t))
        t = t - step * np.linalg.solve(C, problem.gradient(t))
    return curve + [problem.loss(t)]


def read(path, skip, columns):
    with open(path, newline="") as file:
        rows = list(csv.reader(file))[skip:]
    data = np.array([[float(v) for v in row[:columns]] for row in rows])
    return np.hstack([data[:, :-1], np.ones((len(data), 1))]), data[:, -1]


def starts(X, y, settings):
    problem, minimum = Gaussian(X, y), minimize(Gaussian, X, y, np.inf)[1]
    matrices = {"NGD": problem.fisher, "EFGD": problem.empirical}
    factors = [0.875, 0.75, 0.5, 0]
    return {
        "settings": {k: {"stepSize": s, "damping": d} for k, (s, d) in settings.items()},
        "curves": [
            {
                "method": name,
                "start": c,
                "curve": run(problem, matrices[name], c * np.array(minimum, float), *settings[name], 20),
            }
            for name in matrices
            for c in factors
        ],
    }


def quadratic():
    problem = Gaussian(np.ones((2, 1)), np.array([0.5, -0.5]))
    matrices = {"NGD": problem.fisher, "EFGD": problem.empirical}
    return [
        {"method": name, "start": x, "curve": run(problem, matrix, [x], 0.5, 1e-6, 10)}
        for name, matrix in matrices.items()
        for x in (0.5, 1, 2, 4)
    ]


def write(name, value):
    with open(os.path.join(here, name), "w") as file:
        json.dump(value, file, indent=1)
        file.write("\n")


I = np.eye(2)
tilted = lambda c: 1.5 * np.array([[1, c], [c, 1]])
write(
    "toyProblems.json",
    {
        "numpy": np.__version__,
        "figure1": figure1(),
        "figure2": [
            panel(Bernoulli, *classes(1, 2 * I, 2 * I), np.inf, [-0.7, -0.7]),
            panel(Bernoulli, *classes(1.5, 3 * I, I), np.inf, [-0.8, -0.8]),
            panel(Bernoulli, *classes(1, tilted(-0.6), tilted(0.6)), np.inf, [-1.0, -1.0]),
        ],
        "figure4": [
            panel(Gaussian, *line(1, 0), 0.1, [0.8, 0.85]),
            panel(Gaussian, *line(2, 0), 0.1, [0.775, 0.85]),
            panel(Gaussian, *line(1, 0.5), 0.1, [0.775, 1.325]),
        ],
    },
)
data = sys.argv[1]
write(
    "startingPoints.json",
    {
        "numpy": np.__version__,
        "Wine": starts(
            *read(os.path.join(data, "sklearn", "wine_data.csv"), 1, 14),
            {"NGD": (0.75, 1e-10), "EFGD": (0.05, 1e-6)},
        ),
        "Boston": starts(
            *read(os.path.join(data, "sklearn", "boston_house_prices.csv"), 2, 14),
            {"NGD": (1.0, 1e-10), "EFGD": (5.0, 1e-10)},
        ),
        "quadratic": quadratic(),
    },
)
