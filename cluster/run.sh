#!/usr/bin/env bash
# Starts a command again until it is done, a bounded number of times:
#   LIVES=10 run.sh cluster/local.sh build/basalt sweep digits.toml -o digits
# Started again after: 75 (interrupted in order), a death by a signal, a lost host (205, 255). A
# signal USR1, TERM or INT ends the command in order and is the last life.
set -uo pipefail
if [ $# -lt 1 ]; then
  echo "usage: [LIVES=n] [PAUSE=seconds] run.sh COMMAND..." >&2
  exit 2
fi
source "$(dirname "$0")/env.sh"
lives=${LIVES:-10}
pause=${PAUSE:-2}
child=
stopped=

forward() {
  stopped=1
  [ -n "$child" ] && kill -USR1 "$child" 2>/dev/null
}
trap forward USR1 TERM INT

for life in $(seq 1 "$lives"); do
  # What killed ranks leave behind fills the memory and can disturb the next ones.
  [ "$life" = 1 ] || sh "$(dirname "$0")/clean.sh"
  "$@" &
  child=$!
  wait "$child"
  status=$?
  # A trapped signal ends `wait` early; the command itself is still ending in order.
  while kill -0 "$child" 2>/dev/null; do
    wait "$child"
    status=$?
  done
  may_go_on "$status" || exit "$status"
  [ -n "$stopped" ] && exit 75
  echo "run.sh: life $life of $lives ended with status $status" >&2
  sleep "$pause"
done
exit 75
