// recurrent.c: what follows the product of the state and the recurrent weight in one step of a
// cell, and what comes before it on the way back.
//
// Gates are rows of 4 parts of `units`. A row whose sequence is over keeps its state; its gates get
// no gradient. `dy` is the gradient of the state by what reads it as an output, `dh` and `dc` those
// by the next step; these become those by this step, but for what flows through the product, which
// the caller adds.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gannet_products.h"

typedef struct {
  size_t rows, units;
  const int32_t *lengths;  // of the sequences; NULL where none is over
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

/// The same in two halves, where r acts before the product: q = sigmoid(r) h_before, whose product
/// the caller adds to n; then n = tanh(n), and h as above.
void gannet_gru_reset(gannet_step step, gannet_matrix gates, gannet_matrix h_before);
void gannet_gru_candidate(gannet_step step, gannet_matrix gates, gannet_matrix h_before,
                          gannet_matrix h);
/// Sets the gradients of z and n and clears that of q, to which the caller adds; then sets that of
/// r.
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
