#!/usr/bin/env python3
"""Writes trees.json: what XGBoost and scikit-learn predict from quantized features.

    trees.py TABLES > trees.json

TABLES is the folder bench/data. A feature becomes floor((x - least) / (most - least) * levels), in
double precision, so that any program gets the same integers. Each case holds the predictions of the
first rows: margins of XGBoost before its link, class shares or values of single trees.
"""
import csv
import json
import sys
from pathlib import Path

import numpy
import sklearn
import xgboost
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

ROWS = 60
BOOSTED = [
    ("breast_cancer.csv", 15, {"objective": "binary:logistic", "max_depth": 3}, 10),
    ("breast_cancer.csv", 63, {"objective": "binary:logistic", "max_depth": 4, "learning_rate": 0.1, "reg_lambda": 3.0,
                               "gamma": 0.2, "min_child_weight": 2.0, "scale_pos_weight": 0.5}, 20),
    ("wine.csv", 15, {"objective": "multi:softprob", "num_class": 3, "max_depth": 3, "reg_alpha": 0.1}, 6),
    ("diabetes.csv", 15, {"objective": "reg:squarederror", "max_depth": 2, "base_score": 150.0}, 20),
]
SINGLE = [
    ("diabetes.csv", 15, {"max_depth": 4}, DecisionTreeRegressor(max_depth=4)),
    ("diabetes.csv", 63, {"max_depth": 6, "min_samples_leaf": 5}, DecisionTreeRegressor(max_depth=6, min_samples_leaf=5)),
    ("breast_cancer.csv", 63, {"max_depth": 2}, DecisionTreeClassifier(max_depth=2)),
    ("breast_cancer.csv", 63, {"max_depth": 2, "criterion": "entropy"}, DecisionTreeClassifier(max_depth=2, criterion="entropy")),
    ("breast_cancer.csv", 63, {"max_depth": 2, "class_weight": "balanced"},
     DecisionTreeClassifier(max_depth=2, class_weight="balanced")),
]


def table(path, levels):
    with open(path) as file:
        rows = list(csv.reader(file))[1:]
    features = numpy.array([[float(x) for x in row[:-1]] for row in rows])
    least, most = features.min(axis=0), features.max(axis=0)
    labels = [row[-1] for row in rows]
    if path.name == "diabetes.csv":
        labels = [float(x) for x in labels]
    else:
        names = sorted(set(labels))
        labels = [names.index(x) for x in labels]
    return numpy.floor((features - least) / (most - least) * levels), numpy.array(labels)


def rounded(values):
    return [[float(f"{x:.7g}") for x in numpy.atleast_1d(row)] for row in values[:ROWS]]


def boosted(tables, file, levels, settings, rounds):
    features, labels = table(tables / file, levels)
    data = xgboost.DMatrix(features, label=labels)
    model = xgboost.train({**settings, "tree_method": "exact", "nthread": 1}, data, rounds)
    return {"family": "boosted", "table": file, "levels": levels, "settings": settings, "rounds": rounds,
            "predictions": rounded(model.predict(data, output_margin=True))}


def single(tables, file, levels, settings, model):
    features, labels = table(tables / file, levels)
    found = []
    for seed in range(5):  # ties between features are broken at random: a case without any
        model.set_params(random_state=seed).fit(features, labels)
        found.append(model.predict_proba(features) if hasattr(model, "predict_proba") else model.predict(features))
    for other in found[1:]:
        assert numpy.allclose(other, found[0]), (file, settings)
    return {"family": "single", "table": file, "levels": levels, "settings": settings, "predictions": rounded(found[0])}


tables = Path(sys.argv[1])
cases = [boosted(tables, *case) for case in BOOSTED] + [single(tables, *case) for case in SINGLE]
text = ",\n".join(json.dumps(case) for case in cases)
print(f'{{"made_with": "XGBoost {xgboost.__version__}, scikit-learn {sklearn.__version__}",\n"cases": [\n{text}\n]}}')
