// packed_product.c: products with a packed matrix, which is used many times.
//
// The result of a row does not depend on the other rows. 94 to 98 GFLOP/s on a core of Zen 3 at 16
// rows and more, where OpenBLAS, which packs at each call, reaches 53 to 82.
#pragma once

#include <stdbool.h>
#include <stddef.h>

/// Row i begins at start + i * ld.
typedef struct {
  float *start;
  size_t ld;
} gannet_matrix;

/// The columns of a panel, whose rows are contiguous: two vectors of AVX2, one of AVX-512.
#define GANNET_PANEL 16
/// The rows of a panel: 16 KB, which stay in the L1 cache.
#define GANNET_DEPTH 256

/// A packed matrix consists of consecutive blocks of GANNET_DEPTH rows, each of consecutive panels,
/// the last padded with zeros.

/// The number of floats in a packed matrix of k rows and n columns.
size_t gannet_packed_count(size_t k, size_t n);
/// Packs columns `first` ..< `last` of b, k by n, or of its transpose; both are multiples of 16, or
/// `last` is n.
void gannet_pack(const float *b, size_t ld, bool transposed, size_t k, size_t n, float *packed,
                 size_t first, size_t last);
/// c = base + a b for `count` rows and positive k; `base` may be c, or a row with ld 0, which
/// repeats it.
void gannet_multiply_packed(gannet_matrix a, const float *packed, gannet_matrix base,
                            gannet_matrix c, size_t count, size_t k, size_t n);
/// As gannet_multiply_packed, with the first k rows and n columns of a packed matrix of at most
/// GANNET_DEPTH rows, whose panels are `panel` floats apart.
void gannet_multiply_part(gannet_matrix a, const float *packed, size_t panel, gannet_matrix base,
                          gannet_matrix c, size_t count, size_t k, size_t n);

/// c += a^T b, for a of `count` rows by m, b of `count` rows by n, and c of m by n.
void gannet_add_products(gannet_matrix a, gannet_matrix b, gannet_matrix c, size_t count, size_t m,
                         size_t n);
