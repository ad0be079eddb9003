#include "CGannetKernels.h"

#include <math.h>

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

GANNET_CLONES float gannet_max(const float *x, size_t count) {
  float best = -INFINITY;
  int nan = 0;
  for (size_t i = 0; i < count; i++) {
    best = x[i] > best ? x[i] : best;
    nan |= x[i] != x[i];
  }
  return nan ? NAN : best;
}

GANNET_CLONES void gannet_add_rows(const float *x, size_t ld, float *sums, size_t rows,
                                   size_t columns) {
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++) sums[j] += x[i * ld + j];
}

void gannet_argmax_rows(const float *x, int32_t *index, size_t rows, size_t columns) {
  for (size_t i = 0; i < rows; i++) {
    const float *row = x + i * columns;
    size_t best = 0;
    for (size_t j = 1; j < columns && row[best] == row[best]; j++)
      if (!(row[j] <= row[best])) best = j;
    index[i] = (int32_t)best;
  }
}
