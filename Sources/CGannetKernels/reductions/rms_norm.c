// Normalization of rows by their root mean square.

#include <math.h>
#include <string.h>

#include "CGannetKernels.h"

#define BLOCK 32   // rows whose sums are in single precision
#define LONG 1024  // elements whose sum is in single precision

GANNET_CLONES void gannet_rms_norm(const float *x, const float *weight, float epsilon, float *y,
                                   float *inverses, size_t rows, size_t columns) {
  GANNET_REASSOCIATE
  for (size_t i = 0; i < rows; i++) {
    const float *from = x + i * columns;
    double squares = 0;
    for (size_t j = 0; j < columns; j++) squares += (double)from[j] * from[j];
    const float inverse = inverses[i] = (float)(1 / sqrt(squares / (double)columns + epsilon));
    for (size_t j = 0; j < columns; j++) y[i * columns + j] = from[j] * inverse * weight[j];
  }
}

GANNET_CLONES void gannet_rms_norm_backward(const float *dy, const float *x, const float *weight,
                                            const float *inverses, float *dx, float *buffer,
                                            double *dweight, size_t rows, size_t columns) {
  GANNET_REASSOCIATE
  memset(buffer, 0, columns * sizeof *buffer);
  for (size_t i = 0; i < rows; i++) {
    const float *gradient = dy + i * columns, *from = x + i * columns;
    const float inverse = inverses[i];
    double product = 0;
    for (size_t first = 0; first < columns; first += LONG) {
      const size_t end = columns - first < LONG ? columns : first + LONG;
      float part = 0;
      for (size_t j = first; j < end; j++) {
        const float share = gradient[j] * (from[j] * inverse);
        part += share * weight[j];
        buffer[j] += share;
      }
      product += part;
    }
    if (i % BLOCK == BLOCK - 1 || i == rows - 1)
      for (size_t j = 0; j < columns; j++) {
        dweight[j] += buffer[j];
        buffer[j] = 0;
      }
    if (!dx) continue;
    const float slope = (float)(product / (double)columns);
    GANNET_IN_PLACE
    for (size_t j = 0; j < columns; j++)
      dx[i * columns + j] = inverse * (gradient[j] * weight[j] - from[j] * inverse * slope);
  }
}
