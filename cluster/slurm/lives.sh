# Sourced by the job scripts: runs one command over as many job lives as it needs.

# run_lives COMMAND...: starts the command on every node of the job, hands it the warning signal of
# Slurm, and requeues the job when the command was interrupted in order (exit status 75).
run_lives() {
  # A failed rank must not end the others: the program decides (srun's default).
  srun --mpi=pmix --kill-on-bad-exit=0 "$@" &
  local step=$! status=0
  # USR1 is forwarded to all ranks; TERM sent to srun would kill them without notice.
  trap 'kill -USR1 "$step" 2>/dev/null' USR1
  if [ "${warned:-0}" = 1 ]; then
    sleep 2
    kill -USR1 "$step" 2>/dev/null
  fi
  wait "$step" || status=$?
  while kill -0 "$step" 2>/dev/null; do
    status=0
    wait "$step" || status=$?
  done
  echo "basalt: life ${SLURM_RESTART_COUNT:-0} of job $SLURM_JOB_ID ended with status $status"
  if [ "$status" -eq 75 ]; then
    scontrol requeue "$SLURM_JOB_ID"
    return 0
  fi
  return "$status"
}
