#!/usr/bin/env bash
# A Slurm of four nodes on one machine, from Debian's packages:
#   slurm_cluster.sh start FOLDER            SLURM_CONF=FOLDER/slurm.conf selects it
#   slurm_cluster.sh crash FOLDER NODE       kills a node (n0 to n3): its daemon and its ranks
#   slurm_cluster.sh revive FOLDER NODE
#   slurm_cluster.sh stop FOLDER
# Needs root and the packages slurm-wlm and munge. To be seen by `crash`, jobs are submitted with
# BASALT_CHECK=FOLDER in their environment.
set -euo pipefail
source "$(dirname "$0")/wait.sh"
usage='usage: slurm_cluster.sh start|crash|revive|stop FOLDER [NODE]'
action=${1:?$usage}
folder=$(realpath -m "${2:?$usage}")
host=$(hostname -s)
export SLURM_CONF=$folder/slurm.conf
[ "$(id -u)" = 0 ] || { echo "slurm_cluster.sh: the daemons need root" >&2; exit 2; }
for tool in slurmctld slurmd munged; do
  command -v "$tool" > /dev/null || [ -x "/usr/sbin/$tool" ] ||
    { echo "slurm_cluster.sh: $tool is missing; install slurm-wlm and munge" >&2; exit 2; }
done

end_by_file() {
  [ -f "$2" ] && kill "-$1" "$(cat "$2")" 2>/dev/null || true
}

# Processes of jobs of this cluster; on one node if it is named.
processes_of() {
  local file
  for file in /proc/[0-9]*/environ; do
    { tr '\0' '\n' < "$file"; } 2>/dev/null | grep -qx "BASALT_CHECK=$folder" || continue
    [ -z "${1:-}" ] || tr '\0' '\n' < "$file" 2>/dev/null | grep -qx "SLURMD_NODENAME=$1" || continue
    file=${file#/proc/}
    echo "${file%/environ}"
  done
}

crash() {
  local process
  end_by_file KILL "$folder/slurmd.${1:?$usage}.pid"
  for process in $(processes_of "$1"); do kill -9 "$process" 2>/dev/null || true; done
}

revive() {
  slurmd -N "${1:?$usage}" -f "$SLURM_CONF"
}

stop() {
  local node
  if [ -f "$folder/slurmctld.pid" ]; then timeout 10 scancel --user=root 2>/dev/null || true; fi
  for node in n0 n1 n2 n3; do end_by_file TERM "$folder/slurmd.$node.pid"; done
  end_by_file TERM "$folder/slurmctld.pid"
  sleep 1
  for node in n0 n1 n2 n3; do end_by_file KILL "$folder/slurmd.$node.pid"; done
  end_by_file TERM "$folder/munged.pid"
}

configure() {
  mkdir -p "$folder"/{state,log,spool.n{0,1,2,3},tmp-n{0,1,2,3}} /run/munge
  head -c 1024 /dev/urandom > "$folder/munge.key"
  chmod 400 "$folder/munge.key"
  chmod 755 "$folder"
  cat > "$folder/cgroup.conf" <<EOF
CgroupPlugin=cgroup/v1
EOF
  cat > "$folder/slurm.conf" <<EOF
ClusterName=mini
SlurmctldHost=$host(127.0.0.1)
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$folder/munge.socket,cred_expire=5
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$folder/state
SlurmctldPidFile=$folder/slurmctld.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmctldPort=16817
SlurmdSpoolDir=$folder/spool.%n
SlurmdPidFile=$folder/slurmd.%n.pid
SlurmdLogFile=$folder/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
SwitchType=switch/none
MpiDefault=pmix
ReturnToService=2
JobRequeue=1
KillWait=5
SlurmdTimeout=15
TmpFS=$folder/tmp-%n
NodeName=n[0-3] NodeHostname=$host NodeAddr=127.0.0.1 Port=[17001-17004] CPUs=2 RealMemory=4000
PartitionName=debug Nodes=ALL Default=YES MaxTime=INFINITE State=UP
EOF
}

start() {
  configure
  # munge insists on folders that only root may write, so its key and socket get the right owner.
  munged --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" \
    --pid-file="$folder/munged.pid" --log-file="$folder/log/munged.log" \
    --seed-file="$folder/munge.seed"
  slurmctld -f "$SLURM_CONF"
  local node
  for node in n0 n1 n2 n3; do
    slurmd -N "$node" -f "$SLURM_CONF"
  done
  wait_for 60 "four idle nodes; see $folder/log" nodes_are_idle
}
nodes_are_idle() { [ "$(sinfo -h -t idle -o %D 2>/dev/null)" = 4 ]; }

case $action in
  start) start ;;
  crash) crash "${3:-}" ;;
  revive) revive "${3:-}" ;;
  stop) stop ;;
  *) echo "slurm_cluster.sh: unknown action $action; $usage" >&2; exit 2 ;;
esac
