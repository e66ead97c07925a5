"""Writes statsmodelsFits.json: regressions of all four families as statsmodels 0.13.5 (Debian's python3-statsmodels) fits
them, with the standard errors that it prints (nonrobust, HC0, HC1) and, by hand from its scores of the rows, OPG.

    /usr/bin/python3 statsmodelsFits.py && npx biome check --write statsmodelsFits.json

Classes and variants of statsmodels that fit the same model are compared here, so that a golden value does not rest on
one of them.
"""

import json
import pathlib

import numpy as np
import statsmodels
import statsmodels.api as sm

assert statsmodels.__version__.startswith("0.13.5"), statsmodels.__version__
random = np.random.RandomState(11)
TIGHT = {"disp": 0, "maxiter": 100, "tol": 1e-15}


def design(n, p, intercept=True):
    """Columns of unlike sizes, correlated; the intercept is the last column of Z."""
    X = random.randn(n, p) @ (np.eye(p) + 0.3 * random.randn(p, p))
    X = np.round(X * [1, 10, 0.1, 3, 1][:p] + [0, 5, 0, -2, 1][:p], 3)
    return X, np.column_stack([X, np.ones(n)]) if intercept else X


def root(V):
    return np.sqrt(np.diag(V))


def agree(a, b, what):
    np.testing.assert_allclose(a, b, rtol=1e-9, err_msg=what)


def least_squares(y, Z, weights=None):
    w = np.ones(len(y)) if weights is None else weights
    model = sm.WLS(y, Z, weights=w) if weights is not None else sm.OLS(y, Z)
    fit = model.fit()
    residual = y - Z @ fit.params
    variance = w @ residual**2 / len(y)
    glm = sm.GLM(y, Z, var_weights=w)
    agree(glm.fit().params, fit.params, "GLM")
    scores = glm.score_obs(fit.params, scale=variance)
    # log σ is a parameter, too: its scores are w r² / σ² − 1
    joint = np.column_stack([scores, w * residual**2 / variance - 1])
    return {
        "theta": fit.params,
        "fisher": fit.bse,
        "empirical": root(np.linalg.inv(joint.T @ joint))[: Z.shape[1]],
        "HC0": fit.get_robustcov_results("HC0").bse,
        "HC1": fit.get_robustcov_results("HC1").bse,
        "logLikelihood": fit.llf,
        "deviance": w @ residual**2,
    }


def discrete(model, glm=None):
    fit = model.fit(method="newton", **TIGHT)
    scores = model.score_obs(fit.params.ravel(order="F") if fit.params.ndim > 1 else fit.params)
    opg = np.linalg.inv(scores.T @ scores)
    bread = fit.cov_params()
    found = {
        "theta": fit.params.ravel(order="F"),
        "fisher": fit.bse.ravel(order="F"),
        "empirical": root(opg),
        "logLikelihood": fit.llf,
    }
    # its HC1 is left out: for these classes statsmodels gives HC0 under that name
    found["HC0"] = model.fit(method="newton", cov_type="HC0", **TIGHT).bse.ravel(order="F")
    agree(found["HC0"], root(bread @ (scores.T @ scores) @ bread), "HC0")
    if glm is None:
        return {**found, "deviance": -2 * fit.llf}
    other = glm.fit(tol=1e-15)
    agree(other.params, fit.params, "GLM")
    agree(other.bse, fit.bse, "GLM")
    agree(glm.fit(tol=1e-15, cov_type="HC0").bse, found["HC0"], "GLM, HC0")
    return {**found, "deviance": other.deviance}


def logit(y, Z):
    return discrete(sm.Logit(y, Z), sm.GLM(y, Z, family=sm.families.Binomial()))


def poisson(y, Z, offset=None):
    given = {} if offset is None else {"offset": offset}
    return discrete(sm.Poisson(y, Z, **given), sm.GLM(y, Z, family=sm.families.Poisson(), **given))


def softmax(F):
    E = np.exp(F - F.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


cases = []


def case(title, family, X, Z, y, expected, **given):
    plain = lambda v: v.tolist() if isinstance(v, np.ndarray) else float(v)
    cases.append({
        "title": title, "family": family, "intercept": Z.shape != X.shape, "X": X.tolist(), "y": y.tolist(),
        **{name: values.tolist() for name, values in given.items()},
        "expected": {name: plain(value) for name, value in expected.items()},
    })  # fmt: skip


def effects(Z):
    """Coefficients whose terms have a size near ½ each."""
    return np.round(random.uniform(-0.8, 0.8, Z.shape[1]) / np.sqrt((Z**2).mean(axis=0)), 3)


for n, p in ((40, 1), (90, 3), (150, 5)):
    X, Z = design(n, p)
    f = Z @ effects(Z)
    y = np.round(f + np.exp(0.5 * np.sin(3 * f)) * random.standard_t(5, n), 4)
    case(f"OLS, {n} × {p}, unequal variances", "gaussian", X, Z, y, least_squares(y, Z))
    w = np.round(random.uniform(0.2, 3, n), 2)
    case(f"WLS, {n} × {p}", "gaussian", X, Z, y, least_squares(y, Z, w), weights=w)
    y = (random.uniform(size=n) < 1 / (1 + np.exp(-f - 0.3 * np.sin(5 * f)))).astype(float)
    case(f"Logit, {n} × {p}", "bernoulli", X, Z, y, logit(y, Z))
    y = random.poisson(np.exp(0.6 * f + 0.8) * random.gamma(3, 1 / 3, n)).astype(float)
    case(f"Poisson, {n} × {p}, overdispersed", "poisson", X, Z, y, poisson(y, Z))
    F = np.column_stack([np.zeros(n), f, Z @ effects(Z)])
    y = np.array([random.choice(3, p=row) for row in softmax(F)]).astype(float)
    case(f"MNLogit, {n} × {p}, 3 classes", "categorical", X, Z, y, discrete(sm.MNLogit(y, Z)))

X, Z = design(120, 3)
o = np.round(np.log(random.uniform(5, 500, 120)), 4)
y = random.poisson(np.exp(o - 3 + 0.4 * Z @ effects(Z))).astype(float)
case("Poisson with exposure", "poisson", X, Z, y, poisson(y, Z, o), offset=o)
X, Z = design(100, 2, intercept=False)
y = np.round(Z @ [1, 0.1] + random.randn(100), 3)
case("OLS without intercept", "gaussian", X, Z, y, least_squares(y, Z))

pathlib.Path(__file__).with_name("statsmodelsFits.json").write_text(json.dumps(cases))
