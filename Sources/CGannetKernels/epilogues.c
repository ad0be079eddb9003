#include "CGannetKernels.h"

GANNET_CLONES void gannet_bias_relu(float *y, size_t ld, const float *bias, bool relu, size_t rows,
                                    size_t columns) {
  for (size_t i = 0; i < rows; i++) {
    float *row = y + i * ld;
    if (bias && relu) {
      for (size_t j = 0; j < columns; j++) {
        const float value = row[j] + bias[j];
        row[j] = value < 0 ? 0 : value;  // lets a NaN through
      }
    } else if (bias) {
      for (size_t j = 0; j < columns; j++) row[j] += bias[j];
    } else if (relu) {
      for (size_t j = 0; j < columns; j++) row[j] = row[j] < 0 ? 0 : row[j];
    }
  }
}

GANNET_CLONES void gannet_relu_backward(const float *dy, const float *y, float *dx, float scale,
                                        size_t count) {
  GANNET_IN_PLACE
  for (size_t i = 0; i < count; i++) dx[i] = y[i] > 0 ? dy[i] * scale : 0;
}
