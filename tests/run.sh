#!/usr/bin/env bash
# Installs the packages, builds everything and runs all tests that must pass; safe to run again.
#   BUILD=folder   where to build (build)      JOBS=n   parallel compilers and tests (processors)
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD:-build}
jobs=${JOBS:-$(nproc)}

bash cluster/install.sh
if [ ! -f "$build/build.ninja" ]; then cmake -S . -B "$build" -G Ninja -DBASALT_UNITY=ON; fi
cmake --build "$build" -j "$jobs"
exec ctest --test-dir "$build" --output-on-failure --timeout 600 -j "$((jobs > 2 ? jobs : 2))" \
  -LE 'long|cluster'
