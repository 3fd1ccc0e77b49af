#!/usr/bin/env bash
# Sweeps and scoring over four hosts (network namespaces with an sshd each) give the results of one
# process, also when a host crashes or its cable is cut in the middle: four_hosts.sh [BUILD], as root,
# some minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
source cluster/check/results.sh
program=$(realpath "${1:-build}")/basalt
[ -x "$program" ] || { echo "four_hosts.sh: $program is missing; build it first" >&2; exit 2; }
folder=$(mktemp -d)
campaign=$PWD/cluster/check/check.toml
net=$folder/net
shim=$(realpath "${1:-build}")/tests/system/libsystem_hold_shim.so
held=()
finish() {
  bash cluster/check/hosts.sh stop "$net"
  rm -rf "$folder"
}
trap finish EXIT

# on_hosts ARGUMENTS...: basalt on the four hosts, started again until it is done.
on_hosts() {
  LIVES=5 bash cluster/check/hosts.sh run "$net" bash cluster/run.sh \
    bash cluster/hosts.sh "${list:-$net/hosts}" "${held[@]}" "$program" "$@" --quiet &
  end_of 900 "the end of $1 on four hosts" $!
}
# strike SECONDS ACTION: does something to the third host in the middle of a run.
strike() {
  sleep "$1"
  bash cluster/check/hosts.sh "$2" "$net" 3
  echo "four_hosts.sh: $2 of the third host"
}

bash cluster/check/hosts.sh start "$net"
say "a sweep in one process"
"$program" sweep "$campaign" -o "$folder/whole" --quiet > /dev/null
whole=$(results_digest "$program" "$campaign" "$folder/whole")

say "on four hosts, two ranks each, from a list as PBS writes it"
awk '{ print $1; print $1 }' "$net/hosts" > "$folder/pbs"
list=$folder/pbs on_hosts sweep "$campaign" -o "$folder/four" > /dev/null
same "four hosts" "$whole" "$(results_digest "$program" "$campaign" "$folder/four")"

say "a host crashes"
strike 5 crash &
on_hosts sweep "$campaign" -o "$folder/crash" > /dev/null
wait $!
same "host crashed" "$whole" "$(results_digest "$program" "$campaign" "$folder/crash")"

say "a cable is cut"
strike 5 unplug &
on_hosts sweep "$campaign" -o "$folder/cut" > /dev/null
wait $!
bash cluster/check/hosts.sh plug "$net" 3
same "cable cut" "$whole" "$(results_digest "$program" "$campaign" "$folder/cut")"

say "a cable is cut while the ranks find each other"
# All ranks stop before MPI starts (hold_shim.cpp) and go on without the third host.
held=(env LD_PRELOAD="$shim" BASALT_HOLD="start MPI" BASALT_HOLD_SIGN="$folder/hold")
: > "$folder/hold"
four_are_held() { [ "$(find "$folder" -maxdepth 1 -name 'hold.*' | wc -l)" = 4 ]; }
cut_the_start() {
  wait_for 60 "four ranks before MPI" four_are_held
  bash cluster/check/hosts.sh unplug "$net" 3
  rm "$folder/hold"
}
cut_the_start &
BASALT_START_LIMIT=30 on_hosts sweep "$campaign" -o "$folder/start" > /dev/null 2> "$folder/said"
wait $!
cat "$folder/said"
bash cluster/check/hosts.sh plug "$net" 3
held=()
grep -q "MPI has not brought the 4 ranks together within 30 s" "$folder/said"
grep -q "life 1 of 5 ended with status 75" "$folder/said"
same "start cut" "$whole" "$(results_digest "$program" "$campaign" "$folder/start")"

say "encrypted rows, scored while a host crashes"
make_batch "$program" "$folder/whole/best.h5" "$folder" 600
"$program" score "$folder/circuit.h5" "$folder/evaluation.h5" "$folder/batch.h5" \
  -o "$folder/one.h5" --quiet > /dev/null
strike 4 crash &
on_hosts score "$folder/circuit.h5" "$folder/evaluation.h5" "$folder/batch.h5" \
  -o "$folder/hosts.h5" > /dev/null
wait $!
same "scores" "$(id_of "$program" "$folder/one.h5")" "$(id_of "$program" "$folder/hosts.h5")"
expect_decrypted "$program" "$folder" "$folder/hosts.h5" 600
