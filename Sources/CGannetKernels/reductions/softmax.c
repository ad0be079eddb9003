// Softmax, log-softmax and logsumexp along an axis. A part of a tensor is `size` rows of `columns`
// elements, `ld` apart; each column is reduced over the rows. One column with ld 1 is contiguous
// and has its own loops.

#include "CGannetKernels.h"
#include "vector_math.h"

#define INLINE __attribute__((always_inline)) static inline
#define TILE 64    // columns at a time
#define LONG 1024  // elements of a row, and
#define HIGH 64    // of a column, whose sum is in single precision; sums of these are in double

// Runs BODY, which adds to `part`, for each element i of a row, and adds the parts to `sum`.
#define SUM_ROW(sum, BODY)                                          \
  for (size_t start = 0; start < size; start += LONG) {             \
    const size_t end = size - start < LONG ? size : start + LONG;   \
    float part = 0;                                                 \
    for (size_t i = start; i < end; i++) BODY                       \
    sum += part;                                                    \
  }

// Adds element i of each of a tile's columns j.
#define SUM_COLUMNS(sum, BODY)                                      \
  for (size_t start = 0; start < size; start += HIGH) {             \
    const size_t end = size - start < HIGH ? size : start + HIGH;   \
    float part[TILE] = {0};                                         \
    for (size_t i = start; i < end; i++)                            \
      for (size_t j = 0; j < width; j++) BODY                       \
    for (size_t j = 0; j < width; j++) sum[j] += part[j];           \
  }

INLINE size_t tile_width(size_t first, size_t columns) {
  return columns - first < TILE ? columns - first : TILE;
}

// The subtracted maximum of logsumexp must be finite, also where all elements are -infinity or one
// is +infinity.
INLINE float finite_or_zero(float largest) { return fabsf(largest) == INFINITY ? 0 : largest; }

INLINE float row_sum(const float *x, size_t size, float largest) {
  GANNET_REASSOCIATE
  double sum = 0;
  SUM_ROW(sum, part += gannet_vexp(x[i] - largest);)
  return (float)sum;
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
                     double *sum) {
  SUM_COLUMNS(sum, part[j] += gannet_vexp(x[i * ld + j] - largest[j]);)
}

GANNET_CLONES void gannet_softmax(const float *x, float *y, size_t ld, size_t size,
                                  size_t columns) {
  GANNET_REASSOCIATE
  if (ld == 1) {
    const float largest = gannet_vmax(x, size, 1);
    double sum = 0;
    SUM_ROW(sum, {
      const float power = gannet_vexp(x[i] - largest);
      y[i] = power;
      part += power;
    })
    const float factor = (float)(1 / sum);
    for (size_t i = 0; i < size; i++) y[i] *= factor;
    return;
  }
  for (size_t first = 0; first < columns; first += TILE) {
    const size_t width = tile_width(first, columns);
    float largest[TILE], factor[TILE];
    double sum[TILE] = {0};
    tile_max(x + first, ld, size, width, largest);
    SUM_COLUMNS(sum, {
      const float power = gannet_vexp(x[i * ld + first + j] - largest[j]);
      y[i * ld + first + j] = power;
      part[j] += power;
    })
    for (size_t j = 0; j < width; j++) factor[j] = (float)(1 / sum[j]);
    for (size_t i = 0; i < size; i++)
      for (size_t j = 0; j < width; j++) y[i * ld + first + j] *= factor[j];
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
    float largest[TILE];
    double sum[TILE] = {0};
    tile_max(x + first, ld, size, width, largest);
    for (size_t j = 0; j < width; j++) largest[j] = finite_or_zero(largest[j]);
    tile_sum(x + first, ld, size, width, largest, sum);
    for (size_t j = 0; j < width; j++) y[first + j] = largest[j] + gannet_vlog((float)sum[j]);
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
    float largest[TILE], logarithm[TILE];
    double sum[TILE] = {0};
    tile_max(x + first, ld, size, width, largest);
    tile_sum(x + first, ld, size, width, largest, sum);
    for (size_t j = 0; j < width; j++) logarithm[j] = gannet_vlog((float)sum[j]);
    for (size_t i = 0; i < size; i++)
      for (size_t j = 0; j < width; j++) {
        const size_t at = i * ld + first + j;
        y[at] = (x[at] - largest[j]) - logarithm[j];
      }
  }
}

GANNET_CLONES void gannet_softmax_backward(const float *dy, const float *y, float *dx, size_t ld,
                                        size_t size, size_t columns) {
  GANNET_REASSOCIATE
  if (ld == 1) {
    double sum = 0;
    SUM_ROW(sum, part += dy[i] * y[i];)
    const float mean = (float)sum;
    for (size_t i = 0; i < size; i++) dx[i] = y[i] * (dy[i] - mean);
    return;
  }
  for (size_t first = 0; first < columns; first += TILE) {
    const size_t width = tile_width(first, columns);
    float mean[TILE];
    double sum[TILE] = {0};
    SUM_COLUMNS(sum, part[j] += dy[i * ld + first + j] * y[i * ld + first + j];)
    for (size_t j = 0; j < width; j++) mean[j] = (float)sum[j];
    for (size_t i = 0; i < size; i++)
      for (size_t j = 0; j < width; j++) {
        const size_t at = i * ld + first + j;
        dx[at] = y[at] * (dy[at] - mean[j]);
      }
  }
}

GANNET_CLONES void gannet_log_softmax_backward(const float *dy, const float *y, float *dx, size_t ld,
                                            size_t size, size_t columns) {
  GANNET_REASSOCIATE
  if (ld == 1) {
    double sum = 0;
    SUM_ROW(sum, part += dy[i];)
    const float total = (float)sum;
    for (size_t i = 0; i < size; i++) dx[i] = dy[i] - gannet_vexp(y[i]) * total;
    return;
  }
  for (size_t first = 0; first < columns; first += TILE) {
    const size_t width = tile_width(first, columns);
    float total[TILE];
    double sum[TILE] = {0};
    SUM_COLUMNS(sum, part[j] += dy[i * ld + first + j];)
    for (size_t j = 0; j < width; j++) total[j] = (float)sum[j];
    for (size_t i = 0; i < size; i++)
      for (size_t j = 0; j < width; j++) {
        const size_t at = i * ld + first + j;
        dx[at] = dy[at] - gannet_vexp(y[at]) * total[j];
      }
  }
}
