#include "CGannetKernels.h"

// Divides instead of multiplying by a reciprocal, so that results are correctly rounded and equal
// PyTorch's; memory bandwidth is the limit in either case.
GANNET_CLONES
void gannet_gather_bytes(const uint8_t *table, const ptrdiff_t *rows, float *y, float divisor,
                         size_t count, size_t columns) {
  for (size_t i = 0; i < count; i++) {
    const uint8_t *x = table + (size_t)rows[i] * columns;
    for (size_t j = 0; j < columns; j++) y[i * columns + j] = (float)x[j] / divisor;
  }
}
