// optimizers.c: a parameter w is updated by its gradient dw in place, as is what is remembered of it.
//
// `rate` is the learning rate, `weight_decay` the factor of w that is added to its gradient, `gain` the
// share of what is new in an average whose old part is weighted by `decay`.
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
/// `mean` is NULL where the square is not centered, so as to be a variance; `velocity` where there is no
/// momentum.
void gannet_rmsprop(float *w, const float *dw, float *square, float *mean, float *velocity,
                    gannet_root_step step, size_t count);
/// Uses the inner epsilon alone.
void gannet_adadelta(float *w, const float *dw, float *square, float *change,
                     gannet_root_step step, size_t count);

/// `rate` and `scale` hold the corrections of the bias: w = shrinkage * w - rate * first /
/// (sqrt(second) * scale + epsilon).
typedef struct {
  float rate, weight_decay, shrinkage, beta1, gain1, beta2, gain2, scale, epsilon;
} gannet_adam_step;

void gannet_adam(float *w, const float *dw, float *first, float *second, gannet_adam_step step,
                 size_t count);
/// As Adam, but second += gain2 * sign(dw^2 - second) * dw^2.
void gannet_yogi(float *w, const float *dw, float *first, float *second, gannet_adam_step step,
                 size_t count);

/// average += share * (x - average).
void gannet_blend(float *average, const float *x, float share, size_t count);
/// Every x moves towards 0 by `amount`, and no further.
void gannet_shrink(float *x, float amount, size_t count);
/// y = x, or the nearer of -bound and bound outside of them.
void gannet_clip(const float *x, float bound, float *y, size_t count);

/// In double precision, so that squares don't overflow.
double gannet_sum_of_squares(const float *x, size_t count);
double gannet_sum_of_magnitudes(const float *x, size_t count);
/// How many of fewer than 2^32 elements are infinite or no numbers.
double gannet_count_not_finite(const float *x, size_t count);
