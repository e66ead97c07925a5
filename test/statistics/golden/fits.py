"""Writes fits.json: small regressions solved from their definitions, row by row, with NumPy (2.4.6): Newton's
method on the likelihood, then the three covariances from the scores of the rows. Those that R 4.2.2 fits too are
compared with its glm (fits.R), whose standard errors are those of its last step but one.

    python3 fits.py && npx biome check --write fits.json
"""

import json
import pathlib
import subprocess
import tempfile

import numpy as np
from scipy.special import gammaln

random = np.random.RandomState(7)


def design(n, p, intercept=True):
    X = np.round(random.randn(n, p) * [1, 3, 0.2, 1, 1][:p] + [0, 1, 5, 0, 0][:p], 3)
    return X, np.column_stack([X, np.ones(n)]) if intercept else X


def softmax(F):
    E = np.exp(F - F.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def solve(name, X, Z, y, offset=None, weights=None, weighting="precision"):
    """X as given, Z with the intercept. Returns θ, the scores of the rows, H, and the log-likelihood."""
    n, p = Z.shape
    o = np.zeros(n) if offset is None else offset
    w = np.ones(n) if weights is None else weights
    if name == "gaussian":
        theta = np.linalg.lstsq(np.sqrt(w)[:, None] * Z, np.sqrt(w) * (y - o), rcond=None)[0]
        return theta
    C = int(y.max()) + 1 if name == "categorical" else 2
    M = C - 1 if name == "categorical" else 1
    theta = np.zeros(M * p)
    if name == "poisson":
        theta = np.linalg.lstsq(Z, np.log(y + 0.5) - o, rcond=None)[0]
    for _ in range(60):
        gradient, H, _, _ = evaluate(name, Z, y, o, w, theta, M)
        theta = theta - np.linalg.solve(H, gradient)
    return theta


def evaluate(name, Z, y, o, w, theta, M):
    n, p = Z.shape
    F = Z @ theta.reshape(M, p).T + o[:, None]
    if name == "categorical":
        P = softmax(np.column_stack([np.zeros(n), F]))[:, 1:]
        Y = np.eye(M + 1)[y.astype(int)][:, 1:]
        R = P - Y
        L = np.einsum("na,ab->nab", P, np.eye(M)) - np.einsum("na,nb->nab", P, P)
        ll = np.log(softmax(np.column_stack([np.zeros(n), F])))[np.arange(n), y.astype(int)]
    elif name == "bernoulli":
        mu = 1 / (1 + np.exp(-F))
        R, L = mu - y[:, None], (mu * (1 - mu))[:, :, None]
        ll = np.where(y == 1, np.log(mu[:, 0]), np.log1p(-mu[:, 0]))
    else:
        mu = np.exp(F)
        R, L = mu - y[:, None], mu[:, :, None]
        ll = y * F[:, 0] - mu[:, 0] - gammaln(y + 1)
    scores = np.einsum("na,ni->nai", R, Z).reshape(n, M * p)
    H = np.einsum("n,nab,ni,nj->aibj", w, L, Z, Z).reshape(M * p, M * p)
    return w @ scores, H, scores, ll


def report(name, X, Z, y, offset=None, weights=None, weighting="precision"):
    n, p = Z.shape
    o = np.zeros(n) if offset is None else offset
    w = np.ones(n) if weights is None else weights
    N = w.sum() if weighting == "frequency" else n
    repeat = w if weighting == "frequency" else w**2
    theta = solve(name, X, Z, y, offset, weights, weighting)
    out = {}
    if name == "gaussian":
        r = Z @ theta + o - y
        rss = w @ r**2
        s2 = rss / N
        H = (Z.T * w) @ Z / s2
        scores = r[:, None] * Z / s2
        # scores of log σ: one observation of variance σ² / w, or w of variance σ²
        u = w * r**2 / s2 if weighting == "precision" else r**2 / s2
        g = np.column_stack([scores * (w[:, None] if weighting == "precision" else 1), 1 - u])
        times = np.ones(n) if weighting == "precision" else w
        joint = (g.T * times) @ g
        opg = np.linalg.inv(joint)[:p, :p]
        tilde = joint[:p, :p]
        extra = 0 if weighting == "frequency" else np.log(w).sum()
        out["loglik"] = -0.5 * (N * np.log(2 * np.pi * s2) - extra + N)
        out["deviance"] = rss
        fisher = np.linalg.inv(H) * N / (N - p)
        parameters = p + 1
        out["effective"] = np.trace(np.linalg.solve(H, tilde)) + joint[p, p] / (2 * N)
    else:
        M = len(theta) // p
        _, H, scores, ll = evaluate(name, Z, y, o, w, theta, M)
        tilde = (scores.T * repeat) @ scores
        opg = np.linalg.inv(tilde)
        fisher = np.linalg.inv(H)
        out["loglik"] = w @ ll
        saturated = 0
        if name == "poisson":
            saturated = w @ np.where(y > 0, y * np.log(np.maximum(y, 1)) - y, 0) - w @ gammaln(y + 1)
        out["deviance"] = 2 * (saturated - out["loglik"])
        parameters = len(theta)
        out["effective"] = np.trace(np.linalg.solve(H, tilde))
    bread = np.linalg.inv(H)
    out["theta"] = theta.tolist()
    out["fisher"] = np.sqrt(np.diag(fisher)).tolist()
    out["empirical"] = np.sqrt(np.diag(opg)).tolist()
    out["sandwich"] = np.sqrt(np.diag(bread @ tilde @ bread)).tolist()
    out["aic"] = 2 * parameters - 2 * out["loglik"]
    out["bic"] = np.log(N) * parameters - 2 * out["loglik"]
    return out


cases = []


def case(title, family, X, Z, y, offset=None, weights=None, weighting="precision"):
    data = {"title": title, "family": family, "X": X.tolist(), "y": y.tolist(), "intercept": Z.shape != X.shape}
    if offset is not None:
        data["offset"] = offset.tolist()
    if weights is not None:
        data["weights"], data["weighting"] = weights.tolist(), weighting
    data["expected"] = {k: v if isinstance(v, list) else float(v) for k, v in report(
        family, X, Z, y, offset, weights, weighting).items()}  # fmt: skip
    cases.append(data)


X, Z = design(80, 3)
y = np.round(Z @ [1, -0.5, 2, 3] + random.randn(80) * np.exp(0.5 * X[:, 0]), 4)
case("least squares, unequal variances", "gaussian", X, Z, y)
w = np.round(random.uniform(0.2, 4, 80), 2)
case("weighted least squares with an offset", "gaussian", X, Z, y, offset=X[:, 1] * 0.3, weights=w)
w = random.randint(0, 4, 80).astype(float)
case("least squares, frequency weights with zeros", "gaussian", X, Z, y, weights=w, weighting="frequency")
X, Z = design(60, 2, intercept=False)
case("least squares without intercept", "gaussian", X, Z, np.round(X @ [2, 1] + random.randn(60), 3))
X, Z = design(150, 3)
eta = Z @ [1, -0.3, 2, -9.5]
y = (random.uniform(size=150) < 1 / (1 + np.exp(-eta))).astype(float)
case("logistic", "bernoulli", X, Z, y)
o = np.round(random.randn(150) * 0.5, 3)
w = random.randint(1, 5, 150).astype(float)
case("logistic, offset and precision weights", "bernoulli", X, Z, y, offset=o, weights=w)
case("logistic, frequency weights", "bernoulli", X, Z, y, weights=w, weighting="frequency")
counts = random.poisson(np.exp(0.3 * X[:, 0] + 0.1 * X[:, 1] + 1) * random.gamma(2, 0.5, 150)).astype(float)
case("Poisson, overdispersed", "poisson", X, Z, counts)
e = np.round(np.log(random.uniform(10, 1000, 150)), 4)
case("Poisson with exposure", "poisson", X, Z, random.poisson(np.exp(e - 4 + 0.4 * X[:, 0])).astype(float), offset=e)
X, Z = design(100, 2, intercept=False)
case("Poisson without intercept", "poisson", X, Z, random.poisson(np.exp(0.5 * X[:, 0] + 1.2 * X[:, 1])).astype(float))
X, Z = design(200, 2)
F = np.column_stack([np.zeros(200), Z @ [1, 0.2, 0.1], Z @ [-1, 0.3, -0.4], Z @ [0.2, -0.2, 0.3]])
y = np.array([random.choice(4, p=row) for row in softmax(F)]).astype(float)
case("four classes", "categorical", X, Z, y)

with tempfile.TemporaryDirectory() as folder:
    for number, data in enumerate(cases):
        if data["family"] == "categorical" or data.get("weighting") == "frequency":
            continue
        columns = [data["y"], data.get("offset", [0] * len(data["y"])), data.get("weights", [1] * len(data["y"]))]
        columns += np.array(data["X"]).T.tolist()
        lines = [",".join(repr(v) for v in row) for row in zip(*columns)]
        path = pathlib.Path(folder, f"{number}-{data['family']}-{int(data['intercept'])}.csv")
        path.write_text("\n".join(lines))
    script = pathlib.Path(__file__).with_name("fits.R")
    printed = subprocess.run(["Rscript", script, folder], check=True, capture_output=True, text=True).stdout
for line in printed.splitlines():
    number, *values = line.split()
    values = [float(v) for v in values]
    data = cases[int(number)]
    D = len(data["expected"]["theta"])
    # R has the intercept first
    turn = (lambda v: v[1:] + v[:1]) if data["intercept"] else (lambda v: v)
    names = ("loglik", "aic", "bic", "deviance", "nullDeviance")
    data["R"] = {"theta": turn(values[:D]), "fisher": turn(values[D : 2 * D]), **dict(zip(names, values[2 * D :]))}
    for key in ("theta", "fisher", "loglik", "aic", "bic", "deviance"):
        tolerance = 1e-7 if key == "fisher" else 1e-9
        np.testing.assert_allclose(data["R"][key], data["expected"][key], rtol=tolerance, err_msg=data["title"])

pathlib.Path(__file__).with_name("fits.json").write_text(json.dumps(cases))
