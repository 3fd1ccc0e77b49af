#!/usr/bin/env bash
# Sweeps and scoring under a real Slurm of four nodes: time limits, requeues and the loss of a node
# leave the results of an undisturbed run. slurm_smoke.sh [BUILD], as root, some minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
source cluster/check/results.sh
program=$(realpath "${1:-build}")/basalt
[ -x "$program" ] || { echo "slurm_smoke.sh: $program is missing; build it first" >&2; exit 2; }
folder=$(mktemp -d)
campaign=$folder/check.toml
sed 's/^trials = .*/trials = 80/' cluster/check/check.toml > "$campaign"
export SLURM_CONF=$folder/slurm/slurm.conf BASALT=$program BASALT_CLUSTER=$PWD/cluster
export BASALT_CHECK=$folder/slurm
finish() {
  bash cluster/check/slurm_cluster.sh stop "$folder/slurm"
  rm -rf "$folder"
}
trap finish EXIT

state_of() { scontrol show job "$1" 2>/dev/null | sed -n 's/.*JobState=\([A-Z_]*\).*/\1/p'; }

# submit LOG OPTIONS...: prints the number of the job.
submit() {
  local log=$1
  shift
  sbatch --parsable -D "$folder" -N 4 -o "$log" "$@"
}

# wait_for_job JOB LOG STATE: until the job is in this state, at most fifteen minutes.
wait_for_job() {
  local state
  wait_for 900 "job $1 to be $3" is_or_has_ended "$1" "$3" || true
  state=$(state_of "$1")
  [ "$state" != "$3" ] || return 0
  echo "slurm_smoke.sh: job $1 is $state, expected $3; its log:" >&2
  cat "$2" >&2
  scontrol show job "$1" >&2 || true
  grep -h "JobId=$1\\b" "$folder/slurm/log/slurmctld.log" >&2 || true
  return 1
}

is_or_has_ended() {
  local state
  state=$(state_of "$1")
  [ "$state" = "$2" ] || case $state in FAILED | CANCELLED | TIMEOUT | COMPLETED) ;; *) false ;; esac
}

# warn_life JOB LIFE: six seconds into a life the job gets the signal that Slurm sends before the
# end of its time.
warn_life() {
  wait_for 240 "life $2 of job $1" is_in_life "$1" "$2"
  sleep 6
  scancel --batch --signal=USR1 "$1"
}
is_in_life() {
  [ "$(state_of "$1")" = RUNNING ] && scontrol show job "$1" | grep -q "Restarts=$2 "
}

# lose_node JOB NODE: kills a node and brings it back once Slurm has taken the job off it, or the
# survivors have finished.
lose_node() {
  bash cluster/check/slurm_cluster.sh crash "$folder/slurm" "$2"
  sleep 1
  wait_for 300 "job $1 to leave node $2 or to end" is_not_running "$1"
  bash cluster/check/slurm_cluster.sh revive "$folder/slurm" "$2"
}

is_not_running() { [ "$(state_of "$1")" != RUNNING ]; }
nodes_are_idle() { [ "$(sinfo -h -t idle -o %D)" = 4 ]; }
lives_of() { grep -c "^basalt: life" "$1" || true; }

bash cluster/check/slurm_cluster.sh start "$folder/slurm"
say "the job scripts are accepted"
sbatch --test-only -N 4 -t 10 cluster/slurm/sweep.sbatch a.toml a
sbatch --test-only -N 4 -t 10 cluster/slurm/score.sbatch c.h5 e.h5 b.h5 s.h5
sbatch --test-only -N 4 -t 10 cluster/slurm/campaign.sbatch a.toml a

say "a sweep in one process"
"$program" sweep "$campaign" -o "$folder/whole" --quiet > /dev/null
whole=$(results_digest "$program" "$campaign" "$folder/whole")

say "a sweep that its time limit interrupts again and again"
# Slurm warns up to a minute before it is asked to: here, within the first half minute. The next
# two lives are warned by hand, as a longer campaign would need more minutes.
log=$folder/lives.log
job=$(submit "$log" --time=1 --signal=B:USR1@55 cluster/slurm/sweep.sbatch "$campaign" "$folder/lives")
(warn_life "$job" 1; warn_life "$job" 2) &
wait_for_job "$job" "$log" COMPLETED
grep "^basalt: life" "$log"
[ "$(lives_of "$log")" -ge 3 ]
same "lives" "$whole" "$(results_digest "$program" "$campaign" "$folder/lives")"

say "a sweep that loses a node"
log=$folder/lost.log
job=$(submit "$log" --time=10 cluster/slurm/sweep.sbatch "$campaign" "$folder/lost")
wait_for_job "$job" "$log" RUNNING
sleep 6
lose_node "$job" n2
wait_for_job "$job" "$log" COMPLETED
grep "^basalt: life" "$log"
same "node lost" "$whole" "$(results_digest "$program" "$campaign" "$folder/lost")"

say "encrypted rows, scored by four nodes of which one is lost"
make_batch "$program" "$folder/whole/best.h5" "$folder" 600
"$program" score "$folder/circuit.h5" "$folder/evaluation.h5" "$folder/batch.h5" \
  -o "$folder/one.h5" --quiet > /dev/null
log=$folder/score.log
wait_for 60 "four idle nodes" nodes_are_idle
job=$(submit "$log" --time=10 cluster/slurm/score.sbatch "$folder/circuit.h5" \
  "$folder/evaluation.h5" "$folder/batch.h5" "$folder/slurm.h5")
wait_for_job "$job" "$log" RUNNING
sleep 5
lose_node "$job" n1
wait_for_job "$job" "$log" COMPLETED
grep "^basalt: life" "$log"
same "scores" "$(id_of "$program" "$folder/one.h5")" "$(id_of "$program" "$folder/slurm.h5")"
expect_decrypted "$program" "$folder" "$folder/slurm.h5" 600
