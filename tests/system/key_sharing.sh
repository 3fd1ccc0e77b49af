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
"$basalt" keygen circuit.h5 --client client.key --evaluation evaluation.h5 --quiet > /dev/null
"$basalt" encrypt circuit.h5 client.key rows.h5 -o batch.h5 --quiet > /dev/null

job=(score circuit.h5 evaluation.h5 batch.h5 -o scores.h5 --threads 1 --json --quiet)
# start OPTIONS...: scoring under mpirun in the background.
start() {
  mpirun "$@" "${job[@]}" > answer.json 2> error.txt &
  launcher=$!
}
ranks_of() { cat "/proc/$1/task/$1/children" 2>/dev/null || true; }
# mapping PROCESS FIELD: of the shared key, in KiB; 0 if it has none.
mapping() {
  awk -v field="$2:" '/^[0-9a-f]+-/ { ours = /memfd:basalt-shared/ } ours && $1 == field { sum += $2 }
    END { print sum + 0 }' "/proc/$1/smaps" 2>/dev/null || echo 0
}

# held RANKS: waits until every rank has read the whole key, then compares the sum with one key.
held() {
  local process size=0 read=0 sum=0 huge=0
  rm -rf scores.h5 scores.h5.parts
  start -n "$1" "$basalt"
  while [ "$read" -lt "$1" ]; do
    kill -0 "$launcher" 2>/dev/null || { echo "$1 ranks: the job was over too early" >&2; cat error.txt >&2; return 1; }
    sleep 0.1
    read=0
    for process in $(ranks_of "$launcher"); do
      size=$(mapping "$process" Size)
      [ "$size" = 0 ] || [ "$(mapping "$process" Rss)" -lt $((size * 99 / 100)) ] || read=$((read + 1))
    done
  done
  for process in $(ranks_of "$launcher"); do
    sum=$((sum + $(mapping "$process" Pss)))
    huge=$((huge + $(mapping "$process" ShmemPmdMapped)))
  done
  kill "$launcher"
  wait "$launcher" 2>/dev/null || true
  launcher=
  echo "$1 ranks: one key has $size KiB, all ranks together hold $sum KiB of it," \
    "$((huge / $1)) KiB per rank by huge pages"
  [ "$sum" -le $((size * 11 / 10)) ]
}

expect_scores() {
  local answer
  answer=$("$basalt" decrypt circuit.h5 client.key scores.h5 --labels rows.h5 -o predictions.csv --json --quiet)
  grep -q "\"rows\":$rows,.*\"mismatches\":0" <<< "$answer" || { echo "$answer" >&2; return 1; }
}

rank_of() { tr '\0' '\n' < "/proc/$1/environ" | sed -n 's/^OMPI_COMM_WORLD_RANK=//p'; }
# struck WHAT PROGRAM OPTIONS...: kills the rank of this program that makes the key while others
# wait for it.
struck() {
  local what=$1 program=$2 process victim= status=0
  shift 2
  rm -rf scores.h5 scores.h5.parts
  start "$@"
  while [ -z "$victim" ] && kill -0 "$launcher" 2>/dev/null; do
    for process in $(ranks_of "$launcher"); do
      [ "$(readlink "/proc/$process/exe")" = "$program" ] || continue
      if grep -q 'rw-s.*memfd:basalt-shared' "/proc/$process/maps" 2>/dev/null; then victim=$process; fi
    done
  done
  [ -n "$victim" ] || { echo "$what: no rank was seen making the key" >&2; cat error.txt >&2; return 1; }
  echo "$what: killing rank $(rank_of "$victim") while it makes the key"
  kill -9 "$victim"
  wait "$launcher" || status=$?
  launcher=
  if [ "$what" = survivors ]; then
    [ "$status" = 0 ]
  else
    [ "$status" != 0 ] && [ ! -e scores.h5 ]
    start -n 2 "$basalt"  # the same command goes on
    wait "$launcher"
    launcher=
  fi
  expect_scores
}

for count; do held "$count"; done
# Another file is another program, which shares with its like: rank 0 is not to make the key here.
cp "$basalt" other
struck survivors "$basalt" --enable-recovery -n 1 ./other "${job[@]}" : -n 3 "$basalt"
struck "no survivors" "$basalt" -n 3 "$basalt"

# struck_at_start RANK OPTIONS...: kills a rank that is stuck before the common work begins; the
# others must not wait for it. What mpirun says means nothing where survivors go on.
struck_at_start() {
  local wanted=$1 process victim=
  shift
  rm -rf scores.h5 scores.h5.parts
  mpirun --enable-recovery "$@" > answer.json 2> error.txt &
  launcher=$!
  while [ -z "$victim" ] && kill -0 "$launcher"; do
    sleep 0.5
    for process in $(ranks_of "$launcher"); do
      if [ "$(rank_of "$process")" = "$wanted" ]; then victim=$process; fi
    done
  done
  sleep 1
  kill -9 "$victim"
  wait "$launcher" || true
  launcher=
  echo "killed rank $wanted before the common work, the others have ended"
}
mkfifo never.h5  # opening it waits for ever
stuck=("$basalt" score never.h5 "${job[@]:2}")
struck_at_start 2 -n 2 "$basalt" "${job[@]}" : -n 1 "${stuck[@]}"
expect_scores
struck_at_start 0 -n 1 "${stuck[@]}" : -n 2 "$basalt" "${job[@]}"
[ ! -e scores.h5 ]

# files_of LAUNCHER: named files in shared memory and temporary folders that its ranks have in use.
files_of() {
  local process
  for process in $(ranks_of "$1"); do
    sed -n 's/^[^/]*//p' "/proc/$process/maps"
    find "/proc/$process/fd" -type l -printf '%l\n' 2>/dev/null
  done | grep -E "^(/dev/shm|$TMPDIR)/" | grep -v ' (deleted)$' | sort -u
}
# holding_key LAUNCHER: waits until a rank has the key.
holding_key() {
  local process
  while kill -0 "$1" 2>/dev/null; do
    for process in $(ranks_of "$1"); do
      [ "$(mapping "$process" Rss)" = 0 ] || return 0
    done
    sleep 0.05
  done
  echo "the job was over too early" >&2
  return 1
}

export TMPDIR=$folder/scratch
mkdir "$TMPDIR"
rm -rf scores.h5
start -n 2 "$basalt"
holding_key "$launcher"
files_of "$launcher" > dead.txt
ranks=$(ranks_of "$launcher")
kill -9 "$launcher" $ranks
wait "$launcher" 2>/dev/null || true
launcher=
if grep -vE '/(vader_segment|ompi)\.' dead.txt; then
  echo "the job had these files of its own in use" >&2
  exit 1
fi
sleep 3.5  # younger files are spared, as their owners may be about to map them
start -n 2 "$basalt"
holding_key "$launcher"
files_of "$launcher" > alive.txt
sh "$root/cluster/clean.sh"
while read -r path; do
  [ ! -e "$path" ] || { echo "$path was left" >&2; exit 1; }
done < dead.txt
kill -0 "$launcher" 2>/dev/null || : > alive.txt  # it was over before the cleaning
while read -r path; do
  [ -e "$path" ] || { echo "$path was in use" >&2; exit 1; }
done < alive.txt
[ -s dead.txt ]
wait "$launcher"
launcher=
expect_scores
echo "leftovers: $(wc -l < dead.txt) files of a killed job were removed, $(wc -l < alive.txt) of a living one kept"
