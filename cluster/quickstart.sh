#!/usr/bin/env bash
# From nothing to encrypted predictions: packages, build, a sweep under MPI, the winner deployed.
#   FOLDER=folder   where results go (build/quickstart)      BUILD=folder   where to build (build)
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD:-build}
folder=${FOLDER:-$build/quickstart}
basalt=$build/basalt
cores=$(nproc)
ranks=$((cores > 2 ? cores : 2))

say() { printf '\n== %s\n' "$*"; }
# Shows a command as one would type it, then runs it.
show() {
  printf '$ %s\n' "$*"
  "$@"
}

say "packages and build"
bash cluster/install.sh
if [ ! -f "$build/build.ninja" ]; then cmake -S . -B "$build" -G Ninja -DBASALT_UNITY=ON >/dev/null; fi
cmake --build "$build" -j "$cores" --target basalt
source cluster/env.sh
mkdir -p "$folder"
SECONDS=0

say "the data: 1,797 handwritten digits of 8 x 8 pixels"
show "$basalt" import csv bench/data/digits.csv.gz --label target -o "$folder/digits.h5"
show "$basalt" split "$folder/digits.h5" --test-share 0.25 --seed 42 --stratify \
  --train "$folder/train.h5" --test "$folder/test.h5"
cp cluster/quickstart.toml "$folder/"

say "a sweep on $ranks ranks: train, compile, encrypt, score and decrypt every candidate"
show mpirun -n "$ranks" "$basalt" sweep "$folder/quickstart.toml" -o "$folder/sweep"

say "the winner in use: the client makes keys and encrypts, the server scores, the client decrypts"
show "$basalt" compile "$folder/sweep/best.h5" --p-error 2^-40 -o "$folder/circuit.h5"
show "$basalt" keygen "$folder/circuit.h5" --client "$folder/client.key" \
  --evaluation "$folder/evaluation.h5"
show "$basalt" encrypt "$folder/circuit.h5" "$folder/client.key" "$folder/test.h5" --rows 0:64 \
  -o "$folder/batch.h5"
rm -rf "$folder/scores.h5"
show mpirun -n 2 "$basalt" score "$folder/circuit.h5" "$folder/evaluation.h5" "$folder/batch.h5" \
  -o "$folder/scores.h5"
show "$basalt" decrypt "$folder/circuit.h5" "$folder/client.key" "$folder/scores.h5" \
  --labels "$folder/test.h5" --rows 0:64 -o "$folder/predictions.csv"

say "the same rows by the same model in clear"
show "$basalt" predict "$folder/sweep/best.h5" "$folder/test.h5" --rows 0:64 --fhe disable

say "the report"
show "$basalt" report "$folder/sweep" -o "$folder/report.html"
echo
echo "done in $SECONDS s; look at $folder/report.html and $folder/predictions.csv"
