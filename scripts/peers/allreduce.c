// Prints the median time in ms of MPI_Allreduce of COUNT floats: allreduce COUNT STEPS WARMUP.
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

static int compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  MPI_Init(&argc, &argv);
  const int count = atoi(argv[1]), steps = atoi(argv[2]), warmup = atoi(argv[3]);
  float *values = calloc((size_t)count, sizeof *values);
  double *times = calloc((size_t)steps, sizeof *times);
  for (int step = -warmup; step < steps; step++) {
    const double start = MPI_Wtime();
    MPI_Allreduce(MPI_IN_PLACE, values, count, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
    if (step >= 0) times[step] = (MPI_Wtime() - start) * 1e3;
  }
  int rank;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  qsort(times, (size_t)steps, sizeof *times, compare);
  if (rank == 0) printf("{\"ms\": %f}\n", times[steps / 2]);
  MPI_Finalize();
  return 0;
}
