#!/usr/bin/env bash
# Runs a command on every host of a list ("name slots=n" per line), one rank per slot:
#   hosts.sh HOSTFILE build/basalt sweep digits.toml -o digits
# Under PBS the list is $PBS_NODEFILE. The hosts share the folder and are reached by ssh.
set -euo pipefail
hosts=${1:?usage: hosts.sh HOSTFILE COMMAND...}
shift
source "$(dirname "$0")/env.sh"
# Survivors go on when a rank or a host dies; run.sh starts again what is left over.
exec mpirun --hostfile "$hosts" --enable-recovery --bind-to none \
  -x OMP_NUM_THREADS -x OMPI_MCA_mpi_yield_when_idle "$@"
