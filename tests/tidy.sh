#!/usr/bin/env bash
# Runs clang-tidy with the checks of .clang-tidy on the sources of src, io and jobs, or on those that
# are named: tidy.sh [SOURCE...]. Needs the package clang-tidy, which nothing else does.
#   BUILD=folder   of the list of commands (build-tidy)      JOBS=n   at a time (processors)
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD:-build-tidy}
if ! command -v clang-tidy >/dev/null && ! command -v clang-tidy-14 >/dev/null; then
  echo "clang-tidy is missing: apt-get install clang-tidy" >&2
  exit 2
fi
tidy=$(command -v clang-tidy || command -v clang-tidy-14)
# Precompiled headers of g++ mean nothing to clang.
cmake -S . -B "$build" -G Ninja -DBASALT_TESTS=OFF -DBASALT_BENCH=OFF \
  -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON >/dev/null
if [ $# -gt 0 ]; then
  sources=("$@")
else
  mapfile -t sources < <(git ls-files 'src/*.cpp' 'io/*.cpp' 'jobs/*.cpp')
fi
printf '%s\n' "${sources[@]}" | xargs -P "${JOBS:-$(nproc)}" -n 4 \
  "$tidy" -p "$build" --quiet --warnings-as-errors='*' \
  --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-unused-command-line-argument
