#!/usr/bin/env python3
"""Mean and standard deviation of a sweep's trials over its splits, draws or seeds.

    means.py DIR [DIR …] [--over split_seed draw random_state]

Trials that differ only in what --over names are one row. Shares and accuracies are in per cent;
of agreements and rows with wrong integers the worst and the sum are given.
"""
import argparse
import collections
import csv
import pathlib
import statistics

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("folders", nargs="+", type=pathlib.Path)
arguments.add_argument("--over", nargs="*", default=["split_seed", "draw", "random_state"])
options = arguments.parse_args()

METRICS = ["test", "simulated", "baseline_test", "float_test", "cv", "valid"]


def settings_of(rows):
    """Columns between the state of a trial and its results: what was searched."""
    names = list(rows[0])
    results = {"agreement"} | {f"{metric}_{kind}" for metric in METRICS for kind in ("accuracy", "r2", "mse")}
    results |= {"baseline_pbs_per_row", "baseline_train_accuracy", "baseline_train_r2", "ciphertext_bytes_per_row"}
    searched = []
    for name in names[2:]:
        if name in results:
            break
        searched.append(name)
    return [name for name in searched if name not in options.over]


def spread(values, scale):
    deviation = statistics.stdev(values) if len(values) > 1 else 0.0
    return f"{scale * statistics.mean(values):.{2 if scale > 1 else 3}f} ± {scale * deviation:.{2 if scale > 1 else 3}f}"


def summary(rows):
    def numbers(name):
        return [float(row[name]) for row in rows if row.get(name)]

    parts = []
    noisy = min(numbers("label_agreement"), default=1) < 1 or min(numbers("agreement"), default=1) < 1
    for metric in METRICS:
        if metric == "simulated" and not noisy:
            continue  # as in clear, perhaps on fewer rows
        for kind, scale in (("accuracy", 100), ("r2", 1)):
            if values := numbers(f"{metric}_{kind}"):
                parts.append(f"{metric} {spread(values, scale)}")
                if metric == "test":
                    parts[-1] += f" (least {scale * min(values):.{2 if scale > 1 else 3}f})"
    for name in ("pbs_per_row", "baseline_pbs_per_row"):
        if values := numbers(name):
            parts.append(f"{name} {statistics.mean(values):g}")
    if values := numbers("predicted_seconds_per_row"):
        parts.append(f"predicted {1000 * statistics.mean(values):.3g} ms")
    for name in ("agreement", "label_agreement", "executed_label_agreement"):
        if values := numbers(name):
            parts.append(f"{name} >= {min(values):.4g}")
    if any(numbers("executed_rows")):
        parts.append(f"mismatches {sum(numbers('mismatches')):g} of {sum(numbers('executed_rows')):g}")
    return ", ".join(parts)


for folder in options.folders:
    with open(folder / "results.csv") as file:
        trials = list(csv.DictReader(file))
    settings = settings_of(trials)
    groups = collections.defaultdict(list)
    for trial in trials:
        groups[tuple(f"{name} = {trial[name]}" for name in settings)].append(trial)
    for key, members in groups.items():
        done = [row for row in members if row["state"] == "completed"]
        lost = "" if len(done) == len(members) else f" ({len(members) - len(done)} not completed)"
        print(f"{folder.name} {', '.join(key)}: {len(done)} trials{lost}: {summary(done) if done else ''}")
