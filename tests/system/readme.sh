#!/usr/bin/env bash
# Runs every command of README.md's bash blocks, in order, in one empty folder: readme.sh BUILD
set -euo pipefail
source "$(dirname "$0")/folder.sh" "$1"
export PATH=$build:$PATH

mkdir bench
ln -s "$root/bench/data" bench/data
sed -n '/^```bash$/,/^```$/p' "$root/README.md" | grep -v '^```' > commands.sh
[ "$(grep -c '^basalt\|^mpirun' commands.sh)" -ge 12 ]
bash -euxo pipefail commands.sh

# What the text promises.
grep -q '^trial,' digits/results.csv
[ -s report.html ]
[ "$(wc -l < predictions.csv)" = 17 ]
[ "$(stat -c %a client.key)" = 600 ]
basalt decrypt circuit.h5 client.key scores.h5 --labels digits.h5 --rows 0:16 -o predictions.csv \
  --json | grep -q '"mismatches":0'
