#include "CGannetKernels.h"

GANNET_CLONES float gannet_sum(const float *x, size_t count) {
  GANNET_REASSOCIATE
  // Blocks keep the rounding error from growing with the count.
  double total = 0;
  while (count > 0) {
    const size_t block = count < 4096 ? count : 4096;
    float sum = 0;
    for (size_t i = 0; i < block; i++) sum += x[i];
    total += sum;
    x += block;
    count -= block;
  }
  return (float)total;
}

GANNET_CLONES void gannet_add_rows(const float *x, size_t ld, float *sums, size_t rows,
                                   size_t columns) {
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++) sums[j] += x[i * ld + j];
}
