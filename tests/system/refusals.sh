#!/usr/bin/env bash
# Mistakes and damage end in one line and the right status, and leave no file: refusals.sh BUILD
set -euo pipefail
build=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
basalt=$build/basalt
cd "$folder"

# refuses STATUS WORD ARGUMENTS...: the command ends with STATUS and one line that names WORD.
refuses() {
  local expected=$1 word=$2 status=0
  shift 2
  "$basalt" "$@" > out.txt 2> error.txt || status=$?
  if [ "$status" != "$expected" ] || ! grep -q "^basalt: .*$word" error.txt; then
    echo "basalt $*: status $status, expected $expected with a line about $word:"
    cat error.txt
    exit 1
  fi
}

"$basalt" generate linear --rows 100 --seed 1 -o data.h5 --quiet > /dev/null
refuses 2 'did you mean "train"' trian
refuses 2 kind generate
refuses 2 'moons' generate moon --rows 10 -o no.h5
refuses 2 'layer "table": 40 bits.*at most 9 bits fit' parameters --bits 40
refuses 2 'log_norm2 is inf' parameters --bits 4 --log-norm2 inf
refuses 2 '"p_error" is "7"' parameters --bits 4 --p-error 7
refuses 2 'at least 2 where' parameters --bits 1 --wrap --profile concrete-v0
refuses 2 'norm2 is 0' parameters --bits 4 --norm2 0 --profile concrete-v0
"$basalt" parameters --bits 4 --p-error 2^-1074 --json | grep -q '"log2_p_error": *-1[01]'
refuses 2 'absent.h5' split absent.h5 --train a.h5 --test b.h5
refuses 2 'model' compile data.h5 -o no.h5
printf 'estimator = 3\n' > bad.toml
refuses 2 'bad.toml' train bad.toml -o no.h5
head -c 900 data.h5 > cut.h5
refuses 4 'cut.h5' split cut.h5 --train a.h5 --test b.h5
refuses 4 'cut.h5' check cut.h5
rm cut.h5
printf 'x' | dd of=data.h5 bs=1 seek=700 conv=notrunc status=none
refuses 4 'data.h5' check .
[ ! -e no.h5 ] && [ ! -e a.h5 ] && [ ! -e b.h5 ]

# A damaged journal is found, and so is an object under another's name.
"$basalt" generate linear --rows 100 --seed 1 -o data.h5 --quiet > /dev/null
cp data.h5 "$(printf 'a%.0s' {1..64}).h5"
refuses 4 'aaaa' check .
rm aaaa*.h5
printf 'name = "j"\n[data]\nfile = "data.h5"\n[model]\nestimator = "LogisticRegression"\n' > one.toml
"$basalt" sweep one.toml -o one --quiet > /dev/null 2>&1
"$basalt" check one --quiet > /dev/null
# Kernels that this processor lacks, whoever asks for them, cost no trial.
refuses 2 '\-\-kernels: .*"abacus" is not available' sweep one.toml -o two --kernels abacus
export BASALT_KERNELS=abacus
refuses 2 'BASALT_KERNELS: .*"abacus" is not available' sweep one.toml -o two
refuses 2 'BASALT_KERNELS: .*"abacus" is not available' encrypt data.h5 data.h5 data.h5 -o no.h5
refuses 2 'BASALT_KERNELS: .*"abacus" is not available' doctor
"$basalt" sweep one.toml -o two --kernels reference --quiet > /dev/null 2>&1
unset BASALT_KERNELS
journal=$(find one/journal -type f)
printf 'xxxx' | dd of="$journal" bs=1 seek=40 conv=notrunc status=none
refuses 4 "$(basename "$journal")" check one
