#ifdef GANNET_MPI
#define _GNU_SOURCE
#include "state.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct gannet_mpi_state gannet_mpi;

static MPI_Comm messages;
static MPI_Request current = MPI_REQUEST_NULL;
// Sizes and places of the current operation's values, which MPI reads until it is done.
static int *sizes, *places;
// What this rank tells each other one.
static int64_t (*told)[2];
static void (*stop_calls)(void);

static void finish(void) {
  stop_calls();
  MPI_Finalize();
}

#if defined(__GLIBC__)
// A process that fails must not wait for the others, as finishing does: they are ended.
static void finish_at_exit(int status, void *unused) {
  (void)unused;
  if (status == 0) finish();
}
#endif

// The number of ranks on this machine, or 1 where each is bound to processors of its own.
static int count_sharing(void) {
  int count;
  MPI_Comm local;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, gannet_mpi.rank, MPI_INFO_NULL, &local);
  MPI_Comm_size(local, &count);
#if defined(__linux__)
  cpu_set_t all, common;
  CPU_ZERO(&all);
  if (sched_getaffinity(0, sizeof all, &all) != 0) memset(&all, 0xff, sizeof all);
  MPI_Allreduce(&all, &common, sizeof all, MPI_BYTE, MPI_BAND, local);
  if (CPU_COUNT(&common) == 0) count = 1;
#endif
  MPI_Comm_free(&local);
  return count;
}

bool gannet_mpi_start(gannet_mpi_world *world, void (*stop)(void)) {
  int provided;
  MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided);
  if (provided < MPI_THREAD_SERIALIZED) return false;
  MPI_Comm_dup(MPI_COMM_WORLD, &gannet_mpi.operations);
  MPI_Comm_dup(MPI_COMM_WORLD, &messages);
  MPI_Comm_rank(gannet_mpi.operations, &gannet_mpi.rank);
  MPI_Comm_size(gannet_mpi.operations, &gannet_mpi.ranks);
  world->sharing_count = count_sharing();
  world->rank = gannet_mpi.rank;
  const int ranks = world->count = gannet_mpi.ranks;
  sizes = calloc(2 * (size_t)ranks, sizeof *sizes);
  places = sizes + ranks;
  told = calloc((size_t)ranks, sizeof *told);
  stop_calls = stop;
#if defined(__GLIBC__)
  on_exit(finish_at_exit, NULL);
#else
  atexit(finish);
#endif
  return true;
}

static bool test_current(void) {
  int done;
  MPI_Test(&current, &done, MPI_STATUS_IGNORE);
  return done;
}

void gannet_mpi_begin_gather(float *values, const size_t *counts) {
  int place = 0;
  for (int rank = 0; rank < gannet_mpi.ranks; rank++) {
    places[rank] = place;
    sizes[rank] = (int)counts[rank];
    place += sizes[rank];
  }
  gannet_mpi.advance = test_current;
  MPI_Iallgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, values, sizes, places, MPI_FLOAT,
                  gannet_mpi.operations, &current);
}

void gannet_mpi_begin_collect(const double *own, size_t count, double *all) {
  gannet_mpi.advance = test_current;
  MPI_Iallgather(own, (int)count, MPI_DOUBLE, all, (int)count, MPI_DOUBLE, gannet_mpi.operations,
                 &current);
}

void gannet_mpi_begin_broadcast(void *bytes, size_t count, int root) {
  gannet_mpi.advance = test_current;
  MPI_Ibcast(bytes, (int)count, MPI_BYTE, root, gannet_mpi.operations, &current);
}

static int64_t microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

bool gannet_mpi_poll(int limit) {
  const int64_t start = microseconds();
  for (;;) {
    if (gannet_mpi.advance()) return true;
    const int64_t waited = microseconds() - start;
    if (waited >= limit) return false;
    // Other ranks, and this one's own computation, may need the processor.
    sched_yield();
  }
}

enum { question, answer };

static void send(int rank, int tag, const void *bytes, int count) {
  MPI_Request request;
  MPI_Isend(bytes, count, MPI_INT64_T, rank, tag, messages, &request);
  MPI_Request_free(&request);
}

void gannet_mpi_ask(int rank) { send(rank, question, NULL, 0); }

void gannet_mpi_tell(int rank, int64_t begun, int64_t ended) {
  told[rank][0] = begun;
  told[rank][1] = ended;
  send(rank, answer, told[rank], 2);
}

bool gannet_mpi_hear(gannet_mpi_message *message) {
  int is_there;
  MPI_Status status;
  MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, messages, &is_there, &status);
  if (!is_there) return false;
  int64_t state[2] = {0, 0};
  message->rank = status.MPI_SOURCE;
  message->is_question = status.MPI_TAG == question;
  MPI_Recv(state, message->is_question ? 0 : 2, MPI_INT64_T, message->rank, status.MPI_TAG, messages,
           MPI_STATUS_IGNORE);
  message->begun = state[0];
  message->ended = state[1];
  return true;
}

void gannet_mpi_abort(int status) {
  // Where MPI itself hangs, the alarm ends this process, and so the job.
  alarm(5);
  MPI_Abort(MPI_COMM_WORLD, status);
  _exit(status);
}
#endif
