#!/usr/bin/env bash
# Installs the packages, builds everything and runs all tests that must pass; safe to run again:
# run.sh [--kernels NAME]   NAME as for basalt --kernels; or BASALT_KERNELS=NAME
# run.sh --sanitize         the same under the address and undefined-behaviour sanitizers
# run.sh --tidy             clang-tidy on all sources, with the checks of .clang-tidy; builds nothing
#   BUILD=folder   where to build (build)      JOBS=n   parallel compilers and tests (processors)
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=${JOBS:-$(nproc)}
settings=(-DBASALT_UNITY=ON -DBASALT_WERROR=ON)
folder=build
case "${1:-}" in
  --kernels)
    export BASALT_KERNELS=${2:?"--kernels needs a name"}
    shift 2
    ;;
  --sanitize)
    folder=build-sanitize
    settings+=(-DBASALT_SANITIZE=address,undefined -DBASALT_BENCH=OFF)
    # Open MPI, and libraries it loads, keep memory to the end.
    export ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
    shift
    ;;
  --tidy)
    exec bash tests/tidy.sh
    ;;
esac
if [ $# -gt 0 ]; then
  echo "usage: [BUILD=folder] [JOBS=n] run.sh [--kernels NAME | --sanitize | --tidy]" >&2
  exit 2
fi
build=${BUILD:-$folder}

bash cluster/install.sh
if [ ! -f "$build/build.ninja" ]; then cmake -S . -B "$build" -G Ninja "${settings[@]}"; fi
cmake --build "$build" -j "$jobs"
"$build/basalt" doctor --quiet > /dev/null  # refuses kernels that are not there
exec ctest --test-dir "$build" --output-on-failure --timeout 600 -j "$((jobs > 2 ? jobs : 2))" \
  -LE 'long|cluster'
