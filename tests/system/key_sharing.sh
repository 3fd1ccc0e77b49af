#!/usr/bin/env bash
# Ranks of a host hold one evaluation key together, and one that dies while it makes the key leaves
# nobody waiting. What a killed job leaves is Open MPI's alone, and cluster/clean.sh removes it:
# key_sharing.sh BUILD [RANKS...]
# Sums the proportional memory (PSS) of the key's mapping over the ranks, for each count of ranks.
set -euo pipefail
source "$(dirname "$0")/folder.sh" "${1:?usage: key_sharing.sh BUILD [RANKS...]}"
shift
[ $# -gt 0 ] || set -- 3
rows=96
[ "${BASALT_KERNELS:-}" != reference ] || rows=24  # each takes seconds

gzip -dc "$root/bench/data/digits.csv.gz" | sed -n "1,$((rows + 1))p" > digits.csv
"$basalt" import csv digits.csv --label target -o rows.h5 --quiet > /dev/null
cat > net.toml <<'TOML'
name = "net"
seed = 4
[data]
csv = "digits.csv"
label = "target"
[model]
estimator = "NeuralNetClassifier"
module__hidden = [32]
module__accumulator = "wrap"
max_epochs = 1
TOML
"$basalt" train net.toml -o net.h5 --quiet > /dev/null
"$basalt" compile net.h5 -o circuit.h5 --quiet > /dev/null
make_keys_and_batch() {
  rm -f client.key evaluation.h5 batch.h5
  "$basalt" keygen circuit.h5 --client client.key --evaluation evaluation.h5 --quiet > /dev/null
  "$basalt" encrypt circuit.h5 client.key rows.h5 -o batch.h5 --quiet > /dev/null
}
make_keys_and_batch

job=(score circuit.h5 evaluation.h5 batch.h5 -o scores.h5 --shard-rows 1 --threads 1 --json --quiet)
# start OPTIONS...: scoring under mpirun in the background.
start() {
  mpirun "$@" "${job[@]}" > answer.json 2> error.txt &
  launcher=$!
}
rank_of() { tr '\0' '\n' < "/proc/$1/environ" | sed -n 's/^OMPI_COMM_WORLD_RANK=//p'; }
ranks_of() { cat "/proc/$1/task/$1/children" 2>/dev/null || true; }
# mapping PROCESS FIELD: of the shared key, in KiB; 0 if it has none.
mapping() {
  awk -v field="$2:" '/^[0-9a-f]+-/ { ours = /memfd:basalt-shared/ } ours && $1 == field { sum += $2 }
    END { print sum + 0 }' "/proc/$1/smaps" 2>/dev/null || echo 0
}

# Jobs are stopped where a test looks at them (hold_shim.cpp): no machine is too fast or too slow.
shim=$build/tests/system/libsystem_hold_shim.so
export BASALT_HOLD_SIGN=$folder/hold
# hold WHAT: processes that preload the shim stop there; let_go: they go on.
hold() { rm -f hold hold.* && : > hold && export BASALT_HOLD=$1; }
let_go() { rm -f hold; }
# await COUNT WHAT: until so many processes have stopped.
await() {
  wait_for 300 "$1 processes to stop ($2)" stopped_or_over "$1"
  [ "$(stopped | wc -l)" -lt "$1" ] || return 0
  echo "$2: the job was over too early" >&2
  cat error.txt >&2
  return 1
}
stopped() { find . -maxdepth 1 -name 'hold.*' -printf '%f\n' | sed 's/^hold\.//'; }
stopped_or_over() { [ "$(stopped | wc -l)" -ge "$1" ] || is_over "$launcher"; }
# has_used_the_key PROCESS: the mapping is the key, rounded up to whole huge pages of 2048 KiB, and a
# row uses all of the key. Of the last page a process may have little.
has_used_the_key() {
  local size
  size=$(mapping "$1" Size)
  [ "$size" -gt 0 ] && [ "$(mapping "$1" Rss)" -gt $((size - 2048)) ]
}

# held RANKS: with every rank but 0 stopped at the end of its first rows, and rank 0 slow enough to
# leave rows to all, compares the sum with one key.
held() {
  local process size=0 sum=0 huge=0
  rm -rf scores.h5 scores.h5.parts
  hold "rename /rows-"
  start -n 1 -x LD_PRELOAD="$shim" -x BASALT_HOLD_MILLISECONDS=200 "$basalt" "${job[@]}" : \
    -n $(($1 - 1)) -x LD_PRELOAD="$shim" "$basalt"
  await $(($1 - 1)) "$1 ranks"
  for process in $(ranks_of "$launcher"); do
    wait_for 300 "rank $(rank_of "$process") of $1 to have used the whole key" \
      has_used_the_key "$process"
  done
  for process in $(ranks_of "$launcher"); do
    size=$(mapping "$process" Size)
    sum=$((sum + $(mapping "$process" Pss)))
    huge=$((huge + $(mapping "$process" ShmemPmdMapped)))
  done
  kill "$launcher"
  end_of_job 120 "the end of a job that was asked to" || true
  let_go
  echo "$1 ranks: one key has $size KiB, all ranks together hold $sum KiB of it," \
    "$((huge / $1)) KiB per rank by huge pages"
  [ "$sum" -le $((size * 11 / 10)) ]
}

expect_scores() {
  local answer
  answer=$("$basalt" decrypt circuit.h5 client.key scores.h5 --labels rows.h5 -o predictions.csv --json --quiet)
  grep -q "\"rows\":$rows,.*\"mismatches\":0" <<< "$answer" || { echo "$answer" >&2; return 1; }
}

# struck WHAT OPTIONS...: kills the rank that makes the key, stopped by the shim, while others wait.
struck() {
  local what=$1 victim status=0
  shift
  rm -rf scores.h5 scores.h5.parts
  hold "memfd basalt-shared"
  start "$@"
  await 1 "$what"
  victim=$(stopped)
  echo "$what: killing rank $(rank_of "$victim") while it makes the key"
  kill -9 "$victim"
  let_go
  end_of_job 300 "the end of a job that lost the rank that made the key ($what)" || status=$?
  if [ "$what" = survivors ]; then
    [ "$status" = 0 ]
  else
    [ "$status" != 0 ] && [ ! -e scores.h5 ]
    start -n 2 "$basalt"  # the same command goes on
    end_of_job 300 "the end of a job that goes on"
  fi
  expect_scores
}

for count; do held "$count"; done

# Each kernel set has a layout of its own. Where the best is not AVX2, its key is shared as well.
if [ -z "${BASALT_KERNELS:-}" ] && "$basalt" doctor --json | grep -q '"avx2","avx512"'; then
  export BASALT_KERNELS=avx2
  make_keys_and_batch
  held 3
  start -n 2 "$basalt"
  end_of_job 300 "the end of a job with AVX2"
  grep -q '"kernels":"avx2"' answer.json
  expect_scores
  echo "avx2: the same, from keys to predictions"
  unset BASALT_KERNELS
fi

# Another file is another program, which shares with its like: rank 0 is not to make the key here.
cp "$basalt" other
preload=(-x "LD_PRELOAD=$shim")
struck survivors --enable-recovery -n 1 ./other "${job[@]}" : "${preload[@]}" -n 3 "$basalt"
struck "no survivors" "${preload[@]}" -n 3 "$basalt"

# struck_at_start RANK OPTIONS...: kills the rank that preloads the shim where it opens its first
# file, before the common work begins; the others must not wait for it. What mpirun says means
# nothing where survivors go on.
struck_at_start() {
  local rank=$1 victim
  shift
  rm -rf scores.h5 scores.h5.parts
  hold "open circuit.h5"
  mpirun --enable-recovery "$@" > answer.json 2> error.txt &
  launcher=$!
  await 1 "rank $rank"
  victim=$(stopped)
  [ "$(rank_of "$victim")" = "$rank" ]
  kill -9 "$victim"
  let_go
  end_of_job 300 "the end of a job that lost rank $rank before the common work" || true
  echo "killed rank $rank before the common work, the others have ended"
}
stuck=("${preload[@]}" -n 1 "$basalt" "${job[@]}")
struck_at_start 2 -n 2 "$basalt" "${job[@]}" : "${stuck[@]}"
expect_scores
struck_at_start 0 "${stuck[@]}" : -n 2 "$basalt" "${job[@]}"
[ ! -e scores.h5 ]

# files_of LAUNCHER: named files in shared memory and temporary folders that its ranks have in use.
files_of() {
  local process
  for process in $(ranks_of "$1"); do
    sed -n 's/^[^/]*//p' "/proc/$process/maps"
    find "/proc/$process/fd" -type l -printf '%l\n' 2>/dev/null
  done | grep -E "^(/dev/shm|$TMPDIR)/" | grep -v ' (deleted)$' | sort -u
}
# hold_job: starts a job of two ranks that stops with the key in its hands.
hold_job() {
  hold "rename /rows-"
  start -x LD_PRELOAD="$shim" -n 2 "$basalt"
  await 1 leftovers
}

export TMPDIR=$folder/scratch
mkdir "$TMPDIR"
rm -rf scores.h5
hold_job
files_of "$launcher" > dead.txt
ranks=$(ranks_of "$launcher")
kill -9 "$launcher" $ranks
end_of_job 60 "the end of a killed launcher" || true
if grep -vE '/(vader_segment|ompi)\.' dead.txt; then
  echo "the job had these files of its own in use" >&2
  exit 1
fi
sleep 3.5  # younger files are spared, as their owners may be about to map them
hold_job
files_of "$launcher" > alive.txt
sh "$root/cluster/clean.sh"
while read -r path; do
  [ ! -e "$path" ] || { echo "$path was left" >&2; exit 1; }
done < dead.txt
while read -r path; do
  [ -e "$path" ] || { echo "$path was in use" >&2; exit 1; }
done < alive.txt
[ -s dead.txt ] && [ -s alive.txt ]
let_go
end_of_job 300 "the end of a job that was let go"
expect_scores
echo "leftovers: $(wc -l < dead.txt) files of a killed job were removed, $(wc -l < alive.txt) of a living one kept"
