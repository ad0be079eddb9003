#include "CGannetKernels.h"
#include "vector_math.h"

GANNET_CLONES void gannet_additive_scores(const float *query, const float *keys,
                                          const float *weight, float *scores, size_t count,
                                          size_t features) {
  GANNET_REASSOCIATE
  for (size_t i = 0; i < count; i++, keys += features) {
    float sum = 0;
    for (size_t j = 0; j < features; j++) sum += weight[j] * gannet_vtanh(query[j] + keys[j]);
    scores[i] = sum;
  }
}

#define WIDTH 64  // features at a time, whose sums stay in registers

GANNET_CLONES void gannet_additive_scores_backward(
    const float *gradient, const float *queries, const float *keys, const float *weight,
    float *query_gradient, float *key_gradient, double *weight_gradient, size_t query_count,
    size_t key_count, size_t ld, size_t features) {
  for (size_t first = 0; first < features; first += WIDTH) {
    const size_t width = features - first < WIDTH ? features - first : WIDTH;
    for (size_t q = 0; q < query_count; q++) {
      const float *query = queries + q * ld + first;
      float query_sum[WIDTH] = {0}, weight_sum[WIDTH] = {0};
      for (size_t k = 0; k < key_count; k++) {
        const float dy = gradient[q * key_count + k];
        if (dy == 0) continue;  // of a hidden key
        const float *key = keys + k * ld + first;
        float *to_key = key_gradient + k * ld + first;
        for (size_t j = 0; j < width; j++) {
          const float hidden = gannet_vtanh(query[j] + key[j]);
          const float inner = dy * weight[first + j] * (1.0f - hidden * hidden);
          weight_sum[j] += dy * hidden;
          query_sum[j] += inner;
          to_key[j] += inner;
        }
      }
      for (size_t j = 0; j < width; j++) {
        query_gradient[q * ld + first + j] = query_sum[j];
        weight_gradient[first + j] += (double)weight_sum[j];
      }
    }
  }
}
