// optimizers.c: in-place updates of a parameter w by its gradient dw, and of the optimizer's state.
//
// `rate` is the learning rate, `weight_decay` the coupled weight decay, whose product with w is
// added to the gradient. Running averages are decay * old + gain * new.
#pragma once

#include <stdbool.h>
#include <stddef.h>

void gannet_sgd(float *w, const float *dw, float rate, float weight_decay, size_t count);

typedef struct {
  float rate, weight_decay, momentum, gain;
  bool nesterov;
} gannet_momentum_step;

void gannet_momentum(float *w, const float *dw, float *velocity, gannet_momentum_step step,
                     size_t count);

/// The divisor is sqrt(square + inner_epsilon) + outer_epsilon.
typedef struct {
  float rate, weight_decay, decay, gain, momentum, inner_epsilon, outer_epsilon;
} gannet_root_step;

void gannet_adagrad(float *w, const float *dw, float *sum, gannet_root_step step, size_t count);
/// `mean` is NULL unless the square is centered to a variance; `velocity` is NULL without momentum.
void gannet_rmsprop(float *w, const float *dw, float *square, float *mean, float *velocity,
                    gannet_root_step step, size_t count);
/// Uses the inner epsilon alone.
void gannet_adadelta(float *w, const float *dw, float *square, float *change,
                     gannet_root_step step, size_t count);

/// `rate` and `scale` include the bias corrections: w = shrinkage * w - rate * first /
/// (sqrt(second) * scale + epsilon).
typedef struct {
  float rate, weight_decay, shrinkage, beta1, gain1, beta2, gain2, scale, epsilon;
} gannet_adam_step;

void gannet_adam(float *w, const float *dw, float *first, float *second, gannet_adam_step step,
                 size_t count);
/// As Adam, but second += gain2 * sign(dw^2 - second) * dw^2.
void gannet_yogi(float *w, const float *dw, float *first, float *second, gannet_adam_step step,
                 size_t count);
/// As Adam, but with the largest of the second moments so far in place of `second`.
void gannet_amsgrad(float *w, const float *dw, float *first, float *second, float *largest,
                    gannet_adam_step step, size_t count);
/// As Adam, but the numerator is own_rate * dw + rate * first.
void gannet_nadam(float *w, const float *dw, float *first, float *second, gannet_adam_step step,
                  float own_rate, size_t count);
/// w = shrinkage * w - rate * first / norm, with norm = max(beta2 * norm, |dw| + epsilon).
void gannet_adamax(float *w, const float *dw, float *first, float *norm, gannet_adam_step step,
                   size_t count);

/// average += share * (x - average).
void gannet_blend(float *average, const float *x, float share, size_t count);
/// Soft thresholding: moves each x towards 0 by at most `amount`.
void gannet_shrink(float *x, float amount, size_t count);
/// y = x clipped to [-bound, bound].
void gannet_clip(const float *x, float bound, float *y, size_t count);
