// Attention: queries, keys and values of one head are matrices of rows.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// What rows of scores may see. A row that may see nothing gives all elements the same weight.
typedef struct {
  const int32_t *limits;  // how many of the first elements row i sees; NULL for all
  const float *bias;      // added to row i from bias + i * ld on, -infinity to hide; NULL for 0
  size_t ld;
} gannet_mask;

// MARK: masked_softmax.c

/// y = softmax(scale x + bias) of `rows` rows of `size` elements, exactly 0 where an element is
/// hidden.
void gannet_masked_softmax(const float *x, gannet_mask mask, float scale, float *y, size_t rows,
                           size_t size);
/// dx from dy and the result y.
void gannet_masked_softmax_backward(const float *dy, const float *y, gannet_mask mask, float scale,
                                    float *dx, size_t rows, size_t size);
/// y[i] = 1 where row i of `size` elements sees nothing, else 0.
void gannet_rows_without_sight(gannet_mask mask, float *y, size_t rows, size_t size);

// MARK: additive_scores.c

/// scores[i] = weight . tanh(query + key i) for `count` keys, rows of `features` elements.
void gannet_additive_scores(const float *query, const float *keys, const float *weight,
                            float *scores, size_t count, size_t features);
/// From gradient[q][k] of the score of query q and key k, the gradients of an example's queries,
/// keys (added to what is there) and weight (likewise); rows are `ld` apart.
void gannet_additive_scores_backward(const float *gradient, const float *queries, const float *keys,
                                     const float *weight, float *query_gradient,
                                     float *key_gradient, double *weight_gradient,
                                     size_t query_count, size_t key_count, size_t ld,
                                     size_t features);
