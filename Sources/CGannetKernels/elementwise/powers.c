#include <math.h>

#include "CGannetKernels.h"

#define LOOP(expression)                 \
  GANNET_IN_PLACE                        \
  for (size_t i = 0; i < count; i++) {   \
    const float x = input[i];            \
    y[i] = (expression);                 \
  }

GANNET_CLONES void gannet_power_all(const float *input, float exponent, float *y, size_t count) {
  // Common exponents of derivatives and norms need no logarithm.
  if (exponent == 1.0f) {
    LOOP(x)
  } else if (exponent == 2.0f) {
    LOOP(x * x)
  } else if (exponent == 3.0f) {
    LOOP(x * x * x)
  } else if (exponent == 0.5f) {
    LOOP(__builtin_elementwise_sqrt(x))
  } else if (exponent == -0.5f) {
    LOOP(1.0f / __builtin_elementwise_sqrt(x))
  } else if (exponent == -1.0f) {
    LOOP(1.0f / x)
  } else if (exponent == -2.0f) {
    LOOP(1.0f / (x * x))
  } else {
    for (size_t i = 0; i < count; i++) y[i] = powf(input[i], exponent);
  }
}

float gannet_power(float base, float exponent) { return powf(base, exponent); }
