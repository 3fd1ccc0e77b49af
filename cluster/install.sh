#!/usr/bin/env bash
# Installs the packages of packages.txt that are missing; with --list only names them.
set -euo pipefail
list=$(dirname "$0")/packages.txt

missing=()
while read -r package; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done < <(sed -e 's/#.*//' -e 's/[[:space:]]//g' "$list" | grep .)

if [ ${#missing[@]} -eq 0 ]; then exit 0; fi
echo "packages that are missing: ${missing[*]}" >&2
if [ "${1:-}" = --list ]; then exit 1; fi

if [ "$(id -u)" = 0 ]; then
  as_root=(env)
elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
  as_root=(sudo env)
else
  echo "they can be installed by root: apt-get install ${missing[*]}" >&2
  exit 1
fi
"${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get update -q >&2
"${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
  "${missing[@]}" >&2
