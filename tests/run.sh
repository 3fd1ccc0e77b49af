#!/usr/bin/env bash
# Installs the packages, builds everything and runs all tests that must pass; safe to run again:
# run.sh [--kernels NAME]           NAME as for basalt --kernels; or BASALT_KERNELS=NAME
#   BUILD=folder   where to build (build)      JOBS=n   parallel compilers and tests (processors)
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD:-build}
jobs=${JOBS:-$(nproc)}
if [ "${1:-}" = --kernels ] && [ $# = 2 ]; then
  export BASALT_KERNELS=$2
elif [ $# -gt 0 ]; then
  echo "usage: [BUILD=folder] [JOBS=n] run.sh [--kernels NAME]" >&2
  exit 2
fi

bash cluster/install.sh
if [ ! -f "$build/build.ninja" ]; then cmake -S . -B "$build" -G Ninja -DBASALT_UNITY=ON; fi
cmake --build "$build" -j "$jobs"
"$build/basalt" doctor --quiet > /dev/null  # refuses kernels that are not there
exec ctest --test-dir "$build" --output-on-failure --timeout 600 -j "$((jobs > 2 ? jobs : 2))" \
  -LE 'long|cluster'
