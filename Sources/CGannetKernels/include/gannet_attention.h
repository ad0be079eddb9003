// Attention: queries, keys and values of one head are matrices of rows.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gannet_products.h"

/// A mask of rows of scores. A row whose elements are all hidden gives them equal weights.
typedef struct {
  const int32_t *limits;  // row i has its first limits[i] elements visible; NULL for all
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
/// y[i] = 1 where all `size` elements of row i are hidden, else 0.
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

// MARK: rotary.c

/// For each of `positions` positions from `first` on, the cosines and then the sines of its product
/// with base^(-j / pairs), j = 0, 1, ..., `pairs` each.
void gannet_rotary_table(double base, size_t first, size_t positions, size_t pairs, float *table);
/// Rotates the first 2 `pairs` elements of each of `heads` vectors of `depth` elements in place, by
/// the angles of a row of such a table times `direction`, 1 or -1. Pair j is elements 2 j and 2 j + 1
/// if `interleaved`, else j and j + `pairs`.
void gannet_rotate_pairs(float *x, const float *table, float direction, bool interleaved,
                         size_t heads, size_t depth, size_t pairs);

// MARK: attention.c: softmax(scale q k^T + mask) v of one head, block by block
//
// The scores of a block of queries and keys stay in the cache. With one block of keys this is the
// softmax of whole rows; with several, the sums so far are scaled when a larger score comes (Dao et
// al., "FlashAttention", 2022), and no more than a block of scores is stored.

/// The queries and keys of a block.
#define GANNET_QUERY_BLOCK 64
#define GANNET_KEY_BLOCK 128

/// Dropout of a head's weights: weight j of query i is draw first + i * keys + j.
typedef struct {
  gannet_stream stream;
  uint64_t first;
  float probability;  // 0 for none
  float scale;
} gannet_draws;

/// The attention of one head, or of some of its queries.
typedef struct {
  size_t queries, keys;
  size_t depth, value_depth;  // columns of queries and keys, and of values
  float scale;
  gannet_mask mask;
  gannet_draws draws;
  gannet_matrix query;   // queries by depth
  gannet_matrix output;  // queries by value_depth
  float *statistics;     // of each query the largest score and 1 / the sum of the powers
} gannet_attention;

/// The keys and values of a head: packed by blocks of keys for products, or, for few queries of the
/// forward pass, as they are, and the rest NULL.
typedef struct {
  gannet_matrix key_rows, value_rows;
  float *keys_across;    // transposed
  float *values;         // for the forward pass
  float *values_across;  // transposed, and
  float *keys;           // for the backward pass
} gannet_packed_head;

/// The floats that each of the four takes.
size_t gannet_packed_across(size_t keys, size_t columns);
size_t gannet_packed_along(size_t keys, size_t columns);
/// Packs `keys` rows of a matrix; `along` or `across` may be NULL.
void gannet_pack_head(gannet_matrix rows, size_t keys, size_t columns, float *across, float *along);

/// The floats of memory for a call of the following.
size_t gannet_attention_scratch(void);
/// Computes `output`, and `statistics` if that is not NULL.
void gannet_attention_forward(const gannet_attention *head, gannet_packed_head packed,
                              float *scratch);
/// From dy, the output's gradient, computes dq, and adds to dk and dv.
void gannet_attention_backward(const gannet_attention *head, gannet_packed_head packed,
                               gannet_matrix dy, gannet_matrix dq, gannet_matrix dk,
                               gannet_matrix dv, float *scratch);
