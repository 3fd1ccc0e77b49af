#!/usr/bin/env bash
# Kills a sweep of 50 real trials at every change of the disk, once the rank and once the process of
# its trials, and lets the same command finish it: crash_points.sh BUILD [STEP [FIRST]]
# STEP n takes every n-th point only, from FIRST (1) on. The kill tears a write in the middle.
set -euo pipefail
build=$(realpath "$1")
step=${2:-1}
first=${3:-1}
folder=$(TMPDIR=${TMPDIR:-/dev/shm} mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > crash.toml <<END
name = "crash"
seed = 5
[data]
generate = "classification"
rows = 120
[model]
estimator = "LogisticRegression"
[fhe]
execute_rows = 0
[space]
n_bits = { low = 3, high = 8 }
C = { low = 1e-2, high = 1e2, log = true }
[search]
sampler = "tpe"
trials = 50
window = 8
END
sweep() { "$build/basalt" sweep crash.toml -o "$1" --json --threads 1; }
digest_of() { sed -n 's/.*"results_digest":"\([0-9a-f]*\)".*/\1/p' "$1"; }
# Trials whose end the sweep has printed so far.
reported_in() { grep -c '^trial ' "$1" || true; }
shim=$build/tests/jobs/libjobs_crash_shim.so
sweep whole > whole.json 2> error
expected=$(digest_of whole.json)
[ ${#expected} = 64 ]
total=0
lives=0

for command in sweep trial; do
  tested=0
  beyond=0
  # Outcomes that end together are written together, so that lives differ by a few writes.
  for ((point = first; beyond < 3; point += step)); do
    rm -rf here once
    reported=0 kept=0 status=0
    LD_PRELOAD=$shim BASALT_CRASH_AT=$point BASALT_CRASH_COMMAND=$command \
      BASALT_CRASH_ONCE=$folder/once sweep here > here.json 2> error || status=$?
    beyond=$((beyond + 1))
    [ -e once ] || continue
    beyond=0
    if [ "$status" != 0 ]; then
      lives=$((lives + 1))
      reported=$(reported_in error)
      sweep here > here.json 2> error || true
      kept=$(sed -n 's/.*"replayed":\([0-9]*\).*/\1/p' here.json)
    fi
    if [ "$(digest_of here.json)" != "$expected" ] || [ "$kept" -lt "$reported" ]; then
      echo "crash_points: $command at $point: reported $reported, kept $kept," \
        "digest \"$(digest_of here.json)\", expected $expected" >&2
      tail -5 error >&2
      exit 1
    fi
    "$build/basalt" check here --quiet > /dev/null
    tested=$((tested + 1))
  done
  total=$((total + tested))
  echo "$command: $tested points"
done
echo "$total crash points, $lives of them ended the sweep, which the same command finished:" \
  "nothing reported was lost, one digest, no store refused"
