#!/usr/bin/env bash
# A sweep under a real Slurm of four nodes: time limits, requeues and the loss of a node leave the
# same results as an undisturbed run. slurm_smoke.sh [BUILD], as root, some minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
source cluster/check/digest.sh
program=$(realpath "${1:-build}")/basalt
folder=$(mktemp -d)
campaign=$PWD/cluster/check/check.toml
export SLURM_CONF=$folder/slurm/slurm.conf BASALT=$program BASALT_CLUSTER=$PWD/cluster
finish() {
  bash cluster/check/slurm_cluster.sh stop "$folder/slurm"
  rm -rf "$folder"
}
trap finish EXIT

bash cluster/check/slurm_cluster.sh start "$folder/slurm"
"$program" sweep "$campaign" -o "$folder/whole" --quiet > "$folder/whole.txt"
whole=$(results_digest "$program" "$campaign" "$folder/whole")

# The warning comes up to a minute before it is asked for, so a life lasts a minute at most.
job=$(sbatch --parsable -N 4 --time=2 --signal=B:USR1@60 -o "$folder/job.log" \
  cluster/slurm/sweep.sbatch "$campaign" "$folder/sweep")
lost=0
for second in $(seq 1 900); do
  state=$(scontrol show job "$job" 2>/dev/null | sed -n 's/.*JobState=\([A-Z]*\).*/\1/p')
  [ "$state" = COMPLETED ] && break
  [ "$state" = FAILED ] && { cat "$folder/job.log"; exit 1; }
  if [ "$lost" = 0 ] && [ "$state" = RUNNING ] && [ "$second" -gt 10 ]; then
    pkill -9 -f "slurmd -N n2 -f $SLURM_CONF"  # a node dies in the middle of the first life
    lost=1
  fi
  if [ "$lost" = 1 ] && [ "$second" -gt 45 ]; then
    slurmd -N n2 -f "$SLURM_CONF"
    lost=2
  fi
  sleep 1
done
grep "^basalt: life" "$folder/job.log" || true
again=$(results_digest "$program" "$campaign" "$folder/sweep")
echo "undisturbed $whole"
echo "under Slurm $again"
[ -n "$whole" ] && [ "$whole" = "$again" ]
