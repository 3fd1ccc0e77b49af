#!/usr/bin/env bash
# A sweep gives one digest alone, at 2 and 3 ranks, and after kills: sweep.sh BUILD
set -euo pipefail
source "$(dirname "$0")/folder.sh" "$1"

cat > sweep.toml <<EOF
name = "sweep"
seed = 5
[data]
generate = "checkerboard"
rows = 900
[model]
estimator = "NeuralNetClassifier"
module__hidden = [16]
module__accumulator = "wrap"
max_epochs = 10
[fhe]
execute_rows = 1
[space]
module__n_accum_bits = [3, 4]
module__n_w_bits = [2, 3]
lr = { low = 1e-3, high = 1e-1, log = true }
[search]
sampler = "tpe"
trials = 12
window = 4
EOF
digest_of() { sed -n 's/.*"results_digest":"\([0-9a-f]*\)".*/\1/p' "$1"; }

"$basalt" sweep sweep.toml -o alone --json --quiet > alone.json
expected=$(digest_of alone.json)
[ ${#expected} = 64 ]
for ranks in 2 3; do
  mpirun -n "$ranks" "$basalt" sweep sweep.toml -o "at-$ranks" --json --quiet > "at-$ranks.json"
  [ "$(digest_of "at-$ranks.json")" = "$expected" ]
done

# Killed three times after a fraction of the whole, then finished with other ranks.
for life in 1 2 3; do
  timeout -s KILL "0.$((life * 2 + 1))" "$basalt" sweep sweep.toml -o killed --quiet >/dev/null 2>&1 ||
    true
done
mpirun -n 2 "$basalt" sweep sweep.toml -o killed --json --quiet > killed.json
[ "$(digest_of killed.json)" = "$expected" ]
"$basalt" check alone killed at-2 at-3 --json | grep -q '"damaged":\[\]'
[ "$(head -c 15 alone/report.html)" = "<!DOCTYPE html>" ]
