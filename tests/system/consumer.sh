#!/usr/bin/env bash
# Installs the build and builds somebody else's programs against it: consumer.sh BUILD
set -euo pipefail
build=$(realpath "$1")
source=$(realpath "$(dirname "$0")/consumer")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cmake --install "$build" --prefix "$folder/prefix" >/dev/null
headers=$folder/prefix/include/basalt
test -d "$headers"

# What an installed header includes is installed, too.
(cd "$headers" && grep -rhoE '^#include "[^"]+"' . | sort -u | sed 's/^#include "\(.*\)"$/\1/') |
  while read -r header; do
    if [ ! -f "$headers/$header" ]; then
      echo "installed headers include \"$header\", which is not installed" >&2
      exit 1
    fi
  done

cmake -S "$source" -B "$folder/build" -G Ninja -DCMAKE_PREFIX_PATH="$folder/prefix" \
  -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$folder/build"
"$folder/build/consumer"
"$folder/prefix/bin/basalt" --version

# A server that only scores needs neither training nor MPI.
for library in xgboost mpi onnx; do
  if ldd "$folder/build/scoring_server" | grep -q "lib$library"; then
    echo "a program of basalt::infer and basalt::storage links $library" >&2
    exit 1
  fi
done

# It computes the scores that the program itself decrypts without a mismatch.
basalt=$folder/prefix/bin/basalt
cd "$folder"
"$basalt" generate checkerboard --rows 40 --seed 1 -o rows.h5 >/dev/null
cat > recipe.toml <<EOF
name = "server"
[data]
file = "rows.h5"
[model]
estimator = "NeuralNetClassifier"
module__hidden = [4]
max_epochs = 1
EOF
"$basalt" train recipe.toml -o model.h5 >/dev/null
"$basalt" compile model.h5 -o circuit.h5 >/dev/null
"$basalt" keygen circuit.h5 --client client.key --evaluation evaluation.h5 >/dev/null
"$basalt" encrypt circuit.h5 client.key rows.h5 --rows 0:2 -o batch.h5 >/dev/null
build/scoring_server circuit.h5 evaluation.h5 batch.h5 scores.h5
"$basalt" decrypt circuit.h5 client.key scores.h5 --labels rows.h5 --rows 0:2 \
  -o predictions.csv | tee decrypted.txt
grep -q "mismatches: 0\|mismatches *0" decrypted.txt

# With "headers" as second argument: every installed header compiles alone (ctest -L long).
if [ "${2:-}" = headers ]; then
  flags=$(pkg-config --cflags hdf5-serial ompi-c libsodium)
  includes=(-I "$headers" -isystem /usr/include/eigen3 -DOMPI_SKIP_MPICXX)
  (cd "$headers" && find . -name '*.hpp' | sed 's|^\./||' | sort) |
    xargs -P "$(nproc)" -I{} bash -c '
      printf "#include \"%s\"\n" "$1" | "${CXX:-c++}" -std=c++20 -fsyntax-only -x c++ "${@:2}" - ||
        { echo "$1 does not compile alone" >&2; exit 255; }' bash {} "${includes[@]}" $flags
fi
