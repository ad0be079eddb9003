// Optimizer updates in one pass over a parameter, its gradient and the optimizer's state of it.
// Below, g is the gradient plus the coupled weight decay.

#include <math.h>
#include <string.h>

#include "CGannetKernels.h"

#define ROOT(x) __builtin_elementwise_sqrt(x)  // sqrtf goes scalar

GANNET_CLONES void gannet_sgd(float *w, const float *dw, float rate, float weight_decay,
                              size_t count) {
  for (size_t i = 0; i < count; i++) w[i] -= rate * (dw[i] + weight_decay * w[i]);
}

GANNET_CLONES void gannet_momentum(float *w, const float *dw, float *velocity,
                                   gannet_momentum_step step, size_t count) {
  // The direction is v, or g + momentum v where Nesterov looks ahead.
  const float own = step.nesterov ? 1.0f : 0.0f;
  const float follow = step.nesterov ? step.momentum : 1.0f;
  for (size_t i = 0; i < count; i++) {
    const float g = dw[i] + step.weight_decay * w[i];
    const float v = step.momentum * velocity[i] + step.gain * g;
    velocity[i] = v;
    w[i] -= step.rate * (own * g + follow * v);
  }
}

GANNET_CLONES void gannet_adagrad(float *w, const float *dw, float *sum, gannet_root_step step,
                                  size_t count) {
  for (size_t i = 0; i < count; i++) {
    const float g = dw[i] + step.weight_decay * w[i];
    const float s = sum[i] + g * g;
    sum[i] = s;
    w[i] -= step.rate * g / (ROOT(s + step.inner_epsilon) + step.outer_epsilon);
  }
}

// Compiled for each of the four variants, so that the branches are outside of the loop.
__attribute__((always_inline)) static inline void rmsprop(
    float *w, const float *dw, float *square, float *mean, float *velocity, gannet_root_step step,
    size_t count, bool centered, bool moving) {
  for (size_t i = 0; i < count; i++) {
    const float g = dw[i] + step.weight_decay * w[i];
    float s = square[i];
    if (centered) {
      // The centered variance (mean square less squared mean), updated in a form that cannot
      // cancel.
      const float deviation = g - mean[i];
      s = step.decay * (s + step.gain * (deviation * deviation));
      mean[i] += step.gain * deviation;
    } else {
      s = step.decay * s + step.gain * (g * g);
    }
    square[i] = s;
    float d = g / (ROOT(s + step.inner_epsilon) + step.outer_epsilon);
    if (moving) {
      d += step.momentum * velocity[i];
      velocity[i] = d;
    }
    w[i] -= step.rate * d;
  }
}

GANNET_CLONES void gannet_rmsprop(float *w, const float *dw, float *square, float *mean,
                                  float *velocity, gannet_root_step step, size_t count) {
  if (mean && velocity) {
    rmsprop(w, dw, square, mean, velocity, step, count, true, true);
  } else if (mean) {
    rmsprop(w, dw, square, mean, NULL, step, count, true, false);
  } else if (velocity) {
    rmsprop(w, dw, square, NULL, velocity, step, count, false, true);
  } else {
    rmsprop(w, dw, square, NULL, NULL, step, count, false, false);
  }
}

GANNET_CLONES void gannet_adadelta(float *w, const float *dw, float *square, float *change,
                                   gannet_root_step step, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const float g = dw[i] + step.weight_decay * w[i];
    const float s = step.decay * square[i] + step.gain * (g * g);
    square[i] = s;
    const float d = g * ROOT((change[i] + step.inner_epsilon) / (s + step.inner_epsilon));
    change[i] = step.decay * change[i] + step.gain * (d * d);
    w[i] -= step.rate * d;
  }
}

__attribute__((always_inline)) static inline void adam(float *w, const float *dw, float *first,
                                                       float *second, gannet_adam_step step,
                                                       size_t count, bool yogi) {
  for (size_t i = 0; i < count; i++) {
    const float g = dw[i] + step.weight_decay * w[i];
    const float m = step.beta1 * first[i] + step.gain1 * g;
    const float square = g * g;
    float v = second[i];
    if (yogi) {
      const float difference = square - v;
      const float sign = difference > 0 ? 1.0f : difference < 0 ? -1.0f : 0.0f;
      v += step.gain2 * sign * square;
    } else {
      v = step.beta2 * v + step.gain2 * square;
    }
    first[i] = m;
    second[i] = v;
    w[i] = step.shrinkage * w[i] - step.rate * m / (ROOT(v) * step.scale + step.epsilon);
  }
}

GANNET_CLONES void gannet_adam(float *w, const float *dw, float *first, float *second,
                               gannet_adam_step step, size_t count) {
  adam(w, dw, first, second, step, count, false);
}

GANNET_CLONES void gannet_yogi(float *w, const float *dw, float *first, float *second,
                               gannet_adam_step step, size_t count) {
  adam(w, dw, first, second, step, count, true);
}

GANNET_CLONES void gannet_blend(float *average, const float *x, float share, size_t count) {
  for (size_t i = 0; i < count; i++) average[i] += share * (x[i] - average[i]);
}

GANNET_CLONES void gannet_shrink(float *x, float amount, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const float rest = fabsf(x[i]) - amount;
    x[i] = rest < 0 ? 0 : copysignf(rest, x[i]);
  }
}

GANNET_CLONES void gannet_clip(const float *x, float bound, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const float value = x[i];  // propagates NaN
    y[i] = value < -bound ? -bound : value > bound ? bound : value;
  }
}
