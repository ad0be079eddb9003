#include <math.h>
#include <string.h>

#include "CGannetKernels.h"
#include "vector_math.h"

#define TILE 256  // columns at a time, whose sums stay in the cache
#define BLOCK 32  // rows whose sums are in single precision

GANNET_CLONES void gannet_moments(const float *x, size_t ld, size_t rows, size_t columns,
                                  double *means, double *squares) {
  for (size_t j = 0; j < columns; j++) means[j] = squares[j] = 0;
  for (size_t first = 0; first < rows; first += BLOCK) {
    const size_t height = rows - first < BLOCK ? rows - first : BLOCK;
    // Chan, Golub, LeVeque (1979): how the moments of two parts make those of the whole.
    const double share = (double)height / (double)(first + height);
    const double spread = share * (double)first;
    for (size_t left = 0; left < columns; left += TILE) {
      const size_t width = columns - left < TILE ? columns - left : TILE;
      const float *block = x + first * ld + left;
      float mean[TILE] = {0}, square[TILE] = {0};
      for (size_t i = 0; i < height; i++)
        for (size_t j = 0; j < width; j++) mean[j] += block[i * ld + j];
      for (size_t j = 0; j < width; j++) mean[j] /= (float)height;
      for (size_t i = 0; i < height; i++)
        for (size_t j = 0; j < width; j++) {
          const float deviation = block[i * ld + j] - mean[j];
          square[j] += deviation * deviation;
        }
      for (size_t j = 0; j < width; j++) {
        const double difference = mean[j] - means[left + j];
        means[left + j] += difference * share;
        squares[left + j] += square[j] + difference * difference * spread;
      }
    }
  }
}

#define FOR_EACH_ELEMENT(LOOP, BODY)                      \
  for (size_t i = 0; i < rows; i++) {                     \
    const size_t at = i * norm.ld, at_x = i * norm.ld_x;  \
    LOOP                                                  \
    for (size_t j = 0; j < columns; j++) {                \
      const float deviation = x[at_x + j] - norm.mean[j]; \
      BODY                                                \
    }                                                     \
  }

#define NORMALIZED (deviation * norm.scale[j] + norm.shift[j])

#define NORMALIZE(LOOP, f)                           \
  if (residual)                                      \
    FOR_EACH_ELEMENT(LOOP, {                         \
      const float z = NORMALIZED + residual[at + j]; \
      y[at + j] = (f);                               \
    })                                               \
  else                                               \
    FOR_EACH_ELEMENT(LOOP, {                         \
      const float z = NORMALIZED;                    \
      y[at + j] = (f);                               \
    })                                               \
  break;

GANNET_CLONES void gannet_normalize(const float *x, const float *residual, float *y,
                                    gannet_norm norm, size_t rows, size_t columns) {
  switch (norm.follower) {
    case gannet_follows_nothing: NORMALIZE(GANNET_IN_PLACE, z)
    case gannet_follows_relu: NORMALIZE(GANNET_IN_PLACE, z < 0 ? 0 : z)  // lets a NaN through
    case gannet_follows_sigmoid: NORMALIZE(GANNET_IN_PLACE_BY_FOUR, gannet_vsigmoid(z))
    case gannet_follows_tanh: NORMALIZE(GANNET_IN_PLACE_BY_FOUR, gannet_vtanh(z))
  }
}

// The sums of a tile's columns over a block of rows, g being VALUE, which is stored where STORE says so.
#define SUM_GRADIENTS(VALUE, STORE)                                       \
  for (size_t i = first; i < end; i++)                                    \
    GANNET_IN_PLACE                                                       \
    for (size_t c = 0; c < width; c++) {                                  \
      const size_t j = left + c, at = i * norm.ld + j;                    \
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
            SUM_GRADIENTS(y[at] > 0 ? dy[at] : 0, g[at] = value)
          } else {
            SUM_GRADIENTS(NORMALIZED > 0 ? dy[at] : 0, )
          }
        case gannet_follows_sigmoid: SUM_GRADIENTS(dy[at] * y[at] * (1 - y[at]), g[at] = value)
        case gannet_follows_tanh: SUM_GRADIENTS(dy[at] * (1 - y[at] * y[at]), g[at] = value)
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
      dx[at + j] = kept * norm.scale[j] - constant[j] - slope[j] * deviation;
    })
  else
    FOR_EACH_ELEMENT(GANNET_IN_PLACE, {
      dx[at + j] = dy[at + j] * norm.scale[j] - constant[j] - slope[j] * deviation;
    })
}

// MARK: layer norm

#define LONG 1024  // elements of a row whose sum is in single precision

GANNET_CLONES void gannet_layer_norm(const float *x, const float *weight, const float *bias,
                                     float epsilon, float *y, float *means, float *inverses,
                                     size_t rows, size_t columns) {
  GANNET_REASSOCIATE
  for (size_t i = 0; i < rows; i++) {
    const float *from = x + i * columns;
    double sum = 0, squares = 0;
    for (size_t first = 0; first < columns; first += LONG) {
      const size_t end = columns - first < LONG ? columns : first + LONG;
      float part = 0;
      for (size_t j = first; j < end; j++) part += from[j];
      sum += part;
    }
    const float mean = (float)(sum / (double)columns);
    for (size_t first = 0; first < columns; first += LONG) {
      const size_t end = columns - first < LONG ? columns : first + LONG;
      float part = 0;
      for (size_t j = first; j < end; j++) part += (from[j] - mean) * (from[j] - mean);
      squares += part;
    }
    const float inverse = (float)(1 / sqrt(squares / (double)columns + epsilon));
    for (size_t j = 0; j < columns; j++)
      y[i * columns + j] = (from[j] - mean) * inverse * weight[j] + bias[j];
    means[i] = mean;
    inverses[i] = inverse;
  }
}

GANNET_CLONES void gannet_layer_norm_backward(const float *dy, const float *x, const float *weight,
                                              const float *means, const float *inverses, float *dx,
                                              float *dweight, float *dbias, size_t rows,
                                              size_t columns) {
  GANNET_REASSOCIATE
  for (size_t i = 0; i < rows; i++) {
    const float *gradient = dy + i * columns, *from = x + i * columns;
    const float mean = means[i], inverse = inverses[i];
    double sum = 0, product = 0;
    for (size_t first = 0; first < columns; first += LONG) {
      const size_t end = columns - first < LONG ? columns : first + LONG;
      float sum_part = 0, product_part = 0;
      for (size_t j = first; j < end; j++) {
        const float normalized = (from[j] - mean) * inverse;
        const float weighted = gradient[j] * weight[j];
        sum_part += weighted;
        product_part += weighted * normalized;
        dweight[j] += gradient[j] * normalized;
        dbias[j] += gradient[j];
      }
      sum += sum_part;
      product += product_part;
    }
    if (!dx) continue;
    const float constant = (float)(sum / (double)columns);
    const float slope = (float)(product / (double)columns);
    GANNET_IN_PLACE
    for (size_t j = 0; j < columns; j++) {
      const float normalized = (from[j] - mean) * inverse;
      dx[i * columns + j] = inverse * (gradient[j] * weight[j] - constant - normalized * slope);
    }
  }
}
