#include "CGannetKernels.h"
#include "vector_math.h"

GANNET_CLONES double gannet_softmax_cross_entropy(const float *x, const int32_t *labels,
                                                  float *gradient, float scale, size_t rows,
                                                  size_t columns) {
  GANNET_REASSOCIATE
  double loss = 0;
  for (size_t i = 0; i < rows; i++) {
    const float *row = x + i * columns;
    float largest = -INFINITY;
    for (size_t j = 0; j < columns; j++) largest = row[j] > largest ? row[j] : largest;
    float sum = 0;
    if (gradient) {
      float *out = gradient + i * columns;
      for (size_t j = 0; j < columns; j++) {
        const float power = gannet_vexp(row[j] - largest);
        out[j] = power;
        sum += power;
      }
      const float factor = scale / sum;
      for (size_t j = 0; j < columns; j++) out[j] *= factor;
      out[labels[i]] -= scale;
    } else {
      for (size_t j = 0; j < columns; j++) sum += gannet_vexp(row[j] - largest);
    }
    loss += (double)scale * ((double)gannet_vlog(sum) + largest - row[labels[i]]);
  }
  return loss;
}
