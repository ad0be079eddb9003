#include <string.h>

#include "CGannetKernels.h"
#include "masks.h"
#include "vector_math.h"

#define LONG 1024  // elements whose sum is in single precision

GANNET_CLONES void gannet_masked_softmax(const float *x, gannet_mask mask, float scale, float *y,
                                         size_t rows, size_t size) {
  GANNET_REASSOCIATE
  for (size_t i = 0; i < rows; i++, x += size, y += size) {
    if (gannet_sees_nothing(mask, i, size)) {
      const float uniform = 1.0f / (float)size;
      for (size_t j = 0; j < size; j++) y[j] = uniform;
      continue;
    }
    const size_t limit = gannet_limit(mask, i, size);
    const float *bias = mask.bias ? mask.bias + i * mask.ld : NULL;
    if (bias) {
      GANNET_IN_PLACE
      for (size_t j = 0; j < limit; j++) y[j] = scale * x[j] + bias[j];
    } else {
      GANNET_IN_PLACE
      for (size_t j = 0; j < limit; j++) y[j] = scale * x[j];
    }
    const float largest = gannet_vmax(y, limit, 1);
    double sum = 0;
    for (size_t first = 0; first < limit; first += LONG) {
      const size_t end = limit - first < LONG ? limit : first + LONG;
      float part = 0;
      for (size_t j = first; j < end; j++) {
        const float power = y[j] == -INFINITY ? 0 : gannet_vexp(y[j] - largest);
        y[j] = power;
        part += power;
      }
      sum += part;
    }
    const float factor = (float)(1 / sum);
    for (size_t j = 0; j < limit; j++) y[j] *= factor;
    memset(y + limit, 0, (size - limit) * sizeof *y);
  }
}

GANNET_CLONES void gannet_masked_softmax_backward(const float *dy, const float *y, gannet_mask mask,
                                                  float scale, float *dx, size_t rows,
                                                  size_t size) {
  GANNET_REASSOCIATE
  for (size_t i = 0; i < rows; i++, dy += size, y += size, dx += size) {
    // The weights of a row that sees nothing do not depend on its scores.
    const size_t limit = gannet_sees_nothing(mask, i, size) ? 0 : gannet_limit(mask, i, size);
    double sum = 0;
    for (size_t first = 0; first < limit; first += LONG) {
      const size_t end = limit - first < LONG ? limit : first + LONG;
      float part = 0;
      for (size_t j = first; j < end; j++) part += dy[j] * y[j];
      sum += part;
    }
    const float mean = (float)sum;
    GANNET_IN_PLACE
    for (size_t j = 0; j < limit; j++) dx[j] = scale * (y[j] * (dy[j] - mean));
    memset(dx + limit, 0, (size - limit) * sizeof *dx);
  }
}

void gannet_rows_without_sight(gannet_mask mask, float *y, size_t rows, size_t size) {
  for (size_t i = 0; i < rows; i++) y[i] = gannet_sees_nothing(mask, i, size) ? 1 : 0;
}
