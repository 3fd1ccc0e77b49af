#!/usr/bin/env bash
# Kills a random process of a sweep every two seconds until it is done: chaos.sh BUILD [SEEDS [RANKS]]
# Ranks, their trial processes and mpirun are all fair game; cluster/run.sh starts the sweep again.
# Even seeds: local.sh, where a dead rank ends the job; odd seeds: hosts.sh, where the others go on.
set -euo pipefail
build=$(realpath "$1")
seeds=${2:-6}
ranks=${3:-8}
root=$(realpath "$(dirname "$0")/../..")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
source "$root/cluster/env.sh"
source "$root/cluster/check/wait.sh"
cd "$folder"

cat > chaos.toml <<END
name = "chaos"
seed = 5
[data]
generate = "checkerboard"
rows = 6000
[model]
estimator = "NeuralNetClassifier"
module__accumulator = "wrap"
max_epochs = 27
batch_size = 20
[fhe]
execute_rows = 0
[space]
module__n_accum_bits = [3, 4, 5]
module__n_w_bits = [2, 3]
module__n_a_bits = [2, 3]
lr = { low = 1e-3, high = 1e-1, log = true }
[search]
sampler = "tpe"
stopper = "halving"
trials = 200
window = 27
END
digest_of() { sed -n 's/.*"results_digest":"\([0-9a-f]*\)".*/\1/p' "$1" | tail -1; }

# Every process of the sweep in a folder: mpirun, ranks, trial processes.
processes_of() {
  pgrep -f "$1" | while read -r id; do
    case $(cat "/proc/$id/comm" 2>/dev/null) in mpirun | basalt*) echo "$id" ;; esac
  done
}

echo "localhost slots=$ranks" > hosts
"$build/basalt" sweep chaos.toml -o "$folder/whole" --json --quiet --threads 1 > whole.json
expected=$(digest_of whole.json)
longest=3600  # the seconds that one seed may take
[ ${#expected} = 64 ]

for seed in $(seq 1 "$seeds"); do
  RANDOM=$seed
  sweep=$folder/sweep-$seed
  started=$(date +%s)
  launcher=("$root/cluster/local.sh")
  if [ $((seed % 2)) = 1 ]; then launcher=("$root/cluster/hosts.sh" "$folder/hosts"); fi
  LIVES=500 PAUSE=0.2 RANKS=$ranks bash "$root/cluster/run.sh" bash "${launcher[@]}" \
    "$build/basalt" sweep chaos.toml -o "$sweep" --json --quiet --threads 1 \
    > "$seed.json" 2> "$seed.log" &
  runner=$!
  declare -A killed=()
  while sleep 2 && ! is_over "$runner"; do
    if [ $(($(date +%s) - started)) -gt $longest ]; then
      echo "chaos: seed $seed: waited $longest s for the end of a sweep that is killed now and then" >&2
      kill -KILL "$runner" $(processes_of "$sweep")
      exit 1
    fi
    mapfile -t alive < <(processes_of "$sweep")
    [ ${#alive[@]} -gt 0 ] || continue
    victim=${alive[RANDOM % ${#alive[@]}]}
    name=$(cat "/proc/$victim/comm" 2>/dev/null) || continue
    kill -KILL "$victim" 2>/dev/null && killed[$name]=$((${killed[$name]:-0} + 1))
  done
  status=0
  wait "$runner" || status=$?
  lives=$(($(grep -c 'run.sh: life' "$seed.log" || true) + 1))
  echo "seed $seed: $(basename "${launcher[0]}"), status $status, $lives lives," \
    "killed mpirun ${killed[mpirun]:-0}, ranks ${killed[basalt]:-0}," \
    "trial processes ${killed[basalt trial]:-0}, $(($(date +%s) - started)) s"
  if [ "$status" != 0 ] || [ "$(digest_of "$seed.json")" != "$expected" ]; then
    echo "chaos: seed $seed: digest \"$(digest_of "$seed.json")\", expected $expected" >&2
    tail -5 "$seed.log" >&2
    exit 1
  fi
  "$build/basalt" check "$sweep" --quiet > /dev/null
  unset killed
done
