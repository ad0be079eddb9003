# shellcheck shell=bash
# Hosts that are network namespaces of this machine, to be sourced after common.sh.

folder=$(mktemp -d)
name=gannet$$

# Whether this process may make hosts: it needs root, and in a container its privileges.
can_make_hosts() {
  [ "$EUID" -eq 0 ] && ip netns add "$name-switch" 2>/dev/null && ip netns del "$name-switch"
}

# Makes hosts 1 to COUNT, 10.77.0.1 and on, joined by a bridge.
make_hosts() {
  trap remove_hosts EXIT
  hosts=$1
  ip netns add "$name-switch"
  ip -n "$name-switch" link add bridge type bridge
  ip -n "$name-switch" link set bridge up
  local host
  for ((host = 1; host <= hosts; host++)); do
    ip netns add "$name-$host"
    mkdir "$folder/$host"
    ip -n "$name-$host" link add eth0 type veth peer name "port$host" netns "$name-switch"
    ip -n "$name-switch" link set "port$host" master bridge up
    ip -n "$name-$host" link set lo up
    ip -n "$name-$host" addr add "10.77.0.$host/24" dev eth0
    ip -n "$name-$host" link set eth0 up
    echo "10.77.0.$host slots=1"
  done >"$folder/hosts"
  # What mpirun runs in place of ssh: AGENT ADDRESS COMMAND...
  cat >"$folder/agent" <<END
#!/bin/sh
address=\$1
shift
host=\${address##*.}
export TMPDIR=$folder/\$host
exec ip netns exec $name-\$host sh -c "\$*"
END
  chmod +x "$folder/agent"
}

# Ends what runs on the hosts, and removes them.
remove_hosts() {
  local host
  for host in $(seq "$hosts") switch; do
    # shellcheck disable=SC2046
    kill -KILL $(ip netns pids "$name-$host" 2>/dev/null) 2>/dev/null || true
    ip netns del "$name-$host" 2>/dev/null || true
  done
  rm -rf "$folder"
}

# Shapes what each host sends: RATE, such as 1gbit, and DELAY, such as 50us, by default none; the
# rate `off` ends it. A kernel without netem cannot delay, and says so.
shape_hosts() {
  local host
  for host in $(seq "$hosts"); do
    local tc=(ip netns exec "$name-$host" tc qdisc)
    "${tc[@]}" del dev eth0 root 2>/dev/null || true
    [ "$1" != off ] || continue
    "${tc[@]}" add dev eth0 root handle 1: tbf rate "$1" burst 128kb latency 50ms
    if [ $# -gt 1 ] && ! "${tc[@]}" add dev eth0 parent 1:1 netem delay "$2" 2>/dev/null; then
      [ "$host" -gt 1 ] || say "This kernel has no netem: the links are shaped, but not delayed."
    fi
  done
}

# Runs a program on the first COUNT hosts, one rank each, from host 1.
on_hosts() {
  ip netns exec "$name-1" "$root/scripts/distributed" -n "$1" --threads 1 \
    --hosts "$folder/hosts" --mpi "--mca plm_rsh_agent $folder/agent --mca btl tcp,self \
    --mca oob_tcp_if_include eth0 --mca btl_tcp_if_include eth0" "${@:2}"
}

cut_host() { ip -n "$name-$1" link set eth0 down; }
join_host() { ip -n "$name-$1" link set eth0 up; }
