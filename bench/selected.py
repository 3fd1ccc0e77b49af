#!/usr/bin/env python3
"""What a choice on training rows gives on test rows, split by split.

    selected.py DIR [DIR …] [--by cv_accuracy] [--of test_accuracy] [--splits 20] [--settings C …]

Each folder is that of a sweep over split_seed and some settings; several folders, of several
estimators, are chosen among together. In each split the trial with the best `--by` is taken (the
first of equals, in the order of the folders), and its `--of` is averaged over the splits.
"""
import argparse
import collections
import csv
import pathlib
import statistics

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("results", nargs="+", type=pathlib.Path, help="folders, or their results.csv")
arguments.add_argument("--by", default="cv_accuracy")
arguments.add_argument("--of", default="test_accuracy")
arguments.add_argument("--splits", type=int, default=20, help="only the first so many split seeds")
searchable = ["C", "shrinkage", "module__hidden", "subsample", "colsample_bytree", "learning_rate", "reg_lambda"]
arguments.add_argument("--settings", nargs="*", default=searchable)
options = arguments.parse_args()

def trials_of(path):
    with open(path / "results.csv" if path.is_dir() else path) as file:
        rows = [row for row in csv.DictReader(file) if row["state"] == "completed"]
    for row in rows:
        searched = [f"{name} = {row[name]}" for name in options.settings if name in row]
        row["choice"] = " ".join([path.name if path.is_dir() else path.parent.name, *searched])
    return rows

def spread(rows, name):
    values = [100 * float(row[name]) for row in rows]
    deviation = statistics.stdev(values) if len(values) > 1 else 0.0
    return f"{name} {statistics.mean(values):.2f} ± {deviation:.2f}"

rows = [row for path in options.results for row in trials_of(path)]
splits = sorted({row.get("split_seed", "0") for row in rows}, key=int)[: options.splits]
rows = [row for row in rows if row.get("split_seed", "0") in splits]
chosen = [max((row for row in rows if row.get("split_seed", "0") == split), key=lambda row: float(row[options.by])) for split in splits]
print(f"chosen per split: {spread(chosen, options.of)} over {len(chosen)} splits")
times = collections.Counter(row["choice"] for row in chosen)
groups = collections.defaultdict(list)
for row in rows:
    groups[row["choice"]].append(row)
for choice, members in sorted(groups.items(), key=lambda item: -statistics.mean(float(row[options.by]) for row in item[1])):
    print(f"{choice}: chosen {times[choice]} times, {spread(members, options.by)}, {spread(members, options.of)}")
