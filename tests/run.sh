#!/usr/bin/env bash
# Builds everything and runs the tests.
set -euo pipefail
cd "$(dirname "$0")/.."
cmake -S . -B build -G Ninja
cmake --build build
ctest --test-dir build --output-on-failure -j 2
