#!/usr/bin/env python3
"""Networks on the first 10,000 training images of MNIST, judged on all 10,000 test images.

    mnist.py DIR [--basalt build/basalt] [--rows NAME …] [--seeds 5] [--encrypt 2] [--work mnist-results]

DIR holds the four files of MNIST, gzipped. Every row is trained once per seed, the last epoch counts;
nothing is chosen by the test images (the recipe was chosen on training images 8,000 to 9,999). `--encrypt` test images per model are scored encrypted and compared.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import time

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
    **{f"soft-{n}": COMMON + SOFT + f"module__hidden = [{n}]\n" for n in (64, 256)},
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


train = dataset("train", "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz")
test = dataset("test", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz")
for name in options.rows:
    accuracies, agreements, seconds = [], [], []
    for seed in range(1, options.seeds + 1):
        recipe, model = options.work / f"{name}-{seed}.toml", options.work / f"{name}-{seed}.h5"
        recipe.write_text(f'name = "{name}"\nseed = {seed}\n[data]\nfile = "{train.resolve()}"\n'
                          f"test_share = 0.0001\nstandardize = false\n[model]\n{ROWS[name]}")
        began = time.time()
        basalt("train", recipe, "-o", model, "--json")
        seconds.append(time.time() - began)
        accuracies.append(100 * basalt("predict", model, test, "--json")["accuracy"])
        if options.encrypt > 0:
            encrypted = ["--rows", f"0:{options.encrypt}", "--fhe", "execute", "--json"]
            agreements.append(basalt("predict", model, test, *encrypted)["agreement"])
        print(f"  {name} {seed}: {accuracies[-1]:.2f}", flush=True)
    spread = statistics.stdev(accuracies) if len(accuracies) > 1 else 0.0
    print(f"{name}: {statistics.mean(accuracies):.2f} ± {spread:.2f}, agreement "
          f"{min(agreements, default=1):g}, {statistics.mean(seconds):.0f} s of training", flush=True)
