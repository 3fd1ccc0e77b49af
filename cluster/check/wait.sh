# Sourced by checks and tests: waiting, with an end.

# wait_for SECONDS WHAT COMMAND...: until COMMAND holds, looking twenty times a second, later twice.
# After SECONDS it says for WHAT it has waited, and fails.
wait_for() {
  local limit=$1 what=$2 started=$SECONDS pause=0.05
  shift 2
  until "$@"; do
    if [ $((SECONDS - started)) -ge "$limit" ]; then
      echo "$(basename "$0"): waited $limit s for $what, in vain" >&2
      return 1
    fi
    [ $((SECONDS - started)) -lt 10 ] || pause=0.5
    sleep $pause
  done
}

# is_over PROCESS: whether a child of this shell has ended.
is_over() { ! kill -0 "$1" 2>/dev/null; }

# end_of SECONDS WHAT PROCESS: the exit status of a child of this shell. One that has not ended after
# SECONDS is killed, and this script fails.
end_of() {
  local status=0
  wait_for "$1" "$2" is_over "$3" || { kill -KILL "$3"; exit 1; }
  wait "$3" || status=$?
  return "$status"
}
