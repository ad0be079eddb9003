// recurrent.c: elementwise part of a recurrent cell's step, after the product of the state and the
// recurrent weight in the forward pass, and before it in the backward pass.
//
// Gates are rows of 4 parts of `units`. A row past the end of its sequence keeps its state; its
// gates get no gradient. `dy` is the state's gradient from the output, `dh` and `dc` are those from
// the next step, replaced by the gradients for the previous state without the product's part, which
// the caller adds.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gannet_products.h"

typedef struct {
  size_t rows, units;
  const int32_t *lengths;  // of the sequences; NULL if all rows are active
  int32_t step;
} gannet_step;

/// h = tanh(h) or max(h, 0).
void gannet_rnn_forward(gannet_step step, bool relu, gannet_matrix h_before, gannet_matrix h);
void gannet_rnn_backward(gannet_step step, bool relu, gannet_matrix h, gannet_matrix dy,
                         gannet_matrix dh, gannet_matrix dz);

/// Gates i, f, g, o: c = sigmoid(f) c_before + sigmoid(i) tanh(g), h = sigmoid(o) tanh(c). The
/// gates become their activations. `c` may be `c_before`.
void gannet_lstm_forward(gannet_step step, gannet_matrix gates, gannet_matrix h_before,
                         gannet_matrix c_before, gannet_matrix h, gannet_matrix c);
void gannet_lstm_backward(gannet_step step, gannet_matrix gates, gannet_matrix c_before,
                          gannet_matrix c, gannet_matrix dy, gannet_matrix dh, gannet_matrix dc,
                          gannet_matrix dgates);

/// Gates r, z, n and q, the state's share in n: n = tanh(n + sigmoid(r) q),
/// h = (1 - sigmoid(z)) n + sigmoid(z) h_before. The gates but q become their activations.
void gannet_gru_forward(gannet_step step, gannet_matrix gates, gannet_matrix h_before,
                        gannet_matrix h);
void gannet_gru_backward(gannet_step step, gannet_matrix gates, gannet_matrix h_before,
                         gannet_matrix dy, gannet_matrix dh, gannet_matrix dgates);

/// The GRU step in two parts, for the convention that applies the reset gate before the product with the
/// state's weights. `gannet_gru_reset` computes q = sigmoid(r) h_before, whose product the caller adds to
/// n; `gannet_gru_candidate` then computes n = tanh(n) and h as in `gannet_gru_forward`.
void gannet_gru_reset(gannet_step step, gannet_matrix gates, gannet_matrix h_before);
void gannet_gru_candidate(gannet_step step, gannet_matrix gates, gannet_matrix h_before,
                          gannet_matrix h);
/// Set the gradients of z and n and clear that of q, to which the caller adds; then set that of r.
void gannet_gru_candidate_backward(gannet_step step, gannet_matrix gates, gannet_matrix h_before,
                                   gannet_matrix dy, gannet_matrix dh, gannet_matrix dgates);
void gannet_gru_reset_backward(gannet_step step, gannet_matrix gates, gannet_matrix h_before,
                               gannet_matrix dh, gannet_matrix dgates);

/// sums[index[i]][j] += x[i][j] over the rows.
void gannet_add_rows_at(const float *x, size_t ld, const int32_t *index, float *sums,
                        size_t ld_sums, size_t rows, size_t columns);
/// y[i] = x[index[i]], row by row.
void gannet_gather_rows(const float *x, size_t ld, const int32_t *index, gannet_matrix y,
                        size_t rows, size_t columns);
