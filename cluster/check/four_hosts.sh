#!/usr/bin/env bash
# A sweep over four hosts (network namespaces with sshd) gives the results of one process, also
# when a host is lost in the middle. four_hosts.sh [BUILD], as root.
set -euo pipefail
cd "$(dirname "$0")/../.."
source cluster/check/digest.sh
program=$(realpath "${1:-build}")/basalt
folder=$(mktemp -d)
campaign=$PWD/cluster/check/check.toml
finish() {
  bash cluster/check/hosts.sh stop "$folder/hosts"
  rm -rf "$folder"
}
trap finish EXIT

bash cluster/check/hosts.sh start "$folder/hosts"
"$program" sweep "$campaign" -o "$folder/whole" --quiet > "$folder/whole.txt"
whole=$(results_digest "$program" "$campaign" "$folder/whole")

on_hosts() {
  bash cluster/check/hosts.sh run "$folder/hosts" mpirun --hostfile "$folder/hosts/hosts" -n 4 \
    --mca mpi_yield_when_idle 1 "$program" sweep "$campaign" -o "$1" --quiet
}
on_hosts "$folder/four" > "$folder/four.txt"
four=$(results_digest "$program" "$campaign" "$folder/four")

on_hosts "$folder/lost" > "$folder/lost.txt" 2>&1 &
run=$!
sleep 4
pkill -9 -f "orted.*" || true  # the daemons of the other hosts die, and their ranks with them
wait "$run" || true
on_hosts "$folder/lost" > "$folder/lost.txt"
lost=$(results_digest "$program" "$campaign" "$folder/lost")

echo "one process $whole"
echo "four hosts  $four"
echo "hosts lost  $lost"
[ -n "$whole" ] && [ "$whole" = "$four" ] && [ "$whole" = "$lost" ]
