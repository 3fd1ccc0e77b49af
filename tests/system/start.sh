#!/usr/bin/env bash
# A job whose ranks do not come together ends, says so, and may be run again: start.sh BUILD
set -euo pipefail
source "$(dirname "$0")/folder.sh" "$1"
shim=$build/tests/system/libsystem_hold_shim.so
export BASALT_HOLD="start MPI" BASALT_HOLD_SIGN=$folder/hold
expect() {
  [ "$2" = "$3" ] && return 0
  echo "$1: \"$3\", expected \"$2\"" >&2
  cat said.txt >&2
  exit 1
}
# started LIMIT COMMAND...: the status of a job that may take so long to start.
started() {
  local status=0
  BASALT_START_LIMIT=$1
  shift
  with_status job.status "$@" 2> said.txt || status=$?
  echo "$status"
}
# shellcheck disable=SC2016
job=(sh -c 'touch "$BASALT_STATUS_FILE.begun"; exec "$@"' basalt
  "$basalt" score no.h5 no.h5 no.h5 -o "$folder/scores.h5")
ranks=(mpirun -n 1 "${job[@]}" : -n 1 -x LD_PRELOAD="$shim" "${job[@]}")

# Rank 1 does not come to MPI, so that rank 0 waits in it.
: > hold
expect "ranks apart" 75 "$(started 5 "${ranks[@]}")"
sentence='^basalt: score: MPI has not brought the 2 ranks together within 5 s (BASALT_START_LIMIT)'
expect "sentences" 1 "$(grep -c "$sentence" said.txt)"
left() { pgrep -f "$folder/scores.h5" | grep -vx $$ || true; }
expect "processes left" "" "$(left)"
# It comes in time.
rm -f hold.*
held() { [ -n "$(find . -name 'hold.*')" ]; }
(wait_for 60 "rank 1 before MPI" held; rm hold) &
expect "ranks together" 2 "$(started 60 "${ranks[@]}")"
grep -q 'no.h5' said.txt

# A launcher without ranks; one whose ranks work for longer than that; one that does not end.
expect "no ranks" 75 "$(started 1 sleep 1000)"
sentence='^basalt: the launcher brought no rank to life within 1 s (BASALT_START_LIMIT) and is ended$'
expect "sentences" 1 "$(grep -c "$sentence" said.txt)"
# shellcheck disable=SC2016
work='touch "$BASALT_STATUS_FILE.begun"; sleep 7; echo 3 > "$BASALT_STATUS_FILE"'
expect "work" 3 "$(started 5 bash -c "$work")"
expect "said of work" "" "$(cat said.txt)"
expect "no end" 3 "$(started 5 bash -c "$work; exec sleep 1000")"
expect "sentences" 1 "$(grep -c 'did not end within 15 s of rank 0 and is ended' said.txt)"
echo "localhost slots=1" > hosts
status=0
BASALT_START_LIMIT=10 bash "$root/cluster/hosts.sh" hosts sleep 12 2> said.txt || status=$?
expect "hosts.sh" 137 "$status"  # no word of rank 0, but it has begun
