#include "CGannetKernels.h"
#include "vector_math.h"

#define MAP(name, expression)                                                    \
  GANNET_CLONES void gannet_##name(const float *input, float *y, size_t count) { \
    GANNET_IN_PLACE_BY_FOUR                                                      \
    for (size_t i = 0; i < count; i++) {                                         \
      const float x = input[i];                                                  \
      y[i] = (expression);                                                       \
    }                                                                            \
  }

MAP(relu, x < 0 ? 0 : x)  // propagates NaN

GANNET_CLONES void gannet_add(const float *x, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] += x[i];
}

MAP(exp, gannet_vexp(x))
MAP(log, gannet_vlog(x))
MAP(sqrt, __builtin_elementwise_sqrt(x))
MAP(tanh, gannet_vtanh(x))
MAP(sigmoid, gannet_vsigmoid(x))
MAP(expm1, gannet_vexpm1(x))
MAP(log1p, gannet_vlog1p(x))
MAP(erf, gannet_verf(x))
MAP(round, __builtin_elementwise_roundeven(x))
MAP(floor, __builtin_elementwise_floor(x))
MAP(ceil, __builtin_elementwise_ceil(x))

// Blocks with an angle too large for gannet_vsine, or an infinite one, are left to the C library.
#define SINE(name, library, value)                                                  \
  GANNET_CLONES void gannet_##name(const float *input, float *y, size_t count) {    \
    for (size_t first = 0; first < count; first += 256) {                           \
      const size_t end = count - first < 256 ? count : first + 256;                 \
      int large = 0;                                                                \
      for (size_t i = first; i < end; i++)                                          \
        large |= fabsf(input[i]) > GANNET_LARGEST_ANGLE;                            \
      if (large) {                                                                  \
        for (size_t i = first; i < end; i++) y[i] = library(input[i]);              \
        continue;                                                                   \
      }                                                                             \
      GANNET_IN_PLACE_BY_FOUR                                                       \
      for (size_t i = first; i < end; i++) {                                        \
        const float x = input[i];                                                   \
        y[i] = (value);                                                             \
      }                                                                             \
    }                                                                               \
  }

SINE(sin, sinf, gannet_vsine(x, 0))
SINE(cos, cosf, gannet_vsine(x, 1))
SINE(tan, tanf, gannet_vsine(x, 0) / gannet_vsine(x, 1))

// The backward pass from the result: dx[i] = dy[i] f'(x[i]), where f' is a function of y[i] = f(x[i]).
#define BACKWARD(name, derivative)                                                  \
  GANNET_CLONES void gannet_##name##_backward(const float *dy, const float *result, \
                                              float *dx, size_t count) {            \
    GANNET_IN_PLACE                                                                 \
    for (size_t i = 0; i < count; i++) {                                            \
      const float y = result[i];                                                    \
      dx[i] = dy[i] * (derivative);                                                 \
    }                                                                               \
  }

BACKWARD(tanh, 1.0f - y * y)
BACKWARD(sigmoid, y * (1.0f - y))

GANNET_CLONES void gannet_relu_backward(const float *dy, const float *y, float *dx, float scale,
                                        size_t count) {
  GANNET_IN_PLACE
  for (size_t i = 0; i < count; i++) dx[i] = y[i] > 0 ? dy[i] * scale : 0;
}

GANNET_CLONES void gannet_select(const float *a, const float *b, const float *condition, float *y,
                                 size_t count) {
  GANNET_IN_PLACE
  for (size_t i = 0; i < count; i++) {
    const float x = a[i], replacement = b[i];  // both, so that there is no branch
    y[i] = condition[i] != 0 ? replacement : x;
  }
}
