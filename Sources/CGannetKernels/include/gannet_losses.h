// losses.c: of each element x against a target t. Each is stored where `losses` is not NULL, and their sum
// is returned.
#pragma once

#include <stddef.h>

/// (x - t)^2
double gannet_squared_error(const float *x, const float *t, float *losses, size_t count);
/// |x - t|
double gannet_absolute_error(const float *x, const float *t, float *losses, size_t count);
/// Half the square of x - t up to `delta`, from there on a straight line.
double gannet_huber(const float *x, const float *t, float delta, float *losses, size_t count);
/// -w t log(s) - (1 - t) log(1 - s), s being the logistic function of x; w is 1 where `weights` is NULL.
double gannet_binary_cross_entropy(const float *x, const float *t, const float *weights,
                                   float *losses, size_t count);
/// t (log(t) - x)
double gannet_kl_divergence(const float *x, const float *t, float *losses, size_t count);
