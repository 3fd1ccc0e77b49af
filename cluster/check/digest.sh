# Sourced by the checks: what a finished sweep says about itself.

# results_digest PROGRAM CAMPAIGN FOLDER: the digest of a finished sweep (run again, it only reads).
results_digest() {
  "$1" sweep "$2" -o "$3" --json --quiet | sed 's/.*"results_digest":"\([0-9a-f]*\)".*/\1/'
}
