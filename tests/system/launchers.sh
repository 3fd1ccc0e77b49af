#!/usr/bin/env bash
# What jobs of one host share outlives each of them, cluster/clean.sh takes only what is dead, and
# warnings do not kill a launcher: launchers.sh BUILD
set -euo pipefail
source "$(dirname "$0")/folder.sh" "$1"
host=$(uname -n | cut -d. -f1)
user=$(id -u)

# The folder of all sessions must not go with a job: another may be about to make its own in it.
export TMPDIR=$folder/scratch
mkdir "$TMPDIR"
RANKS=1 bash "$root/cluster/local.sh" "$basalt" --version > /dev/null
[ -d "$TMPDIR/ompi.$host.$user" ] || { echo "the folder of sessions went with its job"; exit 1; }

# Two warnings, the second of them after the program has ended in order: the script goes on.
bash -c 'source "$1/cluster/env.sh"
  trap warned=1 USR1
  kill -USR1 $$
  status=0
  with_status status bash -c "trap \"echo 75 > status; exit 75\" USR1; for look in {1..2400}; do sleep 0.05; done" ||
    status=$?
  kill -USR1 $$
  [ "$status" = 75 ]' launcher "$root"

# Leftovers of a dead job, of a job whose daemon lives and of another host.
sessions=$folder/clean/ompi.$host.$user
mkdir -p "$sessions/jf.7/0" "$sessions/jf.8/0" "$sessions/kept" "$folder/clean/ompi.other.$user/jf.7"
touch "$folder/clean/vader_segment.$host.$user.1.0" "$folder/clean/vader_segment.other.$user.1.0" \
  "$folder/clean/vader_segment.$host.$user.young.0"
find "$folder/clean" ! -name '*young*' -exec touch -d '-1 minute' {} +
touch "$folder/clean/vader_segment.$host.$user.young.0"
bash -c 'sleep 1000 & echo $! > daemon; wait' -mca ess_base_jobid $((8 << 16)) &
launcher=$!
wait_for 60 "the daemon of a living job" test -s daemon
sh "$root/cluster/clean.sh" "$folder/clean"
kill "$(cat daemon)"
expected="kept
jf.8
ompi.other.$user
jf.7
ompi.$host.$user
vader_segment.other.$user.1.0
vader_segment.$host.$user.young.0"
found=$(find "$folder/clean" -mindepth 1 ! -name 0 -printf '%f\n' | sort)
[ "$found" = "$(sort <<< "$expected")" ] || { echo "after clean.sh: $found"; exit 1; }
[ -d "$sessions/jf.8" ] && [ -d "$folder/clean/ompi.other.$user/jf.7" ]
