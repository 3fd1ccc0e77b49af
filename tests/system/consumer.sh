#!/usr/bin/env bash
# Installs the build and builds somebody else's program against it: consumer.sh BUILD
set -euo pipefail
build=$(realpath "$1")
source=$(realpath "$(dirname "$0")/consumer")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cmake --install "$build" --prefix "$folder/prefix" >/dev/null
cmake -S "$source" -B "$folder/build" -G Ninja -DCMAKE_PREFIX_PATH="$folder/prefix" \
  -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$folder/build"
"$folder/build/consumer"
"$folder/prefix/bin/basalt" --version
