// Elementwise losses of x against targets t, stored unless `losses` is NULL. Each function returns
// their sum.

#include "CGannetKernels.h"
#include "vector_math.h"

// Two loops, since a branch inside would prevent vectorisation.
#define LOSS(expression)                  \
  GANNET_REASSOCIATE                      \
  double total = 0;                       \
  if (losses) {                           \
    for (size_t i = 0; i < count; i++) {  \
      const float value = (expression);   \
      losses[i] = value;                  \
      total += value;                     \
    }                                     \
  } else {                                \
    for (size_t i = 0; i < count; i++) {  \
      const float value = (expression);   \
      total += value;                     \
    }                                     \
  }                                       \
  return total;

GANNET_CLONES double gannet_squared_error(const float *x, const float *t, float *losses,
                                          size_t count) {
  LOSS((x[i] - t[i]) * (x[i] - t[i]))
}

GANNET_CLONES double gannet_absolute_error(const float *x, const float *t, float *losses,
                                           size_t count) {
  LOSS(fabsf(x[i] - t[i]))
}

static inline float huber(float difference, float delta) {
  const float magnitude = fabsf(difference);
  return magnitude > delta ? delta * (magnitude - 0.5f * delta) : 0.5f * difference * difference;
}

GANNET_CLONES double gannet_huber(const float *x, const float *t, float delta, float *losses,
                                  size_t count) {
  LOSS(huber(x[i] - t[i], delta))
}

// log(1 + e^-x), without overflow.
static inline float softplus_of_minus(float x) {
  return (x < 0 ? -x : 0) + gannet_vlog1p(gannet_vexp(-fabsf(x)));
}

GANNET_CLONES double gannet_binary_cross_entropy(const float *x, const float *t,
                                                 const float *weights, float *losses,
                                                 size_t count) {
  if (weights) {
    LOSS((1 - t[i]) * x[i] + (1 + (weights[i] - 1) * t[i]) * softplus_of_minus(x[i]))
  } else {
    LOSS((1 - t[i]) * x[i] + softplus_of_minus(x[i]))
  }
}

// t log t is 0 at 0.
static inline float divergence(float x, float t) {
  return t > 0 ? t * (gannet_vlog(t) - x) : t == 0 ? 0 : NAN;
}

GANNET_CLONES double gannet_kl_divergence(const float *x, const float *t, float *losses,
                                          size_t count) {
  LOSS(divergence(x[i], t[i]))
}
