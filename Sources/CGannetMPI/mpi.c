#ifdef GANNET_MPI
#define _GNU_SOURCE
#include "CGannetMPI.h"

#include <mpi.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static MPI_Comm operations, messages;
static MPI_Request current = MPI_REQUEST_NULL;
static int own, ranks;
// Sizes and places of the current operation's slices, which MPI reads until it is done.
static int *sizes, *places, *slice_sizes, *slice_places;
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
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, own, MPI_INFO_NULL, &local);
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
  MPI_Comm_dup(MPI_COMM_WORLD, &operations);
  MPI_Comm_dup(MPI_COMM_WORLD, &messages);
  MPI_Comm_rank(operations, &own);
  MPI_Comm_size(operations, &ranks);
  world->sharing_count = count_sharing();
  world->rank = own;
  world->count = ranks;
  sizes = calloc(4 * (size_t)ranks, sizeof *sizes);
  places = sizes + ranks;
  slice_sizes = places + ranks;
  slice_places = slice_sizes + ranks;
  told = calloc((size_t)ranks, sizeof *told);
  stop_calls = stop;
#if defined(__GLIBC__)
  on_exit(finish_at_exit, NULL);
#else
  atexit(finish);
#endif
  return true;
}

static size_t slice_start(size_t count, int rank) { return count * (size_t)rank / (size_t)ranks; }

size_t gannet_mpi_slice_size(size_t count) {
  return slice_start(count, own + 1) - slice_start(count, own);
}

static void set_slices(size_t count) {
  for (int rank = 0; rank < ranks; rank++) {
    places[rank] = (int)slice_start(count, rank);
    sizes[rank] = (int)slice_start(count, rank + 1) - places[rank];
  }
}

void gannet_mpi_begin_exchange(const float *values, size_t count, float *slices) {
  set_slices(count);
  for (int rank = 0; rank < ranks; rank++) {
    slice_sizes[rank] = sizes[own];
    slice_places[rank] = sizes[own] * rank;
  }
  // This rank's own slice is added from where it is.
  sizes[own] = slice_sizes[own] = 0;
  MPI_Ialltoallv(values, sizes, places, MPI_FLOAT, slices, slice_sizes, slice_places, MPI_FLOAT,
                 operations, &current);
}

void gannet_mpi_begin_gather_slices(float *values, size_t count) {
  set_slices(count);
  MPI_Iallgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, values, sizes, places, MPI_FLOAT, operations,
                  &current);
}

void gannet_mpi_begin_gather(float *values, const size_t *counts) {
  int place = 0;
  for (int rank = 0; rank < ranks; rank++) {
    places[rank] = place;
    sizes[rank] = (int)counts[rank];
    place += sizes[rank];
  }
  MPI_Iallgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, values, sizes, places, MPI_FLOAT, operations,
                  &current);
}

void gannet_mpi_begin_collect(const double *values, size_t count, double *all) {
  MPI_Iallgather(values, (int)count, MPI_DOUBLE, all, (int)count, MPI_DOUBLE, operations, &current);
}

void gannet_mpi_begin_collect_all(const float *values, size_t count, float *all) {
  MPI_Iallgather(values, (int)count, MPI_FLOAT, all, (int)count, MPI_FLOAT, operations, &current);
}

void gannet_mpi_begin_broadcast(void *bytes, size_t count, int root) {
  MPI_Ibcast(bytes, (int)count, MPI_BYTE, root, operations, &current);
}

static int64_t microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

bool gannet_mpi_poll(int limit) {
  const int64_t start = microseconds();
  for (;;) {
    int done;
    MPI_Test(&current, &done, MPI_STATUS_IGNORE);
    if (done) return true;
    const int64_t waited = microseconds() - start;
    if (waited >= limit) return false;
    // Other ranks, and this one's own computation, may need the processor.
    sched_yield();
  }
}

static void add_to(float *restrict sum, const float *restrict a, size_t count) {
  for (size_t i = 0; i < count; i++) sum[i] += a[i];
}

static void set_sum(float *restrict sum, const float *restrict a, const float *restrict b,
                    size_t count) {
  for (size_t i = 0; i < count; i++) sum[i] = a[i] + b[i];
}

// The sum may be one of the two; a loop over memory that may overlap is not vectorised.
static void add(const float *a, const float *b, float *sum, size_t count) {
  if (sum == a) {
    add_to(sum, b, count);
  } else if (sum == b) {
    add_to(sum, a, count);
  } else {
    set_sum(sum, a, b, count);
  }
}

// Adds `count` values of each rank, from `rows` with this rank's at `values`, into `values`:
// neighbours, and then neighbouring sums.
static void add_ranks(float *rows, float *values, size_t count) {
  float *row[ranks];
  for (int rank = 0; rank < ranks; rank++)
    row[rank] = rank == own ? values : rows + count * (size_t)rank;
  for (int step = 1; step < ranks; step *= 2)
    for (int rank = 0; rank + step < ranks; rank += 2 * step)
      add(row[rank], row[rank + step], 2 * step < ranks ? row[rank] : values, count);
}

void gannet_mpi_sum_slices(float *slices, float *values, size_t count) {
  add_ranks(slices, values + slice_start(count, own), gannet_mpi_slice_size(count));
}

void gannet_mpi_sum_all(float *all, float *values, size_t count) { add_ranks(all, values, count); }

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
