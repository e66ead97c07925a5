#!/usr/bin/env python3
"""
Writes the conformance set: python3 generate.py. Or compares it with what was written: python3 generate.py --check.

Needs NumPy only. Nothing is taken from natgrad, and no formula for a Fisher matrix is used: derivatives come from
forward-mode dual numbers, second ones from complex steps on them, expectations over labels from sums over all labels
(a quadrature that is exact, for Gaussian ones). Conventions are in README.md.
"""

import json
import pathlib
import sys

import numpy as np

from networks import Dual, Likelihood, Network
from problems import PROBLEMS

HERE = pathlib.Path(__file__).parent / "problems"
STEP = 1e-60
DAMPING = 0.01
KINDS = ("fisher", "sampledFisher", "empiricalFisher")


class Oracle:
    """Everything that is expected of one problem."""

    def __init__(self, network, likelihood, theta, X, y, drawn):
        self.network, self.likelihood = network, likelihood
        self.theta, self.X, self.y, self.drawn = theta, X, y, drawn
        D, N = len(theta), len(X)
        self.N = N
        f = network.outputs(Dual(theta, np.eye(D)), X)
        self.f = f.value
        self.J = np.moveaxis(f.tangents, 0, -1)  # [N, M, D]
        self.check_jacobian()
        self.g = self.gradients(y)  # [N, D]

    def check_jacobian(self):
        """A second way to J: one complex step for each parameter, without tangents"""
        for j in range(len(self.theta)):
            moved = self.theta.astype(complex)
            moved[j] += 1j * STEP
            f = self.network.outputs(Dual(moved, np.zeros((1, len(moved)), complex)), self.X)
            np.testing.assert_allclose(f.value.imag / STEP, self.J[:, :, j], rtol=1e-12, atol=1e-14)

    def residuals(self, y):
        """dl/df [N, M]"""
        M = self.f.shape[1]
        f = Dual(self.f, np.broadcast_to(np.eye(M)[:, None, :], (M,) + self.f.shape))
        return self.likelihood.loss(f, y).tangents.T

    def gradients(self, y):
        """d l_n / d theta [N, D], through the loss itself"""
        f = Dual(self.f, np.moveaxis(self.J, -1, 0))
        return self.likelihood.loss(f, y).tangents.T

    def losses(self):
        return self.likelihood.loss(Dual(self.f, np.zeros((1,) + self.f.shape)), self.y).value

    def columns(self, kind):
        """Pairs (weights [N], labels): the kind is the sum over them of weight · (1/N) sum_n (…)(…)ᵀ"""
        if kind == "fisher":
            return list(self.likelihood.outcomes(self.f))
        if kind == "sampledFisher":
            k = self.drawn.shape[1]
            return [(np.full(self.N, 1 / k), self.drawn[:, j]) for j in range(k)]
        return [(np.ones(self.N), self.y)]

    def matrix(self, kind):
        total = 0
        for weight, labels in self.columns(kind):
            g = self.gradients(labels)
            total = total + np.einsum("n,ni,nj->ij", weight, g, g)
        return total / self.N

    def covariance(self):
        centred = self.g - self.g.mean(0)
        return centred.T @ centred / self.N

    def hessian(self):
        D = len(self.theta)
        H = np.empty((D, D))
        for j in range(D):
            moved = self.theta.astype(complex)
            moved[j] += 1j * STEP
            f = self.network.outputs(Dual(moved, np.eye(D, dtype=complex)), self.X)
            # `mean` and `sum` act on the tangents, whose imaginary part is the j-th derivative of the gradient
            H[j] = self.likelihood.loss(f, self.y).tangents.mean(-1).imag / STEP
        assert np.abs(H - H.T).max() < 1e-13 * np.abs(H).max(), "a Hessian is symmetric"
        return (H + H.T) / 2

    # --- Kronecker factors ---

    def layer_rows(self):
        """
        layer → (a [N, groups, R, in], Jacobians of f by the layer's outputs [N, M, groups, R, out]). The latter are
        derivatives by a number that is added to one output at one position.
        """
        seen = {}
        self.network.outputs(Dual(self.theta, np.zeros((1, len(self.theta)))), self.X, seen=seen)
        found = {}
        for name, (a, shape) in seen.items():
            size = int(np.prod(shape[1:]))
            unit = np.broadcast_to(np.eye(size).reshape(size, 1, *shape[1:]), (size,) + shape)
            theta = Dual(self.theta, np.zeros((size, len(self.theta))))
            f = self.network.outputs(theta, self.X, shift={name: Dual(np.zeros(shape), unit)})
            N, G, R, _ = a.shape
            J = np.moveaxis(f.tangents, 0, -1).reshape(N, -1, G, size // G // R, R)
            found[name] = (a, np.moveaxis(J, -1, -2))
        return found

    def kronecker(self, kind, sharing):
        entries = []
        for name, (a, J) in self.layer_rows().items():
            has_bias = f"{name}.bias" in self.network.shapes
            for group in range(a.shape[1]):
                A = a[:, group]
                if has_bias:
                    A = np.concatenate([A, np.ones(A.shape[:-1] + (1,))], -1)
                rows = [
                    np.sqrt(w)[:, None, None] * np.einsum("nm,nmro->nro", self.residuals(labels), J[:, :, group])
                    for w, labels in self.columns(kind)
                ]
                entries.append(self.factors(name, group, A, np.stack(rows, 1), sharing))
        return sorted(entries, key=lambda e: list(self.network.shapes).index(f"{e['layer']}.weight"))

    def factors(self, name, group, a, g, sharing):
        """a [N, R, in], g [N, K, R, out]"""
        exact = np.einsum("nkro,nri->nkoi", g, a)
        if sharing == "reduce":
            a, g = a.mean(1, keepdims=True), g.sum(2, keepdims=True)
        A = np.einsum("nri,nrj->ij", a, a) / (a.shape[0] * a.shape[1])
        G = np.einsum("nkro,nkrp->op", g, g) / self.N
        (left, P), (right, Q) = np.linalg.eigh(G), np.linalg.eigh(A)
        moments = np.einsum("nkoi,op,iq->nkpq", exact, P, Q) ** 2
        distinct = all(np.diff(v).min(initial=1) > 1e-5 * v.max() for v in (left, right))
        return {
            "layer": name,
            "group": group,
            "inputs": A,
            "gradients": G,
            **({"secondMoments": moments.sum((0, 1)) / self.N} if distinct else {}),
        }


def lower(A):
    return [[float(x) for x in row[: i + 1]] for i, row in enumerate(A)]


def plain(x):
    return [plain(row) for row in x] if np.ndim(x) else float(x)


def make(problem, seed):
    random = np.random.default_rng(seed)
    likelihood = Likelihood(problem["likelihood"])
    buffers = {}
    for i, layer in enumerate(problem["layers"]):
        if layer["kind"] == "batchNorm":
            buffers[f"{i}.running_mean"] = np.round(random.normal(0, 0.3, layer["features"]), 3)
            buffers[f"{i}.running_var"] = np.round(random.uniform(0.4, 1.5, layer["features"]), 3)
    network = Network(problem["layers"], buffers)
    theta = np.round(random.normal(0, 0.8, network.dimension), 3)
    X = np.round(random.standard_normal((problem["samples"], *problem["inputShape"])), 3)
    f = network.outputs(Dual(theta, np.zeros((1, len(theta)))), X).value
    # labels that are not those of the model, so that second moments of gradients are no Fishers
    y = likelihood.draw(0.3 * f + (0.5 if likelihood.family == "poisson" else 0), random)
    drawn = np.stack([likelihood.draw(f, random) for _ in range(problem["draws"])], 1)
    return Oracle(network, likelihood, theta, X, y, drawn)


def expected(oracle, problem):
    kinds = {kind: oracle.matrix(kind) for kind in KINDS}
    kinds |= {"hessian": oracle.hessian(), "gradientCovariance": oracle.covariance()}
    D = len(oracle.theta)
    vectors = np.round(np.random.default_rng(problem["seed"] + 1000).standard_normal((2, D)), 3)
    layers = problem["layers"]
    convolutions = any(layer["kind"] == "conv2d" for layer in layers)
    tied = any(layer["kind"] == "reuse" for layer in layers)
    factors = {} if tied else {
        kind: {
            sharing: [
                {**e, "inputs": lower(e["inputs"]), "gradients": lower(e["gradients"])}
                | ({"secondMoments": plain(e["secondMoments"])} if "secondMoments" in e else {})
                for e in oracle.kronecker(kind, sharing)
            ]
            for sharing in (("expand", "reduce") if convolutions else ("expand",))
        }
        for kind in KINDS
    }
    damped = kinds["fisher"] + DAMPING * np.eye(D)
    return {
        "outputs": plain(oracle.f),
        "losses": plain(oracle.losses()),
        "gradient": plain(oracle.g.mean(0)),
        "perExampleGradients": plain(oracle.g),
        "matrices": {kind: lower(A) for kind, A in kinds.items()},
        "kroneckerFactors": factors,
        "products": {
            "vectors": plain(vectors),
            "jacobian": plain(np.einsum("nmd,vd->vnm", oracle.J, vectors)),
            **{kind: plain(vectors @ A) for kind, A in kinds.items()},
        },
        "damped": {
            "damping": DAMPING,
            "solve": plain(np.linalg.solve(damped, oracle.g.mean(0))),
            "logDeterminant": float(np.linalg.slogdet(damped)[1]),
        },
    }


def document(problem):
    oracle = make(problem, problem["seed"])
    shapes = oracle.network.shapes
    arrays = oracle.network.split(Dual(oracle.theta, np.zeros((1, len(oracle.theta)))))
    return {
        "format": "natgrad conformance 1",
        "name": problem["name"],
        "about": problem["about"],
        "model": {"inputShape": problem["inputShape"], "layers": problem["layers"]},
        "likelihood": problem["likelihood"],
        "parameters": [
            {"name": name, "shape": shape, "values": plain(arrays[name].value.ravel())}
            for name, shape in shapes.items()
        ],
        "buffers": [{"name": name, "values": plain(values)} for name, values in oracle.network.buffers.items()],
        "data": {
            "inputs": plain(oracle.X.reshape(len(oracle.X), -1)),
            "targets": plain(oracle.y),
            "sampledTargets": plain(oracle.drawn),
        },
        "expected": expected(oracle, problem),
    }


def text(value, indent="\n"):
    """JSON with arrays of numbers on one line each"""
    inner = indent + " "
    if isinstance(value, dict):
        items = [f"{json.dumps(k)}: {text(v, inner)}" for k, v in value.items()]
        return "{" + inner + ("," + inner).join(items) + indent + "}"
    if isinstance(value, list) and any(isinstance(v, (list, dict)) for v in value):
        return "[" + inner + ("," + inner).join(text(v, inner) for v in value) + indent + "]"
    if isinstance(value, list):
        return "[" + ",".join(text(v) for v in value) + "]"
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    # fifteen digits: what was rounded is far below what any library is asked for
    return f"{value:.15g}" if isinstance(value, float) else json.dumps(value)


def missing(found):
    """Which layers of which kind lack moments, because eigenvalues of a factor are equal: for who chooses seeds"""
    return [
        f"{kind} {sharing} {e['layer']}"
        for kind, ways in found["expected"]["kroneckerFactors"].items()
        for sharing, entries in ways.items()
        for e in entries
        if "secondMoments" not in e
    ]


def difference(a, b, path=""):
    """The largest difference of two documents, relative to the largest number beside it"""
    if isinstance(a, dict):
        assert a.keys() == b.keys(), f"{path}: {a.keys()} and {b.keys()}"
        return max((difference(a[k], b[k], f"{path}/{k}") for k in a), default=0)
    if isinstance(a, list) and a and isinstance(a[0], (dict, str)):
        return max(difference(x, y, f"{path}/{i}") for i, (x, y) in enumerate(zip(a, b, strict=True)))
    if isinstance(a, str):
        assert a == b, path
        return 0
    flat = lambda v: [x for row in v for x in flat(row)] if isinstance(v, list) else [float(v)]
    x, y = np.array(flat(a)), np.array(flat(b))
    assert x.shape == y.shape, path
    return float(np.abs(x - y).max(initial=0) / max(np.abs(x).max(initial=0), 1e-300)) if x.any() else 0


def main():
    HERE.mkdir(exist_ok=True)
    for problem in PROBLEMS:
        found = document(problem)
        path = HERE / f"{problem['name']}.json"
        if "--check" in sys.argv:
            apart = difference(json.loads(path.read_text()), json.loads(text(found)))
            print(f"{problem['name']:24} {apart:.1e}")
            assert apart < 1e-11, problem["name"]
        else:
            path.write_text(text(found) + "\n")
            print(f"{problem['name']:24} {path.stat().st_size:7} bytes, without moments: {missing(found)}")


if __name__ == "__main__":
    main()
