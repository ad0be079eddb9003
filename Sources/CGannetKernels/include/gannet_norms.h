// norms.c: normalization of a matrix by columns (batch and group norm) or by rows (layer norm).
#pragma once

#include <stddef.h>

typedef enum {
  gannet_follows_nothing,
  gannet_follows_relu,
  gannet_follows_sigmoid,
  gannet_follows_tanh,
} gannet_follower;

/// y = f((x - mean) * scale + shift + residual), with mean, scale and shift by column.
typedef struct {
  const float *mean, *scale, *shift;
  gannet_follower follower;  // f
  size_t ld_x;               // leading dimension of x
  size_t ld_y;               // of y and its gradient dy
  size_t ld;                 // of the others
} gannet_norm;

/// The mean of each column and the sum of squared deviations from it; `rows` is positive.
void gannet_moments(const float *x, size_t ld, size_t rows, size_t columns, double *means,
                    double *squares);
/// Computes y, which may be x or the residual; `residual` may be NULL.
void gannet_normalize(const float *x, const float *residual, float *y, gannet_norm norm,
                      size_t rows, size_t columns);

/// Backward sums over the rows with g = dy f': sums += g, products += g (x - mean).
///
/// With y, from which f' is computed, g is stored; it may be dy. Without y, there is no residual,
/// and ReLU's derivative is computed from x.
void gannet_norm_sums(const float *dy, const float *x, const float *y, float *g, gannet_norm norm,
                      double *sums, double *products, size_t rows, size_t columns);
/// dx = g * scale - constant - slope * (x - mean), with constant and slope by column; g as in
/// gannet_norm_sums without y. dx may be dy.
void gannet_norm_backward(const float *dy, const float *x, float *dx, gannet_norm norm,
                          const float *constant, const float *slope, size_t rows, size_t columns);

/// A row is normalized to (x - mean) * inverse + shift; the shift corrects the rounding of the
/// mean.
typedef struct {
  float mean, inverse, shift;
} gannet_row_norm;

/// y = normalized x * weight + bias for each row; stores the rows' norms.
void gannet_layer_norm(const float *x, const float *weight, const float *bias, float epsilon,
                       float *y, gannet_row_norm *norms, size_t rows, size_t columns);
/// dx, which may be NULL or dy, and sums over the rows: dweight += dy * normalized x, dbias += dy.
/// `buffer` has room for two rows.
void gannet_layer_norm_backward(const float *dy, const float *x, const float *weight,
                                const gannet_row_norm *norms, float *dx, float *buffer,
                                double *dweight, double *dbias, size_t rows, size_t columns);

// MARK: rms_norm.c

/// y = x * inverse * weight for each row, inverse being 1 / sqrt(mean of x^2 + epsilon); stores the
/// rows' inverses.
void gannet_rms_norm(const float *x, const float *weight, float epsilon, float *y, float *inverses,
                     size_t rows, size_t columns);
/// dx, which may be NULL or dy, and the sum over the rows: dweight += dy * x * inverse. `buffer` has
/// room for a row.
void gannet_rms_norm_backward(const float *dy, const float *x, const float *weight,
                              const float *inverses, float *dx, float *buffer, double *dweight,
                              size_t rows, size_t columns);
