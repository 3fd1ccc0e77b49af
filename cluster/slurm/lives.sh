# Sourced by the job scripts: runs one command over as many job lives as it needs.

cluster=${BASALT_CLUSTER:-$SLURM_SUBMIT_DIR/cluster}
source "$cluster/env.sh"

# run_lives COMMAND...: starts the command on every node of the job, hands it the warning signal of
# Slurm, and requeues the job when the command was interrupted in order (exit status 75) or lost, at
# most LIVES times.
run_lives() {
  local status=0
  # Since Slurm 22.05 srun does not take -c from the job by itself.
  if [ -n "${SLURM_CPUS_PER_TASK:-}" ]; then export SRUN_CPUS_PER_TASK=$SLURM_CPUS_PER_TASK; fi
  # Nodes of an earlier life may hold what its killed ranks have left.
  if [ "${SLURM_RESTART_COUNT:-0}" -gt 0 ]; then
    srun --nodes="$SLURM_JOB_NUM_NODES" --ntasks-per-node=1 sh -s < "$cluster/clean.sh" || true
  fi
  # A failed rank must not end the others: the program decides (srun's default). USR1 reaches all
  # ranks through srun; TERM sent to srun would kill them without notice. Until the program listens
  # to USR1, it is ignored.
  with_status "$PWD/.basalt-status.$SLURM_JOB_ID" srun --mpi=pmix --kill-on-bad-exit=0 \
    sh -c 'trap "" USR1; touch "$BASALT_STATUS_FILE.begun"; exec "$@"' basalt "$@" || status=$?
  echo "basalt: life ${SLURM_RESTART_COUNT:-0} of job $SLURM_JOB_ID ended with status $status"
  if may_go_on "$status" && [ "${SLURM_RESTART_COUNT:-0}" -lt "${LIVES:-50}" ]; then
    scontrol requeue "$SLURM_JOB_ID"
    return 0
  fi
  return "$status"
}
