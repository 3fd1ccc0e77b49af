#!/usr/bin/env python3
"""Networks on the first 10,000 training images of MNIST, judged on all 10,000 test images.

    mnist.py DIR [--basalt build/basalt] [--rows NAME …] [--seeds 5] [--encrypt 2] [--work DIR]

DIR holds the four files of MNIST, gzipped. Every row is trained once per seed, the last epoch counts;
none is chosen by the test images. Recipes were compared on training images 8,000 to 9,999.
Soft inputs are judged with the noise of the bootstraps, by labels; `--encrypt` test images per
model are scored encrypted.
"""
import argparse
import csv
import json
import pathlib
import statistics
import subprocess

COMMON = """estimator = "NeuralNetClassifier"
module__n_layers = 2
module__n_w_bits = 2
module__accumulator = "wrap"
augment = "affine"
max_epochs = 60
batch_size = 100
criterion__label_smoothing = 0.0
"""
EXACT = "module__n_a_bits = 1\nmodule__n_accum_bits = 5\nmodule__fan_in = 80\nlr = 0.006\n"
SOFT = 'module__inputs = "soft"\nmodule__n_accum_bits = 4\nmodule__fan_in = 40\nlr = 0.004\n'
ROWS = {
    "linear": 'estimator = "NeuralNetClassifier"\nmodule__n_layers = 1\nlr = 0.004\nbatch_size = 100\n'
              "criterion__label_smoothing = 0.0\nmax_epochs = 10\n",
    **{f"exact-{n}": COMMON + EXACT + f"module__hidden = [{n}]\n" for n in (64, 128, 256)},
    **{f"soft-{n}": COMMON + SOFT + f"module__hidden = [{n}]\n" for n in (64, 256, 512)},
}

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("folder", type=pathlib.Path)
arguments.add_argument("--basalt", default="build/basalt")
arguments.add_argument("--rows", nargs="*", default=list(ROWS), choices=list(ROWS))
arguments.add_argument("--seeds", type=int, default=5)
arguments.add_argument("--encrypt", type=int, default=2)
arguments.add_argument("--work", type=pathlib.Path, default=pathlib.Path("mnist-results"))
options = arguments.parse_args()
options.work.mkdir(exist_ok=True)


def basalt(*words):
    done = subprocess.run([options.basalt, *map(str, words)], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout) if "--json" in words else done.stdout


def dataset(part, images, labels):
    path = options.work / f"{part}.h5"
    if not path.exists():
        basalt("import", "idx", options.folder / images, options.folder / labels, "-o", path)
    return path


def predicted(model, mode, *rows):
    """Accuracy, agreement of all scores with the clear circuit, labels."""
    table = options.work / f"{mode}.csv"
    answer = basalt("predict", model, test, "--fhe", mode, "-o", table, "--json", *rows)
    with open(table) as file:
        return 100 * answer["accuracy"], answer["agreement"], [row["label"] for row in csv.DictReader(file)]


def alike(some, others):
    return sum(a == b for a, b in zip(some, others)) / len(some)


def judge(name, seed):
    """Trains unless that was done before; accuracies, and which share agrees with the clear circuit."""
    recipe, model = options.work / f"{name}-{seed}.toml", options.work / f"{name}-{seed}.h5"
    recipe.write_text(f'name = "{name}"\nseed = {seed}\n[data]\nfile = "{train.resolve()}"\n'
                      f"test_share = 0.0001\nstandardize = false\n[model]\n{ROWS[name]}")
    if not model.exists():
        basalt("train", recipe, "-o", model, "--json")
    clear, _, labels = predicted(model, "disable")
    noisy, _, simulated = predicted(model, "simulate")
    scores, encrypted = 1.0, 1.0
    if options.encrypt > 0:
        _, scores, found = predicted(model, "execute", "--rows", f"0:{options.encrypt}")
        encrypted = alike(found, labels)
    return {"clear": clear, "simulated": noisy, "labels simulated": alike(simulated, labels),
            "labels encrypted": encrypted, "scores encrypted": scores}


train = dataset("train", "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz")
test = dataset("test", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz")
for name in options.rows:
    runs = [judge(name, seed) for seed in range(1, options.seeds + 1)]
    parts = []
    for key in runs[0]:
        values = [run[key] for run in runs]
        spread = statistics.stdev(values) if len(values) > 1 else 0.0
        accuracy = key in ("clear", "simulated")
        parts.append(f"{key} {statistics.mean(values):.2f} ± {spread:.2f}" if accuracy else f"{key} {min(values):g}")
    print(f"{name}: {', '.join(parts)}", flush=True)
