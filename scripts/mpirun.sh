# shellcheck shell=bash
# mpirun with the settings of Open MPI that Gannet's ranks need, to be sourced after common.sh.

# The ranks share the processors by their numbers of threads, and may be more than those.
export OMPI_MCA_hwloc_base_binding_policy=none OMPI_MCA_rmaps_base_oversubscribe=1
export OMPI_MCA_mpi_warn_on_fork=0 OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_mca_base_env_list=""
for name in GANNET_NUM_THREADS GANNET_TIMEOUT GANNET_PATIENCE GANNET_DATA OPENBLAS_NUM_THREADS; do
  [ -z "${!name-}" ] || OMPI_MCA_mca_base_env_list+="${OMPI_MCA_mca_base_env_list:+;}$name"
done
# One process cannot read another's memory in most containers.
if [ -e /.dockerenv ] || [ -e /run/.containerenv ]; then
  export OMPI_MCA_btl_vader_single_copy_mechanism=none
fi
# A host that is lost ends its ranks after the others have named them.
export OMPI_MCA_oob_tcp_keepalive_time=${GANNET_TIMEOUT:-300}
export OMPI_MCA_oob_tcp_keepalive_intvl=10 OMPI_MCA_oob_tcp_keepalive_probes=3

# The number of interruptions, by Ctrl-C or a signal.
interruptions=0

# Runs mpirun with the arguments; returns its status once it has ended.
run_ranks() {
  local errors watcher status=0
  exec {errors}> >(tee >(notice_failure $$) >&2)
  watcher=$!
  # In a process group of its own, so that Ctrl-C reaches it by this script alone.
  set -m
  mpirun "$@" <&0 2>&"$errors" {errors}>&- &
  mpirun=$!
  set +m
  exec {errors}>&-
  limit='' children=''
  trap interrupt_ranks INT TERM HUP
  # It waits without end for hosts that cannot be reached.
  trap 'limit_end 10' USR1
  while kill -0 "$mpirun" 2>/dev/null; do
    status=0
    wait "$mpirun" || status=$?
  done
  trap - INT TERM HUP USR1
  # Past its end, its messages are there; what it could not reach may keep them open.
  if [ -z "$limit" ]; then
    wait "$watcher" || true
  else
    # shellcheck disable=SC2086
    kill -KILL -- "-$limit" $children 2>/dev/null || true
  fi
  return "$status"
}

# Has the ranks end after their step where they handle it; at once the second time.
interrupt_ranks() {
  interruptions=$((interruptions + 1))
  if [ "$interruptions" -eq 1 ]; then
    # mpirun hands this signal on.
    kill -USR1 "$mpirun" 2>/dev/null || true
    limit_end 30
  else
    note_children
    end_mpirun </dev/null >/dev/null &
  fi
}

# Ends mpirun after SECONDS, whatever it waits for.
limit_end() {
  [ -z "$limit" ] || return 0
  note_children
  set -m
  {
    sleep "$1"
    say "mpirun does not end its ranks within $1 s, and is ended."
    end_mpirun
  } </dev/null >/dev/null &
  limit=$!
  set +m
}

# Ends mpirun, which has some seconds to end its ranks.
end_mpirun() {
  kill -INT "$mpirun"
  sleep 5
  kill -KILL "$mpirun" 2>/dev/null
}

# The processes that mpirun has started here, ranks and what reaches hosts.
note_children() {
  children=$(cat "/proc/$mpirun/task/$mpirun/children" 2>/dev/null || true)
}

# Sends SIGUSR1 to the process PID once mpirun says on standard input that a rank has failed.
notice_failure() {
  trap '' INT
  if grep -qm 1 -e 'MPI_ABORT was invoked' -e 'noticed that' -e 'lost communication' \
    -e 'Primary job' -e 'called MPI_Abort'; then
    kill -USR1 "$1" 2>/dev/null || true
  fi
  cat >/dev/null
}
