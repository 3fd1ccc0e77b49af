#!/usr/bin/env bash
# Runs a command on all cores of this machine, one rank per core and at least two:
#   local.sh build/basalt sweep digits.toml -o digits
# RANKS=n overrides the count. BIND=socket: one rank per socket, for scoring on large machines.
set -euo pipefail
if [ $# -lt 1 ]; then
  echo "usage: [RANKS=n] [BIND=none|socket|core] local.sh COMMAND..." >&2
  exit 2
fi
source "$(dirname "$0")/env.sh"
read -ra bind <<< "$(binding)"
cores=$(nproc)
ranks=$((cores > 2 ? cores : 2))
if [ "${BIND:-none}" = socket ]; then
  ranks=$(lscpu -p=SOCKET | grep -v '^#' | sort -u | wc -l)
fi
exec mpirun -n "${RANKS:-$ranks}" "${bind[@]}" "$@"
