"""The same logistic regression by statsmodels and scikit-learn: python3 fitPeers.py FILE prints one line of JSON."""
import json
import sys
import time


def timed(work):
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started


def main(path):
    found = {}
    try:
        import numpy
        import pandas
    except ImportError as error:
        return {"missing": str(error)}
    table, found["read"] = timed(lambda: pandas.read_csv(path))
    y = table.pop("y").to_numpy(dtype=float)
    X = numpy.column_stack([table.to_numpy(), numpy.ones(len(y))])
    try:
        import statsmodels.api as sm

        model, found["statsmodels"] = timed(lambda: sm.GLM(y, X, family=sm.families.Binomial()).fit())
        found["statsmodels coefficient"] = float(model.params[0])
        _, found["statsmodels HC0"] = timed(
            lambda: sm.GLM(y, X, family=sm.families.Binomial()).fit(cov_type="HC0")
        )
    except ImportError as error:
        found["missing"] = str(error)
    try:
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(penalty="none", solver="newton-cg", tol=1e-8, fit_intercept=False)
        _, found["sklearn"] = timed(lambda: model.fit(X, y))
        found["sklearn coefficient"] = float(model.coef_[0][0])
    except ImportError as error:
        found["missing"] = str(error)
    return found


print(json.dumps(main(sys.argv[1])))
