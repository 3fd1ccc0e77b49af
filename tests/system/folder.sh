# Sourced by the tests of this folder with BUILD as the first argument: build, root and basalt are
# absolute paths, the current folder is an empty one that goes with the test, and so does the job
# whose number is in launcher.
build=$(realpath "${1:?BUILD is missing}")
root=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
basalt=$build/basalt
folder=$(mktemp -d)
launcher=
finish_up() {
  [ -z "$launcher" ] || { kill "$launcher" && wait "$launcher"; } 2>/dev/null || true
  rm -rf "$folder"
}
trap finish_up EXIT
source "$root/cluster/env.sh"
cd "$folder"
