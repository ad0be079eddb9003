// Masks of rows of scores.
#pragma once

#include <math.h>
#include <stdbool.h>

#include "CGannetKernels.h"

/// The number of the first elements that row i of `size` sees, by limits alone.
static inline size_t gannet_limit(gannet_mask mask, size_t i, size_t size) {
  if (!mask.limits) return size;
  const int32_t limit = mask.limits[i];
  return limit <= 0 ? 0 : (size_t)limit < size ? (size_t)limit : size;
}

/// Whether row i sees nothing.
static inline bool gannet_sees_nothing(gannet_mask mask, size_t i, size_t size) {
  const size_t limit = gannet_limit(mask, i, size);
  if (!mask.bias) return limit == 0;
  const float *bias = mask.bias + i * mask.ld;
  for (size_t j = 0; j < limit; j++)
    if (bias[j] != -INFINITY) return false;
  return true;
}
