#!/usr/bin/env bash
# A Slurm of four nodes on one machine, from Debian's packages: slurm_cluster.sh start|stop FOLDER
# Needs root and the packages slurm-wlm and munge. SLURM_CONF=FOLDER/slurm.conf selects it.
set -euo pipefail
action=${1:?usage: slurm_cluster.sh start|stop FOLDER}
folder=$(realpath -m "${2:?usage: slurm_cluster.sh start|stop FOLDER}")
host=$(hostname -s)
export SLURM_CONF=$folder/slurm.conf

stop() {
  pkill -f "slurmd -N n[0-3] -f $folder/slurm.conf" 2>/dev/null || true
  [ -f "$folder/slurmctld.pid" ] && kill "$(cat "$folder/slurmctld.pid")" 2>/dev/null || true
  [ -f "$folder/munged.pid" ] && kill "$(cat "$folder/munged.pid")" 2>/dev/null || true
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
  local second
  for second in $(seq 1 30); do
    [ "$(sinfo -h -t idle -o %D 2>/dev/null)" = 4 ] && return 0
    sleep 1
  done
  echo "slurm_cluster: the nodes are not idle after 30 s; see $folder/log" >&2
  return 1
}

case $action in
  start) start ;;
  stop) stop ;;
  *) echo "slurm_cluster: expected start or stop, got $action" >&2; exit 2 ;;
esac
