// The calls of MPI that GannetMPI needs, without MPI's macros, which Swift cannot see, and for any of
// its implementations: handles are pointers in one and integers in another.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  int rank;
  int count;
  // The number of ranks on this machine that may run on the same processors as this one.
  int sharing_count;
} gannet_mpi_world;

// Starts MPI; false where it does not allow calls from a thread other than the main one. `stop` is
// called when the process ends by exit(0), before MPI is finished.
bool gannet_mpi_start(gannet_mpi_world *world, void (*stop)(void));

// The following begin an operation of all ranks, one at a time, which gannet_mpi_poll ends.

// Adds all ranks' `count` values, by a fixed tree over the ranks, with room for
// gannet_mpi_sum_scratch(count) others.
void gannet_mpi_begin_sum(float *values, size_t count, float *scratch);
// Sends this rank's part of `values` to all others and receives theirs; the part r has counts[r].
void gannet_mpi_begin_gather(float *values, const size_t *counts);
// Receives `count` numbers from each rank, in the order of ranks.
void gannet_mpi_begin_collect(const double *own, size_t count, double *all);
void gannet_mpi_begin_broadcast(void *bytes, size_t count, int root);

// Goes on with the operation for some time; whether it is done.
bool gannet_mpi_poll(int microseconds);

size_t gannet_mpi_sum_scratch(size_t count);

// Messages about the state of a rank, apart from the operations.

typedef struct {
  int rank;
  // Whether the rank asks for this one's state; otherwise it tells its own.
  bool is_question;
  // The number of operations that the rank has begun, and of those that it has ended.
  int64_t begun, ended;
} gannet_mpi_message;

void gannet_mpi_ask(int rank);
void gannet_mpi_tell(int rank, int64_t begun, int64_t ended);
// Takes the next message; false where there is none.
bool gannet_mpi_hear(gannet_mpi_message *message);

// Ends the processes of all ranks.
_Noreturn void gannet_mpi_abort(int status);
