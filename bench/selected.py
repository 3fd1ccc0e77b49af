#!/usr/bin/env python3
"""What a choice on training rows gives on test rows, split by split.

    selected.py DIR/results.csv [--by cv_accuracy] [--of test_accuracy] [--splits 20] [--settings C …]

The folder is that of a sweep over split_seed and some settings. In each split the trial with the
best `--by` is taken (the first of equals), and its `--of` is averaged over the splits.
"""
import argparse
import collections
import csv
import statistics

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("results")
arguments.add_argument("--by", default="cv_accuracy")
arguments.add_argument("--of", default="test_accuracy")
arguments.add_argument("--splits", type=int, default=20, help="only the first so many split seeds")
searchable = ["C", "subsample", "colsample_bytree", "learning_rate", "reg_lambda"]
arguments.add_argument("--settings", nargs="*", default=searchable)
options = arguments.parse_args()

with open(options.results) as file:
    rows = [row for row in csv.DictReader(file) if row["state"] == "completed"]
seeds = sorted({int(row["split_seed"]) for row in rows})[: options.splits]
rows = [row for row in rows if int(row["split_seed"]) in seeds]
searched = [name for name in options.settings if name in rows[0]]

chosen = [max((row for row in rows if int(row["split_seed"]) == seed), key=lambda row: float(row[options.by])) for seed in seeds]
values = [100 * float(row[options.of]) for row in chosen]
print(f"chosen per split: {statistics.mean(values):.2f} ± {statistics.stdev(values):.2f} over {len(values)} splits")
groups = collections.defaultdict(list)
for row in rows:
    groups[tuple(f"{name} = {row[name]}" for name in searched)].append(row)
for key, members in sorted(groups.items(), key=lambda item: -statistics.mean(float(row[options.by]) for row in item[1])):
    by, of = ([100 * float(row[name]) for row in members] for name in (options.by, options.of))
    print(f"{', '.join(key)}: {options.by} {statistics.mean(by):.2f}, {options.of} {statistics.mean(of):.2f} ± {statistics.stdev(of):.2f}")
