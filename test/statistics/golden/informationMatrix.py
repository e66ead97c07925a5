"""Writes informationMatrix.json: White's information matrix test of the regressions of fits.json, by its definition.

Scores and Hessians are those of (θ, σ²); the indicators are vech(s sᵀ + H) of each row. Their expectation given x
is taken by summing over the outcomes (counts: to 40 standard deviations above the mean; Gaussian: Gauss-Hermite quadrature), the derivatives of White
(1982) by central differences, the rank by the eigenvalues, for all products in columns made orthogonal by the Fisher.
Nothing is simplified.

    python3 informationMatrix.py && npx biome check --write informationMatrix.json    (NumPy 2.4.6, SciPy 1.17.1)
"""

import json
import pathlib

import numpy as np
from scipy.special import gammaln
from scipy.stats import chi2

cases = json.loads(pathlib.Path(__file__).with_name("fits.json").read_text())


def scores(family, known, x, w, o, y, theta):
    """score and Hessian of log p(y | x) for one row"""
    p = len(x)
    if family == "gaussian":
        beta, phi = (theta, 1.0) if known else (theta[:p], theta[p])
        x, r = np.sqrt(w) * x, np.sqrt(w) * (y - o - x @ beta)
        if known:
            return r * x, -np.outer(x, x)
        s = np.append(r * x / phi, (r * r / phi - 1) / (2 * phi))
        H = -np.outer(np.append(x, 0), np.append(x, 0)) / phi
        H[:p, p] = H[p, :p] = -r * x / phi**2
        H[p, p] = 0.5 / phi**2 - r * r / phi**3
        return s, H
    if family == "categorical":
        M = len(theta) // p
        f = np.append(0, theta.reshape(M, p) @ x)
        e = np.exp(f - f.max())
        q = (e / e.sum())[1:]
        r = np.eye(M + 1)[int(y)][1:] - q
        return np.kron(r, x), -np.kron(np.diag(q) - np.outer(q, q), np.outer(x, x))
    f = o + x @ theta
    mu = 1 / (1 + np.exp(-f)) if family == "bernoulli" else np.exp(f)
    v = mu * (1 - mu) if family == "bernoulli" else mu
    return (y - mu) * x, -v * np.outer(x, x)


def indicators(family, known, x, w, o, y, theta, pick):
    s, H = scores(family, known, x, w, o, y, theta)
    return (np.outer(s, s) + H)[pick], s


def outcomes(family, known, x, w, o, theta):
    """all y with their probabilities given x"""
    p = len(x)
    if family == "gaussian":
        beta, sigma = (theta, 1.0) if known else (theta[:p], np.sqrt(theta[p]))
        t, weight = np.polynomial.hermite_e.hermegauss(16)
        return o + x @ beta + sigma / np.sqrt(w) * t, weight / weight.sum()
    if family == "categorical":
        f = np.append(0, theta.reshape(-1, p) @ x)
        e = np.exp(f - f.max())
        return np.arange(len(f)), e / e.sum()
    f = o + x @ theta
    if family == "bernoulli":
        mu = 1 / (1 + np.exp(-f))
        return np.array([0, 1]), np.array([1 - mu, mu])
    mu = np.exp(f)
    y = np.arange(int(mu + 40 * np.sqrt(mu) + 60))
    return y, np.exp(y * f - np.exp(f) - gammaln(y + 1))


def quadratic(total, V):
    """dᵀ V⁻ d and the rank of V, which has been scaled by the variances before projection"""
    values, vectors = np.linalg.eigh(V)
    keep = values > 1e-6 * max(1, values.max())
    return float(np.sum((vectors[:, keep].T @ total) ** 2 / values[keep])), int(keep.sum())


def orthogonal(family, Z, w, repeat, o, theta):
    """Z and θ in columns that the Fisher of the first predictor makes orthogonal"""
    n, p = Z.shape
    f = o + Z @ theta[:p]
    if family == "gaussian":
        v = w
    elif family == "poisson":
        v = np.exp(f)
    elif family == "bernoulli":
        v = 1 / (2 + np.exp(f) + np.exp(-f))
    else:
        e = np.exp(np.column_stack([np.zeros(n), Z @ theta.reshape(-1, p).T]))
        q = e[:, 1] / e.sum(axis=1)
        v = q * (1 - q)
    L = np.linalg.cholesky((Z.T * (v * repeat)) @ Z / repeat.sum())
    own = theta[: len(theta) // p * p]
    return np.linalg.solve(L, Z.T).T, np.concatenate([(own.reshape(-1, p) @ L).ravel(), theta[len(own) :]])


def test(data, form, diagonal, known):
    family = data["family"]
    X = np.array(data["X"])
    n = len(X)
    Z = np.column_stack([X, np.ones(n)]) if data["intercept"] else X
    y = np.array(data["y"])
    o = np.array(data.get("offset", np.zeros(n)))
    w = np.array(data.get("weights", np.ones(n)))
    repeat = np.ones(n)
    if data.get("weighting") == "frequency":
        repeat, w = w, np.ones(n)
    theta = np.array(data["expected"]["theta"])
    if family == "gaussian" and not known:
        theta = np.append(theta, data["expected"]["deviance"] / repeat.sum())
    if not diagonal:
        Z, theta = orthogonal(family, Z, w, repeat, o, theta)
    D = len(theta)
    pick = np.diag_indices(D) if diagonal else np.tril_indices(D)
    if family == "categorical" and not diagonal:
        # x_i x_j of two classes once, not twice: what is cut off depends on how often a product counts
        p = Z.shape[1]
        once = pick[1] % p <= pick[0] % p
        pick = pick[0][once], pick[1][once]
    rows = [(Z[i], w[i], o[i], y[i]) for i in range(n)]
    sample = [indicators(family, known, *row, theta, pick) for row in rows]
    d = np.array([a for a, _ in sample])
    s = np.array([b for _, b in sample])
    K = d.shape[1]
    expected = np.zeros((K + D, K + D))
    for (x, weight, offset, _), times in zip(rows, repeat):
        values, probabilities = outcomes(family, known, x, weight, offset, theta)
        for value, probability in zip(values, probabilities):
            both = np.concatenate(indicators(family, known, x, weight, offset, value, theta, pick))
            expected += times * probability * np.outer(both, both)
    both = np.column_stack([d, s])
    G = expected if form == "efficient" else (both.T * repeat) @ both
    if form == "white-1982":
        slope = np.zeros((K, D))
        for k in range(D):
            step = np.zeros(D)
            step[k] = 1e-5 * abs(theta[k])
            up = sum(t * indicators(family, known, *row, theta + step, pick)[0] for row, t in zip(rows, repeat))
            down = sum(t * indicators(family, known, *row, theta - step, pick)[0] for row, t in zip(rows, repeat))
            slope[:, k] = (up - down) / (2 * step[k])
        B = slope @ np.linalg.inv(expected[K:, K:])
        W = both @ np.column_stack([np.eye(K), B]).T
        V = (W.T * repeat) @ W
    else:
        V = G[:K, :K] - G[:K, K:] @ np.linalg.solve(G[K:, K:], G[K:, :K])
    scale = np.sqrt(np.diag(G)[:K])
    scale[scale == 0] = 1
    statistic, rank = quadratic(repeat @ d / scale, V / np.outer(scale, scale))
    return {"statistic": statistic, "rank": rank, "p": float(chi2.sf(statistic, rank)), "count": K}


found = []
for number, data in enumerate(cases):
    if data.get("weighting") == "precision" and data["family"] != "gaussian":
        continue
    for diagonal in (False, True):
        for form in ("efficient", "chesher-lancaster", "white-1982"):
            for known in (False, True) if data["family"] == "gaussian" and form == "efficient" else (False,):
                if data["family"] == "categorical" and not diagonal and form != "efficient":
                    continue
                result = test(data, form, diagonal, known)
                found.append({"fit": number, "form": form, "diagonal": diagonal, "known": known, **result})
                print(data["title"], form, diagonal, known, result)
pathlib.Path(__file__).with_name("informationMatrix.json").write_text(json.dumps(found))
