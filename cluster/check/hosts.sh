#!/usr/bin/env bash
# Four hosts on one machine: network namespaces with a bridge and an sshd each.
#   hosts.sh start FOLDER              FOLDER/hosts is the list, for cluster/hosts.sh
#   hosts.sh run FOLDER COMMAND...     runs COMMAND on the first host
#   hosts.sh crash FOLDER INDEX        kills all processes of a host but its sshd
#   hosts.sh unplug|plug FOLDER INDEX  cuts its cable and mends it
#   hosts.sh stop FOLDER
# Needs root and the packages iproute2 and openssh-server.
set -euo pipefail
usage='usage: hosts.sh start|run|crash|unplug|plug|stop FOLDER [COMMAND...|INDEX]'
action=${1:?$usage}
folder=$(realpath -m "${2:?$usage}")
shift 2
[ "$(id -u)" = 0 ] || { echo "hosts.sh: network namespaces need root" >&2; exit 2; }
for tool in ip sshd ssh-keygen unshare; do
  command -v "$tool" > /dev/null || [ -x "/usr/sbin/$tool" ] ||
    { echo "hosts.sh: $tool is missing; install iproute2 and openssh-server" >&2; exit 2; }
done
bridge=basalt0
network=10.77.0

start_host() {
  local index=$1 name=basalt-node$1
  ip netns add "$name"
  ip link add "bve$index" type veth peer name eth0 netns "$name"
  ip link set "bve$index" master $bridge up
  ip -n "$name" addr add "$network.$index/24" dev eth0
  ip -n "$name" link set eth0 up
  ip -n "$name" link set lo up
  # Open MPI distinguishes hosts by their names, so each needs its own.
  ip netns exec "$name" unshare --uts sh -c "hostname node$index; exec /usr/sbin/sshd -f '$folder/sshd_config' \
    -o ListenAddress=$network.$index -o PidFile='$folder/sshd.$index.pid'"
}

start() {
  stop
  mkdir -p "$folder" /run/sshd
  ssh-keygen -q -t ed25519 -N '' -f "$folder/host_key"
  ssh-keygen -q -t ed25519 -N '' -f "$folder/user_key"
  cp "$folder/user_key.pub" "$folder/authorized_keys"
  chmod 600 "$folder/authorized_keys"
  cat > "$folder/sshd_config" <<EOF
HostKey $folder/host_key
AuthorizedKeysFile $folder/authorized_keys
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
EOF
  cat > "$folder/ssh" <<EOF
#!/bin/sh
exec ssh -i $folder/user_key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR "\$@"
EOF
  chmod +x "$folder/ssh"
  ip link add $bridge type bridge
  ip addr add $network.254/24 dev $bridge
  ip link set $bridge up
  local index
  : > "$folder/hosts"
  for index in 1 2 3 4; do
    start_host "$index"
    echo "$network.$index slots=1" >> "$folder/hosts"
  done
}

run() {
  # The launcher reaches the other hosts by the folder's own key, and only over the bridge.
  OMPI_MCA_plm_rsh_agent="$folder/ssh -o ConnectTimeout=5" OMPI_MCA_oob_tcp_if_include=$network.0/24 \
    OMPI_MCA_btl_tcp_if_include=$network.0/24 OMPI_ALLOW_RUN_AS_ROOT=1 \
    OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
    ip netns exec basalt-node1 unshare --uts sh -c 'hostname node1; exec "$@"' run "$@"
}

# Processes of a host, without the sshd that listens.
processes_of() {
  ip netns pids "basalt-node$1" | grep -vx "$(cat "$folder/sshd.$1.pid")" || true
}

crash() {
  local process
  for process in $(processes_of "${1:?$usage}"); do kill -9 "$process" 2>/dev/null || true; done
}

stop() {
  local index
  for index in 1 2 3 4; do
    [ -f "$folder/sshd.$index.pid" ] && crash "$index" && kill "$(cat "$folder/sshd.$index.pid")" 2>/dev/null || true
    ip netns del "basalt-node$index" 2>/dev/null || true
    ip link del "bve$index" 2>/dev/null || true
  done
  ip link del $bridge 2>/dev/null || true
  rm -rf "$folder"
}

case $action in
  start) start ;;
  run) run "$@" ;;
  crash) crash "$@" ;;
  unplug) ip link set "bve${1:?$usage}" down ;;
  plug) ip link set "bve${1:?$usage}" up ;;
  stop) stop ;;
  *) echo "hosts.sh: unknown action $action; $usage" >&2; exit 2 ;;
esac
