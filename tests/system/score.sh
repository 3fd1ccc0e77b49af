#!/usr/bin/env bash
# Encrypted rows of a linear model and of a network, scored by two ranks and killed three times: no
# row is lost, all equal the clear circuit. score.sh BUILD [LINEAR_ROWS NETWORK_ROWS]
set -euo pipefail
usage="usage: score.sh BUILD [LINEAR_ROWS NETWORK_ROWS]"
source "$(dirname "$0")/folder.sh" "${1:?$usage}"
linear_rows=${2:-3000}
network_rows=${3:-64}
shim=$build/tests/system/libsystem_hold_shim.so

# prepare NAME ROWS: trains NAME.toml and encrypts ROWS rows with fresh keys.
prepare() {
  "$basalt" train "$1.toml" -o "$1.h5" --quiet > /dev/null
  "$basalt" compile "$1.h5" -o "$1-circuit.h5" --quiet > /dev/null
  "$basalt" keygen "$1-circuit.h5" --client "$1.key" --evaluation "$1-evaluation.h5" --quiet > /dev/null
  "$basalt" encrypt "$1-circuit.h5" "$1.key" rows.h5 --rows "0:$2" -o "$1-batch.h5" --quiet > /dev/null
}

# process_of LAUNCHER RANK: the process of a rank.
process_of() {
  local file
  for file in $(grep -ls "^PPid:[[:space:]]*$1\$" /proc/[0-9]*/status); do
    file=${file%/status}
    if tr '\0' '\n' < "$file/environ" | grep -qx "OMPI_COMM_WORLD_RANK=$2"; then
      echo "${file#/proc/}"
    fi
  done
}

# dead PROCESS: gone, or nobody is there to take notice.
dead() { [ -z "$(sed -n '/^State:[[:space:]]*[^ZX[:space:]]/p' "/proc/$1/status" 2>/dev/null)" ]; }
stopped_or_over() { [ -n "$(find . -maxdepth 1 -name 'hold.*')" ] || is_over "$launcher"; }
shards_in() { { find "$1" -name 'rows-*.h5' 2>/dev/null || true; } | wc -l; }

# struck VICTIM NAME: starts the job, whose ranks stop before their third shards (hold_shim.cpp), kills
# -9 rank 0, rank 1 or the launcher, and waits until all of its processes are gone.
struck() {
  local before victim ranks
  before=$(shards_in "$2-scores.h5.parts")
  rm -f hold hold.*
  : > hold
  mpirun -n 2 -x LD_PRELOAD="$shim" -x BASALT_HOLD="rename /rows-" -x BASALT_HOLD_AFTER=2 \
    -x BASALT_HOLD_SIGN="$folder/hold" "$basalt" score "$2-circuit.h5" "$2-evaluation.h5" \
    "$2-batch.h5" -o "$2-scores.h5" --quiet > /dev/null 2>&1 &
  launcher=$!
  wait_for 120 "a rank to stop at its third shard ($2)" stopped_or_over
  ! is_over "$launcher" || { echo "$2: the job was over too early"; return 1; }
  ranks="$(process_of "$launcher" 0) $(process_of "$launcher" 1)"
  case $1 in
    launcher) victim=$launcher ;;
    *) victim=$(process_of "$launcher" "$1") ;;
  esac
  kill -9 "$victim"
  end_of_job 120 "the launcher to end ($2)" || true
  for process in $ranks; do
    wait_for 120 "process $process to end, a rank of a killed job ($2)" dead "$process"
  done
  echo "$2: killed ${1/#[01]/rank $1}, $(shards_in "$2-scores.h5.parts") shards are there"
  [ "$(shards_in "$2-scores.h5.parts")" -ge $((before + 2)) ]
}

# field NAME JSON
field() { sed -n "s/.*\"$1\":\([0-9.]*\).*/\1/p" <<< "$2"; }

# finish NAME ROWS: the job goes on to its end; then everything is counted and compared.
finish() {
  local answer
  answer=$(mpirun -n 2 "$basalt" score "$1-circuit.h5" "$1-evaluation.h5" "$1-batch.h5" \
    -o "$1-scores.h5" --json --quiet)
  echo "$1: $answer"
  [ "$(field rows "$answer")" = "$2" ] && [ "$(field reused_rows "$answer")" -ge 6 ]
  [ ! -e "$1-scores.h5.parts" ]
  answer=$("$basalt" decrypt "$1-circuit.h5" "$1.key" "$1-scores.h5" --labels rows.h5 \
    --rows "0:$2" -o "$1-predictions.csv" --json --quiet)
  echo "$1: $answer"
  [ "$(field rows "$answer")" = "$2" ] && [ "$(field mismatches "$answer")" = 0 ]
  [ "$(wc -l < "$1-predictions.csv")" = $(($2 + 1)) ]
}

most=$((linear_rows > network_rows ? linear_rows : network_rows))
# Handwritten digits, as often as it takes.
gzip -dc "$root/bench/data/digits.csv.gz" > digits.csv
{
  cat digits.csv
  for ((have = 1797; have < most; have += 1797)); do tail -n +2 digits.csv; done
} | sed -n "1,$((most + 1))p" > rows.csv
"$basalt" import csv rows.csv --label target -o rows.h5 --quiet > /dev/null
for estimator in linear network; do
  printf 'name = "%s"\nseed = 4\n[data]\ncsv = "digits.csv"\nlabel = "target"\n[model]\n' "$estimator" > $estimator.toml
done
printf 'estimator = "LogisticRegression"\n' >> linear.toml
cat >> network.toml <<'TOML'
estimator = "NeuralNetClassifier"
module__hidden = [32]
module__accumulator = "wrap"
max_epochs = 5
TOML

for task in "linear $linear_rows" "network $network_rows"; do
  read -r name rows <<< "$task"
  prepare "$name" "$rows"
  for victim in 1 0 launcher; do struck "$victim" "$name"; done
  finish "$name" "$rows"
done

# A time limit ends in order; a lost shard of an index is named before anything is decrypted.
status=0
"$basalt" score network-circuit.h5 network-evaluation.h5 network-batch.h5 -o late.h5 --max-hours 1e-9 \
  --quiet > /dev/null 2> late.txt || status=$?
[ "$status" = 75 ] && grep -q "of $network_rows rows are scored; the same command goes on" late.txt
"$basalt" score network-circuit.h5 network-evaluation.h5 network-batch.h5 -o late.h5 --keep-shards \
  --quiet > /dev/null
rm "$(find late.h5.parts -name 'rows-*.h5' | sort | head -1)"
status=0
"$basalt" decrypt network-circuit.h5 network.key late.h5 -o late.csv > /dev/null 2> late.txt ||
  status=$?
[ "$status" = 2 ] && grep -q "1 of .* shards is missing, the first is" late.txt && [ ! -e late.csv ]
