#!/usr/bin/env bash
# Runs a command on every host of a list ("name slots=n" per line), one rank per slot:
#   hosts.sh HOSTFILE build/basalt sweep digits.toml -o digits     BIND=none|socket|core
# Under PBS and SGE the list is theirs: hosts.sh "$PBS_NODEFILE" ... The hosts share the folder and
# are reached by ssh (another program: OMPI_MCA_plm_rsh_agent). A host that does not answer is left
# out: with run.sh in front, a job that lost a host goes on with the others.
set -euo pipefail
usage='usage: hosts.sh HOSTFILE COMMAND...     (a line of HOSTFILE: NAME slots=N)'
if [ $# -lt 2 ]; then
  echo "$usage" >&2
  exit 2
fi
hosts=$1
shift
if [ ! -r "$hosts" ]; then
  echo "hosts.sh: $hosts: no such list of hosts; $usage" >&2
  exit 2
fi
cluster=$(dirname "$0")
source "$cluster/env.sh"
read -ra bind <<< "$(binding)"
agent=${OMPI_MCA_plm_rsh_agent:-ssh -o BatchMode=yes -o ConnectTimeout=5}

is_here() {
  local name
  for name in localhost "$(hostname)" "$(hostname -s)" $(hostname -I); do
    [ "$1" = "$name" ] && return 0
  done
  return 1
}
# The file FOLDER/HOST appears if the host answers; it is rid of what dead jobs have left there.
try_host() {
  is_here "$2" || timeout 15 $agent "$2" sh -s < "$cluster/clean.sh" > /dev/null 2>&1 || return 0
  : > "$1/$2"
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/answered"
names=$(sed 's/#.*//' "$hosts" | awk 'NF { print $1 }' | sort -u)
for name in $names; do try_host "$scratch/answered" "$name" & done
wait
sed 's/#.*//' "$hosts" | while read -r name rest; do
  [ -n "$name" ] && [ -e "$scratch/answered/$name" ] && echo "$name $rest"
done > "$scratch/hosts" || true
for name in $names; do
  [ -e "$scratch/answered/$name" ] || echo "hosts.sh: $name does not answer and is left out" >&2
done
if [ ! -s "$scratch/hosts" ]; then
  echo "hosts.sh: no host of $hosts answers; try: ${agent%% *} ${names%%$'\n'*} true" >&2
  exit 2
fi

# Survivors go on when a rank or a host dies; run.sh starts again what is left over.
status=0
with_status "$PWD/.basalt-status.$$" mpirun --hostfile "$scratch/hosts" --enable-recovery \
  "${bind[@]}" -x OMP_NUM_THREADS -x OMPI_MCA_mpi_yield_when_idle -x BASALT_STATUS_FILE \
  -x BASALT_START_LIMIT ${BASALT_KERNELS:+-x BASALT_KERNELS} \
  sh -c 'touch "$BASALT_STATUS_FILE.begun"; exec "$@"' basalt "$@" || status=$?
exit "$status"
