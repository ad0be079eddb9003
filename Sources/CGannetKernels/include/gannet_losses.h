// losses.c: elementwise losses of x against targets t, stored unless `losses` is NULL. Each
// function returns their sum.
#pragma once

#include <stddef.h>

/// (x - t)^2
double gannet_squared_error(const float *x, const float *t, float *losses, size_t count);
/// |x - t|
double gannet_absolute_error(const float *x, const float *t, float *losses, size_t count);
/// Half the square of x - t up to `delta`, linear beyond.
double gannet_huber(const float *x, const float *t, float delta, float *losses, size_t count);
/// -w t log(s) - (1 - t) log(1 - s) with s = sigmoid(x); w = 1 if `weights` is NULL.
double gannet_binary_cross_entropy(const float *x, const float *t, const float *weights,
                                   float *losses, size_t count);
/// t (log(t) - x)
double gannet_kl_divergence(const float *x, const float *t, float *losses, size_t count);
