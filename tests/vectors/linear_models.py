#!/usr/bin/env python3
"""Writes linear_models.json: coefficients of scikit-learn's linear models on standardized tables.

    linear_models.py TABLES > linear_models.json

TABLES is the folder bench/data. Solvers run to the optimum (tight tolerances), so that other
solvers of the same objective must agree. Each case names the settings in Basalt's words.
"""
import csv
import gzip
import json
import sys
import warnings
from pathlib import Path

import numpy
import sklearn
from sklearn import linear_model, svm
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
exact = dict(tol=1e-10, max_iter=100000)
dual = dict(tol=1e-9, max_iter=10000000)
CASES = [
    ("LinearRegression", "diabetes.csv", {}, linear_model.LinearRegression()),
    ("LinearRegression", "diabetes.csv", {"fit_intercept": False}, linear_model.LinearRegression(fit_intercept=False)),
    ("Ridge", "diabetes.csv", {"alpha": 1.0}, linear_model.Ridge(alpha=1.0)),
    ("Ridge", "diabetes.csv", {"alpha": 50.0}, linear_model.Ridge(alpha=50.0)),
    ("Lasso", "diabetes.csv", {"alpha": 0.1}, linear_model.Lasso(alpha=0.1, **exact)),
    ("Lasso", "diabetes.csv", {"alpha": 5.0}, linear_model.Lasso(alpha=5.0, **exact)),
    ("Lasso", "diabetes.csv", {"alpha": 1.0, "positive": True}, linear_model.Lasso(alpha=1.0, positive=True, **exact)),
    ("ElasticNet", "diabetes.csv", {"alpha": 0.01}, linear_model.ElasticNet(alpha=0.01, **exact)),
    ("ElasticNet", "diabetes.csv", {"alpha": 2.0, "l1_ratio": 0.8}, linear_model.ElasticNet(alpha=2.0, l1_ratio=0.8, **exact)),
    ("LogisticRegression", "breast_cancer.csv", {}, linear_model.LogisticRegression(**exact)),
    ("LogisticRegression", "breast_cancer.csv", {"C": 0.1, "fit_intercept": False},
     linear_model.LogisticRegression(C=0.1, fit_intercept=False, **exact)),
    ("LogisticRegression", "wine.csv", {}, linear_model.LogisticRegression(**exact)),
    ("LogisticRegression", "iris.csv", {"C": 10.0}, linear_model.LogisticRegression(C=10.0, **exact)),
    ("LogisticRegression", "digits.csv.gz", {"C": 0.01}, linear_model.LogisticRegression(C=0.01, **exact)),
    ("LogisticRegression", "breast_cancer.csv", {"class_weight": "balanced", "C": 0.5},
     linear_model.LogisticRegression(class_weight="balanced", C=0.5, **exact)),
    ("LogisticRegression", "iris.csv", {"class_weight": "setosa: 0.5, virginica: 3"},
     linear_model.LogisticRegression(class_weight={"setosa": 0.5, "virginica": 3}, **exact)),
    ("LogisticRegression", "breast_cancer.csv", {"penalty": "l1", "C": 0.1},
     linear_model.LogisticRegression(l1_ratio=1, solver="saga", C=0.1, **exact)),
    ("LogisticRegression", "wine.csv", {"penalty": "elasticnet", "l1_ratio": 0.3, "C": 0.2},
     linear_model.LogisticRegression(l1_ratio=0.3, solver="saga", C=0.2, **exact)),
    ("LinearDiscriminantAnalysis", "iris.csv", {}, LinearDiscriminantAnalysis()),
    ("LinearDiscriminantAnalysis", "breast_cancer.csv", {}, LinearDiscriminantAnalysis()),
    ("LinearDiscriminantAnalysis", "digits.csv.gz", {}, LinearDiscriminantAnalysis()),
    ("LinearDiscriminantAnalysis", "digits.csv.gz", {"shrinkage": "auto"}, LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")),
    ("LinearDiscriminantAnalysis", "wine.csv", {"shrinkage": "0.3"}, LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.3)),
    ("LinearDiscriminantAnalysis", "iris.csv", {"shrinkage": "auto", "priors": [0.2, 0.5, 0.3]},
     LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto", priors=[0.2, 0.5, 0.3])),
    ("LinearDiscriminantAnalysis", "breast_cancer.csv", {"priors": [0.5, 0.5]},
     LinearDiscriminantAnalysis(solver="lsqr", priors=[0.5, 0.5])),
    ("LinearSVC", "wine.csv", {}, svm.LinearSVC(dual=False, **exact)),
    ("LinearSVC", "breast_cancer.csv", {"C": 0.1}, svm.LinearSVC(C=0.1, dual=False, **exact)),
    ("LinearSVC", "breast_cancer.csv", {"loss": "hinge", "C": 0.01}, svm.LinearSVC(C=0.01, loss="hinge", **dual)),
    ("LinearSVC", "wine.csv", {"class_weight": "balanced", "intercept_scaling": 3.0, "C": 0.3},
     svm.LinearSVC(class_weight="balanced", intercept_scaling=3.0, C=0.3, dual=False, **exact)),
    ("LinearSVC", "wine.csv", {"penalty": "l1", "C": 0.1}, svm.LinearSVC(penalty="l1", C=0.1, dual=False, **exact)),
    ("LinearSVR", "diabetes.csv", {"epsilon": 5.0}, svm.LinearSVR(epsilon=5.0, **dual)),
    ("LinearSVR", "diabetes.csv", {"loss": "squared_epsilon_insensitive"},
     svm.LinearSVR(loss="squared_epsilon_insensitive", dual=False, **exact)),
    ("LinearSVR", "diabetes.csv", {"loss": "squared_epsilon_insensitive", "intercept_scaling": 5.0, "C": 0.1},
     svm.LinearSVR(loss="squared_epsilon_insensitive", intercept_scaling=5.0, C=0.1, dual=False, **exact)),
    ("LinearRegression", "diabetes.csv", {"positive": True}, linear_model.LinearRegression(positive=True)),
    ("Ridge", "diabetes.csv", {"positive": True, "alpha": 20.0}, linear_model.Ridge(positive=True, alpha=20.0, tol=1e-12, max_iter=1000000)),
    ("PoissonRegressor", "diabetes.csv", {}, linear_model.PoissonRegressor(solver="newton-cholesky", **exact)),
    ("PoissonRegressor", "diabetes.csv", {"alpha": 0.0}, linear_model.PoissonRegressor(alpha=0.0, solver="newton-cholesky", **exact)),
    ("GammaRegressor", "diabetes.csv", {}, linear_model.GammaRegressor(solver="newton-cholesky", **exact)),
    ("TweedieRegressor", "diabetes.csv", {}, linear_model.TweedieRegressor(solver="newton-cholesky", **exact)),
    ("TweedieRegressor", "diabetes.csv", {"power": 1.5, "alpha": 0.1},
     linear_model.TweedieRegressor(power=1.5, alpha=0.1, solver="newton-cholesky", **exact)),
    ("TweedieRegressor", "diabetes.csv", {"power": 3.0, "alpha": 0.5, "link": "log"},
     linear_model.TweedieRegressor(power=3.0, alpha=0.5, link="log", solver="newton-cholesky", **exact)),
]


def table(path):
    with (gzip.open(path, "rt") if path.suffix == ".gz" else open(path)) as file:
        rows = list(csv.reader(file))[1:]
    features = numpy.array([[float(x) for x in row[:-1]] for row in rows])
    targets = [row[-1] for row in rows]
    return StandardScaler().fit_transform(features), targets


def solve(tables, name, file, settings, model):
    features, targets = table(tables / file)
    if name.endswith("Regressor") or name in ("LinearRegression", "Ridge", "Lasso", "ElasticNet", "LinearSVR"):
        targets = numpy.array(targets, dtype=float)
    model.fit(features, targets)
    coefficients = numpy.atleast_2d(model.coef_)
    intercepts = numpy.atleast_1d(model.intercept_)
    if name == "LinearDiscriminantAnalysis" and len(coefficients) > 2:
        # Less what all scores have in common: those of a row at the mean of the classes.
        common = model.priors_ @ coefficients
        coefficients = coefficients - common
        intercepts = intercepts + 0.5 * common @ (model.priors_ @ model.means_)
    if len(intercepts) < len(coefficients):
        intercepts = numpy.zeros(len(coefficients))
    return {"estimator": name, "table": file, "settings": settings,
            "coefficients": [[float(f"{x:.9g}") for x in row] for row in coefficients],
            "intercepts": [float(f"{x:.9g}") for x in intercepts]}


tables = Path(sys.argv[1])
cases = ",\n".join(json.dumps(solve(tables, *case)) for case in CASES)
print(f'{{"made_with": "scikit-learn {sklearn.__version__}",\n"cases": [\n{cases}\n]}}')
