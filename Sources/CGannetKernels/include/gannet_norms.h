// norms.c: normalization of rows by columns, each column (batch and group norm) or each row (layer norm)
// by itself.
#pragma once

#include <stddef.h>

typedef enum {
  gannet_follows_nothing,
  gannet_follows_relu,
  gannet_follows_sigmoid,
  gannet_follows_tanh,
} gannet_follower;

/// y = f((x - mean) * scale + shift + residual), with a mean, a scale and a shift for each column.
typedef struct {
  const float *mean, *scale, *shift;
  gannet_follower follower;  // f
  size_t ld_x;               // from a row of x to the next
  size_t ld;                 // of all others
} gannet_norm;

/// The mean of each column, and the sum of the squares of the deviations from it; there are rows.
void gannet_moments(const float *x, size_t ld, size_t rows, size_t columns, double *means,
                    double *squares);
/// y, which may be x or the residual; the latter is NULL where there is none.
void gannet_normalize(const float *x, const float *residual, float *y, gannet_norm norm,
                      size_t rows, size_t columns);

/// On the way back, g = dy f'. Sums over the rows: sums += g, products += g (x - mean).
///
/// With y, which says what f' is, g is stored, maybe over dy. Without, ReLU is found from x: there was no
/// residual.
void gannet_norm_sums(const float *dy, const float *x, const float *y, float *g, gannet_norm norm,
                      double *sums, double *products, size_t rows, size_t columns);
/// dx = g * scale - constant - slope * (x - mean), with a constant and a slope for each column; g as in
/// gannet_norm_sums without y. dx may be dy.
void gannet_norm_backward(const float *dy, const float *x, float *dx, gannet_norm norm,
                          const float *constant, const float *slope, size_t rows, size_t columns);

/// A row is normalized to (x - mean) * inverse + shift, the shift being what rounding added to the mean.
typedef struct {
  float mean, inverse, shift;
} gannet_row_norm;

/// y = normalized x * weight + bias for each row, whose norm is kept.
void gannet_layer_norm(const float *x, const float *weight, const float *bias, float epsilon,
                       float *y, gannet_row_norm *norms, size_t rows, size_t columns);
/// dx, unless it is NULL, which may be dy; and sums over the rows: dweight += dy * normalized x,
/// dbias += dy. The buffer has room for two rows.
void gannet_layer_norm_backward(const float *dy, const float *x, const float *weight,
                                const gannet_row_norm *norms, float *dx, float *buffer,
                                double *dweight, double *dbias, size_t rows, size_t columns);
