# Sourced by every launcher: settings of Open MPI and of threads that all ways of starting share.
# A variable that is set already keeps its value.

# Ranks that wait give their processor away instead of polling.
: "${OMPI_MCA_mpi_yield_when_idle:=1}"
# More ranks than cores are allowed: tests and small machines need it.
: "${OMPI_MCA_rmaps_base_oversubscribe:=1}"
# Containers often forbid the single-copy mechanism; large messages are rare here.
: "${OMPI_MCA_btl_vader_single_copy_mechanism:=none}"
# No word about network hardware that is not there.
: "${OMPI_MCA_btl_base_warn_component_unused:=0}"
# Seconds in which a rank must begin, and then all must find each other (0: no limit).
: "${BASALT_START_LIMIT:=120}"
# Threads belong to Basalt (--threads); libraries below it keep to one.
: "${OMP_NUM_THREADS:=1}"
export OMPI_MCA_mpi_yield_when_idle OMPI_MCA_rmaps_base_oversubscribe OMP_NUM_THREADS
export BASALT_START_LIMIT
export OMPI_MCA_btl_vader_single_copy_mechanism OMPI_MCA_btl_base_warn_component_unused

# Open MPI wants two confirmations that root is meant, as in containers.
if [ "$(id -u)" = 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi

# The folder in which the jobs of a host have theirs goes with the last of them, and an mpirun that
# begins in that moment ends with status 1 ("mkdir was unable to create"): a folder in it keeps it.
sessions=${OMPI_MCA_orte_tmpdir_base:-${TMPDIR:-/tmp}}/ompi.$(uname -n | cut -d. -f1).$(id -u)
(umask 077 && mkdir -p "$sessions/kept") 2>/dev/null || true

# binding: mpirun's options for BIND=none (default: ranks share the host's cores by their number of
# threads), BIND=socket (one rank per socket, its threads inside) or BIND=core (one rank per core).
binding() {
  case ${BIND:-none} in
    none) echo "--bind-to none" ;;
    socket) echo "--map-by socket --bind-to socket" ;;
    core) echo "--map-by core --bind-to core" ;;
    *) echo "basalt: BIND is \"$BIND\", expected none, socket or core" >&2; return 2 ;;
  esac
}

# with_status FILE COMMAND...: runs a launcher of ranks and returns what rank 0 says about the job
# in FILE. The launcher's own status is about the ranks: it is 0 although one died where survivors
# go on, and not 0 although they finished the job. USR1 is handed on, again and again: it may come
# before the program can hear. Every rank makes FILE.begun. A launcher that waits for a host that is
# gone is ended: it was to bring a rank to life within BASALT_START_LIMIT seconds, to end 15 s after
# rank 0, and 60 s after a signal to end.
with_status() {
  local file=$1 status=0 launcher round=0 warned=${warned:-0}
  local phase=start signal=TERM deadline=
  local why="the launcher brought no rank to life within $BASALT_START_LIMIT s (BASALT_START_LIMIT)"
  shift
  rm -f "$file" "$file.begun"
  BASALT_STATUS_FILE=$file "$@" &
  launcher=$!
  trap 'warned=1 round=0' USR1
  trap 'phase=stopping deadline=$((SECONDS + 60)) why="the launcher did not end within 60 s"
    kill -TERM "$launcher" 2>/dev/null' TERM INT
  [ "$BASALT_START_LIMIT" = 0 ] || deadline=$((SECONDS + BASALT_START_LIMIT))
  while kill -0 "$launcher" 2>/dev/null; do
    sleep 0.2 &
    wait $! || true
    [ "$warned" = 1 ] && [ $((round % 25)) = 5 ] && kill -USR1 "$launcher" 2>/dev/null
    round=$((round + 1))
    if [ $phase = start ] && [ -e "$file.begun" ]; then phase=work deadline=; fi
    if [ $phase != end ] && [ -s "$file" ]; then
      phase=end deadline=$((SECONDS + 15)) why="the launcher did not end within 15 s of rank 0"
    fi
    if [ -n "$deadline" ] && [ $SECONDS -ge "$deadline" ]; then
      [ $signal = KILL ] || echo "basalt: $why and is ended" >&2
      kill -$signal "$launcher" 2>/dev/null
      signal=KILL deadline=$((SECONDS + 5))
    fi
  done
  wait "$launcher" || status=$?
  # A second warning may come while the script ends or puts its job back in the queue.
  trap 'warned=1' USR1
  trap - TERM INT
  if [ -s "$file" ]; then
    status=$(cat "$file")
  elif [ $phase$signal = startKILL ]; then
    status=75  # hosts that do not answer are left out the next time
  elif [ "$status" = 0 ]; then
    status=137  # rank 0 is gone without a word
  fi
  rm -f "$file" "$file.begun"
  return "$status"
}

# may_go_on STATUS: whether the same command is worth another try: interrupted in order (75), killed
# by a signal, or a host was lost (205, 255).
may_go_on() {
  case $1 in
    75 | 134 | 135 | 136 | 137 | 138 | 139 | 143 | 205 | 255) return 0 ;;
  esac
  return 1
}
