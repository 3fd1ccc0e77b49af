#!/bin/sh
# Removes what dead MPI jobs of this user have left on this machine: Open MPI's segments of shared
# memory and its session folders, by this host's name. Whatever a living process has mapped, or a
# living mpirun has made, stays: clean.sh [FOLDER...]      (by default /dev/shm, $TMPDIR and /tmp)
# Basalt itself leaves nothing there: its shared memory has no name and ends with its processes.
set -u
[ $# -gt 0 ] || set -- /dev/shm "${TMPDIR:-/tmp}" /tmp
user=$(id -u)
host=$(uname -n | cut -d. -f1)
list=$(mktemp) || exit 1
trap 'rm -f "$list" "$list.mapped"' EXIT

# Candidates first, then what is mapped: a job that starts in between is not among them.
for folder; do
  find "$folder" -maxdepth 1 -user "$user" -name "vader_segment.$host.*" ! -newermt '-3 seconds'
  find "$folder/ompi.$host."*"$user" -mindepth 1 -maxdepth 1 -user "$user" \
    \( -name 'pid.*' -o -name 'jf.*' \) ! -newermt '-3 seconds'
done 2>/dev/null | sort -u > "$list"
[ -s "$list" ] || exit 0
cat /proc/[0-9]*/maps 2>/dev/null | sed -n 's/^[^/]*\//\//p' | sort -u > "$list.mapped"
# Jobs whose daemon lives here: its folder may hold nothing mapped yet.
daemons=$(cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' '\n' | tr -d '"' | sed -n '/^ess_base_jobid$/{n;p;}')

while read -r path; do
  case $path in
    */pid.*) [ -d "/proc/${path##*/pid.}" ] && continue ;;
    */jf.*)
      for job in $daemons; do [ "$((job >> 16))" = "${path##*/jf.}" ] && continue 2; done ;;
  esac
  # A segment by its name, a folder by the files below it.
  if [ -d "$path" ]; then grep -qF "$path/" "$list.mapped" && continue; fi
  if [ -f "$path" ]; then grep -qxF "$path" "$list.mapped" && continue; fi
  # Numbers of jobs come again: a new job may have taken the name meanwhile.
  [ -n "$(find "$path" -maxdepth 0 -newermt '-3 seconds' 2>/dev/null)" ] || rm -rf "$path"
done < "$list"
