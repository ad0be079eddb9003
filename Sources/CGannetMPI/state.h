// The state of MPI in this process, which the files of this target share.
#pragma once
#include "CGannetMPI.h"

#if __has_include(<mpi.h>)
#include <mpi.h>
#else
// Where Debian's alternatives have the chosen implementation: MPICH's has no file for pkg-config.
#include <mpi/mpi.h>
#endif

extern struct gannet_mpi_state {
  MPI_Comm operations;
  int rank;
  int ranks;
  // Goes on with the operation that has begun; whether it is done.
  bool (*advance)(void);
} gannet_mpi;
