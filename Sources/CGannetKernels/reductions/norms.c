#include <math.h>
#include <string.h>

#include "CGannetKernels.h"
#include "vector_math.h"

#define INLINE __attribute__((always_inline)) static inline
#define TILE 256  // columns at a time, whose sums stay in the cache
#define BLOCK 32  // rows whose sums are in single precision

// A center near the mean of each column, from which deviations are exact; the value itself in a
// constant column.
INLINE void find_centers(const float *x, size_t ld, size_t rows, size_t columns, float *centers) {
  float sum[TILE] = {0};
  for (size_t i = 1; i < rows; i++)
    for (size_t j = 0; j < columns; j++) sum[j] += x[i * ld + j] - x[j];
  for (size_t j = 0; j < columns; j++) centers[j] = x[j] + sum[j] / (float)rows;
}

// Sums of the deviations from the centers and of their squares, eight rows at a time, in memory
// order.
INLINE void sum_deviations(const float *x, size_t ld, size_t rows, size_t columns,
                           const float *centers, float *sum, float *square) {
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++) sum[j] += x[i * ld + j] - centers[j];
  size_t i = 0;
  for (; i + 8 <= rows; i += 8) {
    const float *a = x + i * ld, *b = a + 4 * ld;
    for (size_t j = 0; j < columns; j++) {
      const float center = centers[j];
      const float d0 = a[j] - center, d1 = a[ld + j] - center, d2 = a[2 * ld + j] - center,
                  d3 = a[3 * ld + j] - center, d4 = b[j] - center, d5 = b[ld + j] - center,
                  d6 = b[2 * ld + j] - center, d7 = b[3 * ld + j] - center;
      square[j] += ((d0 * d0 + d1 * d1) + (d2 * d2 + d3 * d3)) +
                   ((d4 * d4 + d5 * d5) + (d6 * d6 + d7 * d7));
    }
  }
  for (; i < rows; i++)
    for (size_t j = 0; j < columns; j++) {
      const float deviation = x[i * ld + j] - centers[j];
      square[j] += deviation * deviation;
    }
}

GANNET_CLONES void gannet_moments(const float *x, size_t ld, size_t rows, size_t columns,
                                  double *means, double *squares) {
  for (size_t j = 0; j < columns; j++) means[j] = squares[j] = 0;
  for (size_t first = 0; first < rows; first += BLOCK) {
    const size_t height = rows - first < BLOCK ? rows - first : BLOCK;
    // Merges the moments of two parts (Chan, Golub, LeVeque, 1979).
    const double share = (double)height / (double)(first + height);
    const double spread = share * (double)first;
    for (size_t left = 0; left < columns; left += TILE) {
      const size_t width = columns - left < TILE ? columns - left : TILE;
      const float *block = x + first * ld + left;
      float center[TILE], sum[TILE] = {0}, square[TILE] = {0};
      if (first == 0)
        find_centers(block, ld, height, width, center);
      else
        for (size_t j = 0; j < width; j++) center[j] = (float)means[left + j];
      sum_deviations(block, ld, height, width, center, sum, square);
      for (size_t j = 0; j < width; j++) {
        const double moved = sum[j] / (double)height;  // the block's mean less the center
        const double own = square[j] - moved * sum[j];
        const double difference = center[j] + moved - means[left + j];
        means[left + j] += difference * share;
        squares[left + j] += (own < 0 ? 0 : own) + difference * difference * spread;
      }
    }
  }
}

#define FOR_EACH_ELEMENT(LOOP, BODY)                       \
  for (size_t i = 0; i < rows; i++) {                      \
    const size_t at_x = i * norm.ld_x, at = i * norm.ld_y; \
    LOOP                                                   \
    for (size_t j = 0; j < columns; j++) {                 \
      const float deviation = x[at_x + j] - norm.mean[j];  \
      BODY                                                 \
    }                                                      \
  }

#define NORMALIZED (deviation * norm.scale[j] + norm.shift[j])

#define NORMALIZE(LOOP, f)                                    \
  if (residual)                                               \
    FOR_EACH_ELEMENT(LOOP, {                                  \
      const float z = NORMALIZED + residual[i * norm.ld + j]; \
      y[at + j] = (f);                                        \
    })                                                        \
  else                                                        \
    FOR_EACH_ELEMENT(LOOP, {                                  \
      const float z = NORMALIZED;                             \
      y[at + j] = (f);                                        \
    })                                                        \
  break;

GANNET_CLONES void gannet_normalize(const float *x, const float *residual, float *y,
                                    gannet_norm norm, size_t rows, size_t columns) {
  switch (norm.follower) {
    case gannet_follows_nothing: NORMALIZE(GANNET_IN_PLACE, z)
    case gannet_follows_relu: NORMALIZE(GANNET_IN_PLACE, z < 0 ? 0 : z)  // propagates NaN
    case gannet_follows_sigmoid: NORMALIZE(GANNET_IN_PLACE_BY_FOUR, gannet_vsigmoid(z))
    case gannet_follows_tanh: NORMALIZE(GANNET_IN_PLACE_BY_FOUR, gannet_vtanh(z))
  }
}

// Adds up a tile's columns over a block of rows; g is VALUE, and STORE may store it.
#define SUM_GRADIENTS(VALUE, STORE)                                       \
  for (size_t i = first; i < end; i++)                                    \
    GANNET_IN_PLACE                                                       \
    for (size_t c = 0; c < width; c++) {                                  \
      const size_t j = left + c, at = i * norm.ld_y + j;                  \
      const float deviation = x[i * norm.ld_x + j] - norm.mean[j];        \
      const float value = (VALUE);                                        \
      STORE;                                                              \
      sum[c] += value;                                                    \
      product[c] += value * deviation;                                    \
    }                                                                     \
  break;

GANNET_CLONES void gannet_norm_sums(const float *dy, const float *x, const float *y, float *g,
                                    gannet_norm norm, double *sums, double *products, size_t rows,
                                    size_t columns) {
  for (size_t first = 0; first < rows; first += BLOCK) {
    const size_t end = rows - first < BLOCK ? rows : first + BLOCK;
    for (size_t left = 0; left < columns; left += TILE) {
      const size_t width = columns - left < TILE ? columns - left : TILE;
      float sum[TILE] = {0}, product[TILE] = {0};
      switch (norm.follower) {
        case gannet_follows_nothing: SUM_GRADIENTS(dy[at], )
        case gannet_follows_relu:
          if (y) {
            SUM_GRADIENTS(y[at] > 0 ? dy[at] : 0, g[i * norm.ld + j] = value)
          } else {
            SUM_GRADIENTS(NORMALIZED > 0 ? dy[at] : 0, )
          }
        case gannet_follows_sigmoid:
          SUM_GRADIENTS(dy[at] * y[at] * (1 - y[at]), g[i * norm.ld + j] = value)
        case gannet_follows_tanh:
          SUM_GRADIENTS(dy[at] * (1 - y[at] * y[at]), g[i * norm.ld + j] = value)
      }
      for (size_t c = 0; c < width; c++) {
        sums[left + c] += sum[c];
        products[left + c] += product[c];
      }
    }
  }
}

GANNET_CLONES void gannet_norm_backward(const float *dy, const float *x, float *dx,
                                        gannet_norm norm, const float *constant, const float *slope,
                                        size_t rows, size_t columns) {
  if (norm.follower == gannet_follows_relu)
    FOR_EACH_ELEMENT(GANNET_IN_PLACE, {
      const float g = dy[at + j];
      const float kept = NORMALIZED > 0 ? g : 0;
      dx[i * norm.ld + j] = kept * norm.scale[j] - constant[j] - slope[j] * deviation;
    })
  else
    FOR_EACH_ELEMENT(GANNET_IN_PLACE, {
      dx[i * norm.ld + j] = dy[at + j] * norm.scale[j] - constant[j] - slope[j] * deviation;
    })
}

// MARK: layer norm

#define LONG 1024  // elements of a row whose sum is in single precision

#define NORMALIZED_ROW(j) ((from[j] - norm.mean) * norm.inverse + norm.shift)

INLINE gannet_row_norm row_norm(const float *from, size_t columns, float epsilon) {
  GANNET_REASSOCIATE
  double sum = 0, rest = 0, squares = 0;
  for (size_t first = 0; first < columns; first += LONG) {
    const size_t end = columns - first < LONG ? columns : first + LONG;
    float part = 0;
    for (size_t j = first; j < end; j++) part += from[j];
    sum += part;
  }
  const float mean = (float)(sum / (double)columns);
  for (size_t first = 0; first < columns; first += LONG) {
    const size_t end = columns - first < LONG ? columns : first + LONG;
    float part = 0, square = 0;
    for (size_t j = first; j < end; j++) {
      const float deviation = from[j] - mean;
      part += deviation;
      square += deviation * deviation;
    }
    rest += part;
    squares += square;
  }
  const double moved = rest / (double)columns;
  const double variance = squares / (double)columns - moved * moved;
  const float inverse = (float)(1 / sqrt((variance < 0 ? 0 : variance) + epsilon));
  return (gannet_row_norm){mean, inverse, (float)(-moved * inverse)};
}

GANNET_CLONES void gannet_layer_norm(const float *x, const float *weight, const float *bias,
                                     float epsilon, float *y, gannet_row_norm *norms, size_t rows,
                                     size_t columns) {
  for (size_t i = 0; i < rows; i++) {
    const float *from = x + i * columns;
    const gannet_row_norm norm = norms[i] = row_norm(from, columns, epsilon);
    for (size_t j = 0; j < columns; j++)
      y[i * columns + j] = NORMALIZED_ROW(j) * weight[j] + bias[j];
  }
}

GANNET_CLONES void gannet_layer_norm_backward(const float *dy, const float *x, const float *weight,
                                              const gannet_row_norm *norms, float *dx,
                                              float *buffer, double *dweight, double *dbias,
                                              size_t rows, size_t columns) {
  GANNET_REASSOCIATE
  float *weight_part = buffer, *bias_part = buffer + columns;
  memset(buffer, 0, 2 * columns * sizeof *buffer);
  for (size_t i = 0; i < rows; i++) {
    const float *gradient = dy + i * columns, *from = x + i * columns;
    const gannet_row_norm norm = norms[i];
    double sum = 0, product = 0;
    for (size_t first = 0; first < columns; first += LONG) {
      const size_t end = columns - first < LONG ? columns : first + LONG;
      float sum_part = 0, product_part = 0;
      for (size_t j = first; j < end; j++) {
        const float normalized = NORMALIZED_ROW(j);
        const float weighted = gradient[j] * weight[j];
        sum_part += weighted;
        product_part += weighted * normalized;
        weight_part[j] += gradient[j] * normalized;
        bias_part[j] += gradient[j];
      }
      sum += sum_part;
      product += product_part;
    }
    if (i % BLOCK == BLOCK - 1 || i == rows - 1)
      for (size_t j = 0; j < columns; j++) {
        dweight[j] += weight_part[j];
        dbias[j] += bias_part[j];
        weight_part[j] = bias_part[j] = 0;
      }
    if (!dx) continue;
    const float constant = (float)(sum / (double)columns);
    const float slope = (float)(product / (double)columns);
    GANNET_IN_PLACE
    for (size_t j = 0; j < columns; j++) {
      const float normalized = NORMALIZED_ROW(j);
      dx[i * columns + j] =
          norm.inverse * (gradient[j] * weight[j] - constant - normalized * slope);
    }
  }
}
