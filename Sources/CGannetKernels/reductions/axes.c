// Extrema, cumulative sums and top-k along axis 0 of `size` rows of `columns` elements, `ld` apart.

#include <math.h>

#include "CGannetKernels.h"
#include "vector_math.h"

__attribute__((always_inline)) static inline size_t row_extremum(const float *x, size_t size,
                                                                float sign) {
  // The value first, in a vectorised loop, then its index.
  const float best = gannet_vmax(x, size, sign);
  int nan = 0;
  for (size_t i = 0; i < size; i++) nan |= x[i] != x[i];
  size_t i = 0;
  while (nan ? x[i] == x[i] : sign * x[i] != best) i++;
  return i;
}

GANNET_CLONES void gannet_extremum(const float *x, size_t ld, size_t size, size_t columns,
                                   float sign, float *value, int32_t *index) {
  if (ld == 1) {
    const size_t place = row_extremum(x, size, sign);
    *value = x[place];
    *index = (int32_t)place;
    return;
  }
  for (size_t j = 0; j < columns; j++) value[j] = x[j], index[j] = 0;
  for (size_t i = 1; i < size; i++)
    for (size_t j = 0; j < columns; j++) {
      const float candidate = x[i * ld + j];
      const int better = (sign * candidate > sign * value[j]) |
                         ((candidate != candidate) & (value[j] == value[j]));
      value[j] = better ? candidate : value[j];
      index[j] = better ? (int32_t)i : index[j];
    }
}

#define TILE 64  // columns at a time

GANNET_CLONES void gannet_cumulative_sum(const float *x, float *y, size_t ld, size_t size,
                                         size_t columns, bool reversed) {
  if (ld == 1) {
    double sum = 0;
    for (size_t i = 0; i < size; i++) {
      const size_t at = reversed ? size - 1 - i : i;
      sum += x[at];
      y[at] = (float)sum;
    }
    return;
  }
  for (size_t first = 0; first < columns; first += TILE) {
    const size_t width = columns - first < TILE ? columns - first : TILE;
    double sum[TILE] = {0};
    for (size_t i = 0; i < size; i++) {
      const size_t row = (reversed ? size - 1 - i : i) * ld + first;
      for (size_t j = 0; j < width; j++) {
        sum[j] += x[row + j];
        y[row + j] = (float)sum[j];
      }
    }
  }
}

static inline bool exceeds(float a, float b) { return a > b || (a != a && b == b); }

void gannet_top(const float *x, size_t ld, size_t size, size_t columns, size_t count, float *values,
                int32_t *indices) {
  for (size_t j = 0; j < columns; j++) {
    for (size_t i = 0; i < size; i++) {
      const float candidate = x[i * ld + j];
      // The best so far stay sorted: the candidate moves up past the smaller ones.
      size_t place = i < count ? i : count;
      while (place > 0 && exceeds(candidate, values[(place - 1) * ld + j])) {
        place--;
        if (place + 1 < count) {
          values[(place + 1) * ld + j] = values[place * ld + j];
          indices[(place + 1) * ld + j] = indices[place * ld + j];
        }
      }
      if (place < count) {
        values[place * ld + j] = candidate;
        indices[place * ld + j] = (int32_t)i;
      }
    }
  }
}

GANNET_CLONES void gannet_weighted_rows(const float *x, float *y, size_t ld, size_t columns,
                                        size_t rows, const int32_t *starts,
                                        const int32_t *indices, const float *weights) {
  for (size_t i = 0; i < rows; i++, y += ld) {
    const int32_t first = starts[i], last = starts[i + 1];
    if (first == last) {
      for (size_t j = 0; j < columns; j++) y[j] = 0;
      continue;
    }
    const float *row = x + (size_t)indices[first] * ld;
    for (size_t j = 0; j < columns; j++) y[j] = weights[first] * row[j];
    for (int32_t t = first + 1; t < last; t++) {
      row = x + (size_t)indices[t] * ld;
      for (size_t j = 0; j < columns; j++) y[j] += weights[t] * row[j];
    }
  }
}
