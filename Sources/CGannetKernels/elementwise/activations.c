#include "CGannetKernels.h"
#include "vector_math.h"

// A function and its backward pass: y = f(x), and dx = dy f'(x).
#define ACTIVATION(name, value, derivative)                                        \
  GANNET_CLONES void gannet_##name(const float *input, float *y, size_t count) {   \
    GANNET_IN_PLACE                                                                \
    for (size_t i = 0; i < count; i++) {                                           \
      const float x = input[i];                                                    \
      y[i] = (value);                                                              \
    }                                                                              \
  }                                                                                \
  GANNET_CLONES void gannet_##name##_backward(const float *dy, const float *input, \
                                              float *dx, size_t count) {           \
    GANNET_IN_PLACE                                                                \
    for (size_t i = 0; i < count; i++) {                                           \
      const float x = input[i];                                                    \
      dx[i] = dy[i] * (derivative);                                                \
    }                                                                              \
  }

// The normal distribution's function and density.
static inline float normal_cdf(float x) { return 0.5f + 0.5f * gannet_verf(x * 0.707106781f); }
static inline float normal_pdf(float x) { return 0.398942280f * gannet_vexp(-0.5f * x * x); }

// tanh(sqrt(2 / pi) (x + 0.044715 x^3)), and the derivative of its argument.
static inline float gelu_tanh(float x) {
  return gannet_vtanh(0.797884561f * (x + 0.044715f * x * x * x));
}
static inline float gelu_slope(float x) { return 0.797884561f * (1.0f + 0.134145f * x * x); }

static inline float gelu_tanh_derivative(float x) {
  const float t = gelu_tanh(x);
  return 0.5f * (1.0f + t) + 0.5f * x * (1.0f - t * t) * gelu_slope(x);
}

static inline float silu_derivative(float x) {
  const float s = gannet_vsigmoid(x);
  return s + x * s * (1.0f - s);
}

ACTIVATION(gelu, x * normal_cdf(x), normal_cdf(x) + x * normal_pdf(x))
ACTIVATION(gelu_tanh, 0.5f * x * (1.0f + gelu_tanh(x)), gelu_tanh_derivative(x))
ACTIVATION(silu, x * gannet_vsigmoid(x), silu_derivative(x))
ACTIVATION(softplus, (x > 0 ? x : 0) + gannet_vlog1p(gannet_vexp(-fabsf(x))), gannet_vsigmoid(x))

// tanh(log(1 + e^x)) = (e^2x + 2 e^x) / (e^2x + 2 e^x + 2), in powers of e^-x where x is positive.
static inline float tanh_softplus(float x) {
  const float e = gannet_vexp(-fabsf(x));
  const float above = x > 0 ? 1.0f + 2.0f * e : e * (e + 2.0f);
  return above / (above + 2.0f * (x > 0 ? e * e : 1.0f));
}

static inline float mish_derivative(float x) {
  const float t = tanh_softplus(x);
  return t + x * (1.0f - t) * (1.0f + t) * gannet_vsigmoid(x);
}

static inline float clamp(float x, float low, float high) {
  return x < low ? low : x > high ? high : x;  // propagates NaN
}

ACTIVATION(mish, x * tanh_softplus(x), mish_derivative(x))
ACTIVATION(softsign, x / (1.0f + fabsf(x)), 1.0f / ((1.0f + fabsf(x)) * (1.0f + fabsf(x))))
ACTIVATION(relu6, clamp(x, 0.0f, 6.0f), x > 0.0f && x < 6.0f ? 1.0f : 0.0f)
ACTIVATION(hard_sigmoid, clamp(x + 3.0f, 0.0f, 6.0f) / 6.0f,
           x > -3.0f && x < 3.0f ? 1.0f / 6.0f : 0.0f)
ACTIVATION(hard_swish, x * clamp(x + 3.0f, 0.0f, 6.0f) / 6.0f,
           x <= -3.0f  ? 0.0f
           : x < 3.0f ? x / 3.0f + 0.5f
                      : 1.0f)

GANNET_CLONES void gannet_elu(const float *x, gannet_elu_form form, float *y, size_t count) {
  GANNET_IN_PLACE
  for (size_t i = 0; i < count; i++)
    y[i] = x[i] > 0 ? form.above * x[i] : form.below * gannet_vexpm1(form.inner * x[i]);
}

GANNET_CLONES void gannet_elu_backward(const float *dy, const float *x, gannet_elu_form form,
                                       float *dx, size_t count) {
  const float slope = form.below * form.inner;
  GANNET_IN_PLACE
  for (size_t i = 0; i < count; i++)
    dx[i] = x[i] > 0 ? dy[i] * form.above : dy[i] * slope * gannet_vexp(form.inner * x[i]);
}
