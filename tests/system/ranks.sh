#!/usr/bin/env bash
# One digest per sampler and stopper, at every rank count, with random delays and a kill each:
# ranks.sh BUILD "COUNTS" "SAMPLERS" "STOPPERS"
set -euo pipefail
source "$(dirname "$0")/folder.sh" "$1"
read -ra counts <<< "$2"
read -ra samplers <<< "$3"
read -ra stoppers <<< "$4"
driver=$build/tests/jobs/jobs_sweep_driver
RANDOM=7
killed=0
runs=0
has_lines_or_over() { [ "$(wc -l < "$log")" -ge "$steps" ] || is_over "$launcher"; }

for sampler in "${samplers[@]}"; do
  for stopper in "${stoppers[@]}"; do
    search="$sampler-$stopper"
    expected=$("$driver" "$search" "$search.log" 0 "$sampler" "$stopper")
    for ranks in "${counts[@]}"; do
      # A life that is killed amid its trials, wherever they are, then one that ends. Its trials
      # stop when the log is 15 lines longer than where the kill is meant, however late that comes.
      log=$search-$ranks.log
      steps=$((RANDOM % 40))
      : > "$log"
      mpirun -n "$ranks" "$driver" "$search-$ranks" "$log" 60 "$sampler" "$stopper" \
        $((steps + 15)) > /dev/null 2>&1 &
      launcher=$!
      wait_for 120 "$steps lines of $log" has_lines_or_over
      sleep "0.00$((RANDOM % 100))"
      kill -KILL "$launcher" 2>/dev/null && killed=$((killed + 1))
      end_of_job 60 "the end of a killed launcher" || true
      found=$(mpirun -n "$ranks" "$driver" "$search-$ranks" "$log" 20 "$sampler" "$stopper")
      runs=$((runs + 1))
      if [ "$found" != "$expected" ]; then
        echo "ranks: $sampler, $stopper at $ranks ranks: $found, expected $expected" >&2
        exit 1
      fi
    done
  done
done
echo "$runs runs, $killed killed on the way, ${#samplers[@]} samplers x ${#stoppers[@]} stoppers," \
  "ranks ${counts[*]}: one digest each"
[ "$killed" -eq "$runs" ]
