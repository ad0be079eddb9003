#include <string.h>

#include "CGannetKernels.h"

#define WIDTH GANNET_PANEL
#define DEPTH GANNET_DEPTH
#define HEIGHT 6  // rows of a tile, whose sums fill the registers of AVX2

typedef float lanes __attribute__((vector_size(WIDTH * sizeof(float))));
typedef lanes unaligned_lanes __attribute__((aligned(sizeof(float)), may_alias));

// Copies up to WIDTH floats without calling memcpy.
__attribute__((always_inline)) static inline void copy(float *to, const float *from, size_t count) {
  if (count == WIDTH) {
    memcpy(to, from, WIDTH * sizeof *to);
    return;
  }
  for (size_t size = WIDTH / 2; size > 0; size /= 2) {
    if (!(count & size)) continue;
    for (size_t j = 0; j < size; j++) to[j] = from[j];
    to += size;
    from += size;
  }
}

size_t gannet_packed_count(size_t k, size_t n) { return (n + WIDTH - 1) / WIDTH * WIDTH * k; }

// Layout: consecutive blocks of DEPTH rows, each of consecutive panels of WIDTH columns.
GANNET_CLONES void gannet_pack(const float *b, size_t ld, bool transposed, size_t k, size_t n,
                               float *packed, size_t first, size_t last) {
  const size_t padded = (n + WIDTH - 1) / WIDTH * WIDTH;
  for (size_t top = 0; top < k; top += DEPTH) {
    const size_t depth = k - top < DEPTH ? k - top : DEPTH;
    for (size_t left = first; left < last; left += WIDTH) {
      float *panel = packed + top * padded + left * depth;
      const size_t width = n - left < WIDTH ? n - left : WIDTH;
      if (width < WIDTH) memset(panel, 0, depth * WIDTH * sizeof *panel);
      if (transposed) {
        gannet_transpose(b + left * ld + top, ld, panel, WIDTH, depth, width);
      } else {
        for (size_t i = 0; i < depth; i++)
          memcpy(panel + i * WIDTH, b + (top + i) * ld + left, width * sizeof *panel);
      }
    }
  }
}

// c = base + a panel for `rows` rows of a, a compile-time constant, whose elements along rows and
// depth are the two strides apart. The sum of DEPTH products is added to the base last: one chain
// over all blocks would lose precision.
__attribute__((always_inline)) static inline void tile(const float *a, size_t row_stride,
                                                       size_t depth_stride, const float *panel,
                                                       gannet_matrix base, gannet_matrix c,
                                                       size_t depth, size_t rows) {
  lanes sums[HEIGHT];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++) sums[i] = (lanes){0};
  for (size_t k = 0; k < depth; k++) {
    const lanes row = *(const unaligned_lanes *)(panel + k * WIDTH);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) sums[i] += a[i * row_stride + k * depth_stride] * row;
  }
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++)
    *(unaligned_lanes *)(c.start + i * c.ld) =
        *(const unaligned_lanes *)(base.start + i * base.ld) + sums[i];
}

__attribute__((always_inline)) static inline void full_block(const float *a, size_t row_stride,
                                                             size_t depth_stride,
                                                             const float *panel,
                                                             gannet_matrix base, gannet_matrix c,
                                                             size_t depth, size_t rows) {
#define CASE(ROWS) \
  case ROWS: tile(a, row_stride, depth_stride, panel, base, c, depth, ROWS); break;
  switch (rows) { CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) }
}

// Computes a block of `rows` by `width` elements, at most HEIGHT by WIDTH; a narrower block uses a
// padded buffer.
__attribute__((always_inline)) static inline void block(const float *a, size_t row_stride,
                                                        size_t depth_stride, const float *panel,
                                                        gannet_matrix base, gannet_matrix c,
                                                        size_t depth, size_t rows, size_t width) {
  if (width == WIDTH) {
    full_block(a, row_stride, depth_stride, panel, base, c, depth, rows);
    return;
  }
  float sums[HEIGHT * WIDTH] = {0};
  const gannet_matrix buffer = {sums, WIDTH};
  for (size_t i = 0; i < rows; i++) copy(sums + i * WIDTH, base.start + i * base.ld, width);
  full_block(a, row_stride, depth_stride, panel, buffer, buffer, depth, rows);
  for (size_t i = 0; i < rows; i++) copy(c.start + i * c.ld, sums + i * WIDTH, width);
}

// The most panels that a row is multiplied by at once: a single one would wait for each sum before the
// next.
#define PANELS 4

// c = base + a row of a by `panels` panels, a compile-time constant, which are `panel` floats apart; the
// last has `width` columns.
__attribute__((always_inline)) static inline void row_by_panels(const float *a, const float *packed,
                                                                size_t panel, const float *base,
                                                                float *c, size_t depth,
                                                                size_t panels, size_t width) {
  lanes sums[PANELS];
#pragma clang loop unroll(full)
  for (size_t p = 0; p < panels; p++) sums[p] = (lanes){0};
  for (size_t k = 0; k < depth; k++) {
#pragma clang loop unroll(full)
    for (size_t p = 0; p < panels; p++)
      sums[p] += a[k] * *(const unaligned_lanes *)(packed + p * panel + k * WIDTH);
  }
#pragma clang loop unroll(full)
  for (size_t p = 0; p < panels; p++, base += WIDTH, c += WIDTH) {
    if (p + 1 < panels || width == WIDTH) {
      *(unaligned_lanes *)c = *(const unaligned_lanes *)base + sums[p];
    } else {
      lanes last = {0};
      copy((float *)&last, base, width);
      last += sums[p];
      copy(c, (const float *)&last, width);
    }
  }
}

__attribute__((always_inline)) static inline void row(const float *a, const float *packed,
                                                      size_t panel, const float *base, float *c,
                                                      size_t depth, size_t n) {
  for (size_t left = 0; left < n; left += PANELS * WIDTH) {
    const size_t rest = n - left, panels = (rest + WIDTH - 1) / WIDTH;
    const size_t width = rest < panels * WIDTH ? rest - (panels - 1) * WIDTH : WIDTH;
    const float *first = packed + left / WIDTH * panel;
#define ROW(COUNT, LAST) row_by_panels(a, first, panel, base + left, c + left, depth, COUNT, LAST)
    switch (panels) {
      case 1: ROW(1, width); break;
      case 2: ROW(2, width); break;
      case 3: ROW(3, width); break;
      case 4: ROW(4, width); break;
      default: ROW(PANELS, WIDTH);
    }
  }
}

static inline gannet_matrix from(gannet_matrix matrix, size_t row, size_t column) {
  return (gannet_matrix){matrix.start + row * matrix.ld + column, matrix.ld};
}

// Runs BODY for blocks of up to HEIGHT rows of nearly equal size: a small last block would underuse
// the FMA units.
#define FOR_BLOCKS(count, BODY)                                                       \
  for (size_t row = 0, left_over = (count), rows; left_over > 0; row += rows, left_over -= rows) { \
    const size_t blocks = (left_over + HEIGHT - 1) / HEIGHT;                          \
    rows = (left_over + blocks - 1) / blocks;                                         \
    BODY                                                                              \
  }

GANNET_CLONES void gannet_multiply_part(gannet_matrix a, const float *packed, size_t panel,
                                        gannet_matrix base, gannet_matrix c, size_t count,
                                        size_t k, size_t n) {
  if (count == 1) {
    row(a.start, packed, panel, base.start, c.start, k, n);
    return;
  }
  for (size_t left = 0; left < n; left += WIDTH) {
    const float *columns = packed + left / WIDTH * panel;
    const size_t width = n - left < WIDTH ? n - left : WIDTH;
    FOR_BLOCKS(count, block(a.start + row * a.ld, a.ld, 1, columns, from(base, row, left),
                            from(c, row, left), k, rows, width);)
  }
}

GANNET_CLONES void gannet_multiply_packed(gannet_matrix a, const float *packed, gannet_matrix base,
                                          gannet_matrix c, size_t count, size_t k, size_t n) {
  const size_t panels = (n + WIDTH - 1) / WIDTH;
  for (size_t top = 0; top < k; top += DEPTH) {
    const size_t depth = k - top < DEPTH ? k - top : DEPTH;
    gannet_multiply_part((gannet_matrix){a.start + top, a.ld}, packed, depth * WIDTH, base, c,
                         count, depth, n);
    packed += panels * depth * WIDTH;
    base = c;
  }
}

GANNET_CLONES void gannet_add_products(gannet_matrix a, gannet_matrix b, gannet_matrix c,
                                       size_t count, size_t m, size_t n) {
  float panel[DEPTH * WIDTH] __attribute__((aligned(64)));
  for (size_t top = 0; top < count; top += DEPTH) {
    const size_t depth = count - top < DEPTH ? count - top : DEPTH;
    for (size_t left = 0; left < n; left += WIDTH) {
      const size_t width = n - left < WIDTH ? n - left : WIDTH;
      if (width < WIDTH) memset(panel, 0, sizeof panel);
      for (size_t k = 0; k < depth; k++)
        copy(panel + k * WIDTH, b.start + (top + k) * b.ld + left, width);
      FOR_BLOCKS(m, block(a.start + top * a.ld + row, 1, a.ld, panel, from(c, row, left),
                          from(c, row, left), depth, rows, width);)
    }
  }
}
