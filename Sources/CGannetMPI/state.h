// The state of MPI in this process, which the files of this target share.
#pragma once
#include "CGannetMPI.h"

#include <mpi.h>

extern struct gannet_mpi_state {
  MPI_Comm operations;
  int rank;
  int ranks;
  // Goes on with the operation that has begun; whether it is done.
  bool (*advance)(void);
} gannet_mpi;
