// Softmax and its relatives along an axis. A part of a tensor is `size` rows of `columns` elements, `ld`
// apart; the functions run down the rows, for each column by itself. One column with ld 1 is a row
// of memory, and has loops of its own.

#include "CGannetKernels.h"
#include "vector_math.h"

#define INLINE __attribute__((always_inline)) static inline
#define TILE 64  // columns at a time

INLINE size_t tile_width(size_t first, size_t columns) {
  return columns - first < TILE ? columns - first : TILE;
}

// What is subtracted before the exponential may not be infinite where the logarithm of the sum is
// asked for: of nothing but -infinity, and of +infinity.
INLINE float finite_or_zero(float largest) { return fabsf(largest) == INFINITY ? 0 : largest; }

INLINE float row_sum(const float *x, size_t size, float largest) {
  GANNET_REASSOCIATE
  float sum = 0;
  for (size_t i = 0; i < size; i++) sum += gannet_vexp(x[i] - largest);
  return sum;
}

INLINE void tile_max(const float *x, size_t ld, size_t size, size_t width, float *largest) {
  for (size_t j = 0; j < width; j++) largest[j] = -INFINITY;
  for (size_t i = 0; i < size; i++)
    for (size_t j = 0; j < width; j++) {
      const float value = x[i * ld + j];
      largest[j] = value > largest[j] ? value : largest[j];
    }
}

INLINE void tile_sum(const float *x, size_t ld, size_t size, size_t width, const float *largest,
                     float *sum) {
  for (size_t j = 0; j < width; j++) sum[j] = 0;
  for (size_t i = 0; i < size; i++)
    for (size_t j = 0; j < width; j++) sum[j] += gannet_vexp(x[i * ld + j] - largest[j]);
}

GANNET_CLONES void gannet_softmax(const float *x, float *y, size_t ld, size_t size,
                                  size_t columns) {
  GANNET_REASSOCIATE
  if (ld == 1) {
    const float largest = gannet_vmax(x, size, 1);
    float sum = 0;
    for (size_t i = 0; i < size; i++) {
      const float power = gannet_vexp(x[i] - largest);
      y[i] = power;
      sum += power;
    }
    const float factor = 1.0f / sum;
    for (size_t i = 0; i < size; i++) y[i] *= factor;
    return;
  }
  for (size_t first = 0; first < columns; first += TILE) {
    const size_t width = tile_width(first, columns);
    float largest[TILE], sum[TILE] = {0};
    tile_max(x + first, ld, size, width, largest);
    for (size_t i = 0; i < size; i++)
      for (size_t j = 0; j < width; j++) {
        const float power = gannet_vexp(x[i * ld + first + j] - largest[j]);
        y[i * ld + first + j] = power;
        sum[j] += power;
      }
    for (size_t j = 0; j < width; j++) sum[j] = 1.0f / sum[j];
    for (size_t i = 0; i < size; i++)
      for (size_t j = 0; j < width; j++) y[i * ld + first + j] *= sum[j];
  }
}

GANNET_CLONES void gannet_log_sum_exp(const float *x, float *y, size_t ld, size_t size,
                                      size_t columns) {
  if (ld == 1) {
    const float largest = finite_or_zero(gannet_vmax(x, size, 1));
    y[0] = largest + gannet_vlog(row_sum(x, size, largest));
    return;
  }
  for (size_t first = 0; first < columns; first += TILE) {
    const size_t width = tile_width(first, columns);
    float largest[TILE], sum[TILE];
    tile_max(x + first, ld, size, width, largest);
    for (size_t j = 0; j < width; j++) largest[j] = finite_or_zero(largest[j]);
    tile_sum(x + first, ld, size, width, largest, sum);
    for (size_t j = 0; j < width; j++) y[first + j] = largest[j] + gannet_vlog(sum[j]);
  }
}

GANNET_CLONES void gannet_log_softmax(const float *x, float *y, size_t ld, size_t size,
                                      size_t columns) {
  if (ld == 1) {
    const float largest = gannet_vmax(x, size, 1);
    const float logarithm = gannet_vlog(row_sum(x, size, largest));
    for (size_t i = 0; i < size; i++) y[i] = (x[i] - largest) - logarithm;
    return;
  }
  for (size_t first = 0; first < columns; first += TILE) {
    const size_t width = tile_width(first, columns);
    float largest[TILE], sum[TILE];
    tile_max(x + first, ld, size, width, largest);
    tile_sum(x + first, ld, size, width, largest, sum);
    for (size_t j = 0; j < width; j++) sum[j] = gannet_vlog(sum[j]);
    for (size_t i = 0; i < size; i++)
      for (size_t j = 0; j < width; j++) {
        const size_t at = i * ld + first + j;
        y[at] = (x[at] - largest[j]) - sum[j];
      }
  }
}

GANNET_CLONES void gannet_softmax_chain(const float *dy, const float *y, float *dx, size_t ld,
                                        size_t size, size_t columns) {
  GANNET_REASSOCIATE
  if (ld == 1) {
    float sum = 0;
    for (size_t i = 0; i < size; i++) sum += dy[i] * y[i];
    for (size_t i = 0; i < size; i++) dx[i] = y[i] * (dy[i] - sum);
    return;
  }
  for (size_t first = 0; first < columns; first += TILE) {
    const size_t width = tile_width(first, columns);
    float sum[TILE] = {0};
    for (size_t i = 0; i < size; i++)
      for (size_t j = 0; j < width; j++) sum[j] += dy[i * ld + first + j] * y[i * ld + first + j];
    for (size_t i = 0; i < size; i++)
      for (size_t j = 0; j < width; j++) {
        const size_t at = i * ld + first + j;
        dx[at] = y[at] * (dy[at] - sum[j]);
      }
  }
}

GANNET_CLONES void gannet_log_softmax_chain(const float *dy, const float *y, float *dx, size_t ld,
                                            size_t size, size_t columns) {
  GANNET_REASSOCIATE
  if (ld == 1) {
    float sum = 0;
    for (size_t i = 0; i < size; i++) sum += dy[i];
    for (size_t i = 0; i < size; i++) dx[i] = dy[i] - gannet_vexp(y[i]) * sum;
    return;
  }
  for (size_t first = 0; first < columns; first += TILE) {
    const size_t width = tile_width(first, columns);
    float sum[TILE] = {0};
    for (size_t i = 0; i < size; i++)
      for (size_t j = 0; j < width; j++) sum[j] += dy[i * ld + first + j];
    for (size_t i = 0; i < size; i++)
      for (size_t j = 0; j < width; j++) {
        const size_t at = i * ld + first + j;
        dx[at] = dy[at] - gannet_vexp(y[at]) * sum[j];
      }
  }
}
