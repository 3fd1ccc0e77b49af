# Sourced by the tests of this folder with BUILD as the first argument: build, root and basalt are
# absolute paths, the current folder is an empty one that goes with the test, and so does the job
# whose number is in launcher.
build=$(realpath "${1:?BUILD is missing}")
root=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
basalt=$build/basalt
folder=$(mktemp -d)
launcher=
finish_up() {
  if [ -n "$launcher" ] && kill "$launcher" 2>/dev/null; then
    wait_for 30 "the end of the job" is_over "$launcher" || kill -KILL "$launcher"
  fi
  rm -rf "$folder"
}
trap finish_up EXIT
source "$root/cluster/env.sh"
source "$root/cluster/check/wait.sh"
cd "$folder"

# end_of_job SECONDS WHAT: the exit status of the job, whose end is WHAT.
end_of_job() {
  local status=0
  end_of "$1" "$2" "$launcher" || status=$?
  launcher=
  return "$status"
}
