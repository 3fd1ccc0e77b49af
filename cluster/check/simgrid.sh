#!/usr/bin/env bash
# The farm as it is (coordinator, workers, messages) on 64 and 256 simulated hosts of a described
# cluster, under SimGrid's SMPI: tasks of log-normal cost end within 2 % of the lower bound.
#   simgrid.sh [RANKS...]        needs the packages libsimgrid-dev and libsodium-dev; a minute
set -euo pipefail
cd "$(dirname "$0")/../.."
[ $# -gt 0 ] || set -- 64 256
for tool in smpicxx smpirun; do
  command -v $tool > /dev/null || { echo "simgrid.sh: $tool is missing; install libsimgrid-dev" >&2; exit 2; }
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
here=cluster/check/simgrid

# Time and the threads of a rank's work are simulated (the headers below $here); the rest is ours.
# SMPI_HELPERS_H: no renaming of sleep, exit and malloc, which the simulation does not use.
smpicxx -std=c++20 -O2 -DSMPI_HELPERS_H -DOMPI_SKIP_MPICXX -include $here/mpi.hpp \
  -I$here -I. -Isrc -o "$folder/farm_simulation" $here/farm_simulation.cpp \
  jobs/comm/{communicator,session,time_limit}.cpp jobs/farm/{coordinator,farm,farm_result,heartbeat_monitor,task_batch}.cpp \
  jobs/wire/{error_message,sealed_message}.cpp io/file/file.cpp src/base/{digest,error}.cpp -lsodium
seq -f 'node%g' 0 1023 > "$folder/hosts"

# simulate RANKS TASKS_PER_RANK SEED: prints the result; fails beyond 2 % or if a task is missing. The
# costs that SMPI charges for looking for messages are small and do not grow, as ranks look often.
simulate() {
  local answer tasks=$(($1 * $2))
  answer=$(smpirun -np "$1" -platform $here/hosts.xml -hostfile "$folder/hosts" \
    --cfg=smpi/host-speed:1Gf --cfg=smpi/simulate-computation:no --cfg=smpi/coll-selector:ompi \
    --cfg=smpi/iprobe:1e-6 --cfg=smpi/test:1e-6 --cfg=smpi/grow-injected-times:no \
    "$folder/farm_simulation" "$tasks" 0.1 1 0.3 "$3" 2> "$folder/error") ||
    { tail -5 "$folder/error" >&2; return 1; }
  echo "$answer"
  grep -q "\"done\": $tasks, \"lost_ranks\": 0," <<< "$answer"
  awk -F'"ratio": ' '/ratio/ { exit !($2 + 0 <= 1.02) }' <<< "$answer"
}
for ranks; do
  for each in 3 10 20; do simulate "$ranks" "$each" 101; done
done
