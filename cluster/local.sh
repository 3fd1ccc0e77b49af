#!/usr/bin/env bash
# Runs a command on all cores of this machine, one rank per core and at least two:
#   local.sh build/basalt sweep digits.toml -o digits      RANKS=n overrides the count
set -euo pipefail
source "$(dirname "$0")/env.sh"
cores=$(nproc)
exec mpirun -n "${RANKS:-$((cores > 2 ? cores : 2))}" --bind-to none "$@"
