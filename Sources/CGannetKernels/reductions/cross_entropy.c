#include "CGannetKernels.h"
#include "vector_math.h"

#define LONG 1024  // classes whose sum is in single precision

GANNET_CLONES double gannet_softmax_cross_entropy(const float *x, const int32_t *labels,
                                                  gannet_cross_entropy form, float *gradient,
                                                  float *losses, size_t rows, size_t columns) {
  GANNET_REASSOCIATE
  // Label smoothing spreads a share of the target over all classes.
  const float spread = form.smoothing / (float)columns;
  float total_weight = (float)columns;
  if (form.weights) {
    total_weight = 0;
    for (size_t j = 0; j < columns; j++) total_weight += form.weights[j];
  }
  double loss = 0;
  for (size_t i = 0; i < rows; i++) {
    const float *row = x + i * columns;
    float *out = gradient ? gradient + i * columns : NULL;
    const int32_t label = labels[i];
    if (label == form.ignored) {
      if (out) memset(out, 0, columns * sizeof *out);
      if (losses) losses[i] = 0;
      continue;
    }
    const float hit = (1 - form.smoothing) * (form.weights ? form.weights[label] : 1);
    float largest = -INFINITY;
    for (size_t j = 0; j < columns; j++) largest = row[j] > largest ? row[j] : largest;
    double powers = 0;
    for (size_t first = 0; first < columns; first += LONG) {
      const size_t end = columns - first < LONG ? columns : first + LONG;
      float part = 0;
      if (out)
        for (size_t j = first; j < end; j++) {
          const float power = gannet_vexp(row[j] - largest);
          out[j] = power;
          part += power;
        }
      else
        for (size_t j = first; j < end; j++) part += gannet_vexp(row[j] - largest);
      powers += part;
    }
    const float sum = (float)powers;
    if (out) {
      const float factor = form.scale * (hit + spread * total_weight) / sum;
      for (size_t j = 0; j < columns; j++) out[j] *= factor;
      out[label] -= form.scale * hit;
    }
    // The largest logit is subtracted from all, so that a common offset costs no precision.
    const double log_sum = gannet_vlog(sum);
    double value = hit * (log_sum - ((double)row[label] - largest));
    if (spread > 0) {
      double distances = 0;
      for (size_t j = 0; j < columns; j++) {
        const float share = spread * (form.weights ? form.weights[j] : 1);
        distances += (double)share * ((double)row[j] - largest);
        if (out) out[j] -= form.scale * share;
      }
      value += spread * total_weight * log_sum - distances;
    }
    if (losses) losses[i] = (float)(form.scale * value);
    loss += form.scale * value;
  }
  return loss;
}
