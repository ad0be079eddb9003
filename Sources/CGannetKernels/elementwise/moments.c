// Relatives of Adam, whose updates use the averages of the gradient in other ways: as optimizers.c.

#include <math.h>

#include "CGannetKernels.h"

#define ROOT(x) __builtin_elementwise_sqrt(x)  // sqrtf goes scalar

GANNET_CLONES void gannet_amsgrad(float *w, const float *dw, float *first, float *second,
                                  float *largest, gannet_adam_step step, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const float g = dw[i] + step.weight_decay * w[i];
    const float m = step.beta1 * first[i] + step.gain1 * g;
    const float v = step.beta2 * second[i] + step.gain2 * (g * g);
    const float high = largest[i] > v ? largest[i] : v;
    first[i] = m;
    second[i] = v;
    largest[i] = high;
    w[i] = step.shrinkage * w[i] - step.rate * m / (ROOT(high) * step.scale + step.epsilon);
  }
}

GANNET_CLONES void gannet_nadam(float *w, const float *dw, float *first, float *second,
                                gannet_adam_step step, float own_rate, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const float g = dw[i] + step.weight_decay * w[i];
    const float m = step.beta1 * first[i] + step.gain1 * g;
    const float v = step.beta2 * second[i] + step.gain2 * (g * g);
    first[i] = m;
    second[i] = v;
    w[i] = step.shrinkage * w[i] -
           (own_rate * g + step.rate * m) / (ROOT(v) * step.scale + step.epsilon);
  }
}

GANNET_CLONES void gannet_adamax(float *w, const float *dw, float *first, float *norm,
                                 gannet_adam_step step, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const float g = dw[i] + step.weight_decay * w[i];
    const float m = step.beta1 * first[i] + step.gain1 * g;
    const float old = step.beta2 * norm[i], new = fabsf(g) + step.epsilon;
    const float u = old > new ? old : new;
    first[i] = m;
    norm[i] = u;
    w[i] = step.shrinkage * w[i] - step.rate * m / u;
  }
}
