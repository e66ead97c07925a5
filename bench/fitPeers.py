"""One fit of the benchmark's table by statsmodels or scikit-learn, in a process of its own:

    python3 fitPeers.py FILE TARGET OTHER_TARGETS FAMILY LIBRARY

prints the seconds of reading (pandas) and of each way to fit, the coefficients and the peak of memory as a line of
JSON; without arguments the versions. The ways are those that a user would take, and the fastest solver there is.
"""

import json
import resource
import sys
import time
import warnings

import numpy
import pandas


def timed(work):
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started


def statsmodels_ways(family, y, X):
    import statsmodels.api as sm

    models = {
        "gaussian": {"OLS": lambda: sm.OLS(y, X)},
        "bernoulli": {"Logit": lambda: sm.Logit(y, X), "GLM": lambda: sm.GLM(y, X, family=sm.families.Binomial())},
        "poisson": {"Poisson": lambda: sm.Poisson(y, X), "GLM": lambda: sm.GLM(y, X, family=sm.families.Poisson())},
    }
    for name, model in models[family].items():
        options = {"disp": 0} if name in ("Logit", "Poisson") else {}
        yield name, lambda: usual(model(), options)
    name, model = next(iter(models[family].items()))
    options = {} if name == "OLS" else {"disp": 0}
    yield f"{name}, all three", lambda: all_three(model(), options)


def usual(model, options):
    """The table that is printed: coefficients and standard errors."""
    result = model.fit(**options)
    result.bse
    return numpy.asarray(result.params)


def all_three(model, options):
    """What natgrad's fit holds: the inverse Fisher, OPG, and the sandwich of both."""
    result = model.fit(**options)
    bread = result.cov_params()
    if hasattr(model, "score_obs"):
        scores = model.score_obs(result.params)
    else:
        scores = (result.resid / result.mse_resid)[:, None] * model.exog
    outer = scores.T @ scores
    numpy.sqrt(numpy.diag(numpy.linalg.inv(outer)))
    numpy.sqrt(numpy.diag(bread @ outer @ bread))
    return numpy.asarray(result.params)


def sklearn_ways(family, y, X):
    from sklearn.linear_model import LinearRegression, LogisticRegression, PoissonRegressor

    plain = {"fit_intercept": False, "tol": 1e-8}
    models = {
        "gaussian": {"LinearRegression": lambda: LinearRegression(fit_intercept=False)},
        "bernoulli": {
            f"LogisticRegression, {solver}": lambda solver=solver: LogisticRegression(
                penalty=None, solver=solver, max_iter=1000, **plain
            )
            for solver in ("lbfgs", "newton-cholesky")
        },
        "poisson": {
            f"PoissonRegressor, {solver}": lambda solver=solver: PoissonRegressor(
                alpha=0, solver=solver, max_iter=1000, **plain
            )
            for solver in ("lbfgs", "newton-cholesky")
        },
    }
    for name, model in models[family].items():
        yield name, lambda model=model: model().fit(X, y).coef_.ravel()


def versions():
    import sklearn
    import statsmodels

    return {
        "statsmodels": statsmodels.__version__,
        "sklearn": sklearn.__version__,
        "pandas": pandas.__version__,
        "numpy": numpy.__version__,
        "python": sys.version.split()[0],
    }


def main(path, target, others, family, library):
    table, read = timed(lambda: pandas.read_csv(path))
    y = table.pop(target).to_numpy(dtype=float)
    features = table.drop(columns=others.split(","))
    X = numpy.column_stack([features.to_numpy(), numpy.ones(len(y))])
    ways = {"statsmodels": statsmodels_ways, "sklearn": sklearn_ways}[library]
    fits = []
    for name, fit in ways(family, y, X):
        theta, seconds = timed(fit)
        fits.append({"name": name, "seconds": seconds, "theta": theta.tolist()})
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"read": read, "fits": fits, "peakMiB": peak}


warnings.simplefilter("ignore")
print(json.dumps(main(*sys.argv[1:]) if len(sys.argv) > 1 else versions()))
