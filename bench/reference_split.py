#!/usr/bin/env python3
"""The split of a table on which Concrete ML was measured, as two CSV files: reference_split.py -o DIR

Needs scikit-learn, whose train_test_split(test_size=0.25, random_state=42, stratify=labels) it is.
"""
import argparse
import csv
import pathlib

from sklearn.model_selection import train_test_split

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("-o", "--output", type=pathlib.Path, default=pathlib.Path("."))
options = arguments.parse_args()

tables = pathlib.Path(__file__).parent / "data"
for name in ("iris", "wine", "breast_cancer"):
    with open(tables / f"{name}.csv") as file:
        header, *rows = csv.reader(file)
    classes = list(dict.fromkeys(row[-1] for row in rows))  # numbered as scikit-learn does
    parts = train_test_split(rows, test_size=0.25, random_state=42, stratify=[classes.index(row[-1]) for row in rows])
    for part, chosen in zip(("train", "test"), parts):
        with open(options.output / f"{name}_{part}.csv", "w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *chosen])
