# Sourced by the checks: what a finished sweep or score says about itself, and comparisons.

source "${BASH_SOURCE%/*}/wait.sh"

say() { printf '\n== %s\n' "$*"; }

# results_digest PROGRAM CAMPAIGN FOLDER: the digest of a finished sweep (run again, it only reads).
results_digest() {
  "$1" sweep "$2" -o "$3" --json --quiet | sed 's/.*"results_digest":"\([0-9a-f]*\)".*/\1/'
}

# id_of PROGRAM FILE: the id of a file of ours.
id_of() { "$1" inspect "$2" --json | sed 's/.*"id":"\([0-9a-f]*\)".*/\1/'; }

# same WHAT EXPECTED FOUND: ends the check unless both are equal and not empty.
same() {
  echo "$1: $3"
  if [ -z "$2" ] || [ "$2" != "$3" ]; then
    echo "$1: expected $2" >&2
    exit 1
  fi
}

# make_batch PROGRAM MODEL FOLDER ROWS: circuit.h5, client.key, evaluation.h5, rows.h5 and batch.h5.
make_batch() {
  local program=$1 model=$2 folder=$3 rows=$4
  "$program" compile "$model" -o "$folder/circuit.h5" --quiet > /dev/null
  "$program" keygen "$folder/circuit.h5" --client "$folder/client.key" \
    --evaluation "$folder/evaluation.h5" --quiet > /dev/null
  "$program" generate moons --rows "$rows" --seed 3 -o "$folder/rows.h5" --quiet > /dev/null
  "$program" encrypt "$folder/circuit.h5" "$folder/client.key" "$folder/rows.h5" \
    -o "$folder/batch.h5" --quiet > /dev/null
}

# expect_decrypted PROGRAM FOLDER SCORES ROWS: all rows are there and equal the clear circuit's.
expect_decrypted() {
  local answer
  answer=$("$1" decrypt "$2/circuit.h5" "$2/client.key" "$3" --labels "$2/rows.h5" \
    -o "$2/predictions.csv" --json --quiet)
  echo "decrypted: $answer"
  grep -q "\"rows\":$4,.*\"mismatches\":0" <<< "$answer"
}
