#include "CGannetKernels.h"
#include "lanes.h"

// A block of the result is kept in twelve vector registers, so that each load serves several
// products: six rows of two vectors, or up to twelve of one.
#define VECTORS 12
_Static_assert(GANNET_PANEL == 2 * LANES, "a panel is two vectors wide");

// The largest number of products in one chain of sums: longer chains lose precision.
#define CHAIN 512

#define EACH_COUNT(count, CASE)                                                              \
  switch (count) {                                                                           \
    CASE(1) break; CASE(2) break; CASE(3) break; CASE(4) break; CASE(5) break; CASE(6) break; \
    CASE(7) break; CASE(8) break; CASE(9) break; CASE(10) break; CASE(11) break;             \
  }

// Product of the rows that begin at x[i] with b. `start` is NULL or has `vectors` whole vectors.
GANNET_INLINE void multiply_block(ptrdiff_t rows, ptrdiff_t vectors, const float *const *x,
                                  const gannet_rows *form, const float *b, const float *start,
                                  float *const *y, ptrdiff_t columns) {
  lanes sums[VECTORS];
  GANNET_UNROLL
  for (ptrdiff_t i = 0; i < rows; i++) {
    GANNET_UNROLL
    for (ptrdiff_t v = 0; v < vectors; v++)
      sums[i * vectors + v] = form->adding || !start ? (lanes){0} : load(start + v * LANES);
  }
  for (ptrdiff_t tap = 0; tap < form->tap_count; tap++) {
    const ptrdiff_t first = form->taps[tap];
    for (ptrdiff_t k = first; k < first + form->run; k++, b += GANNET_PANEL) {
      lanes factors[2];
      GANNET_UNROLL
      for (ptrdiff_t v = 0; v < vectors; v++) factors[v] = load(b + v * LANES);
      GANNET_UNROLL
      for (ptrdiff_t i = 0; i < rows; i++) {
        GANNET_UNROLL
        for (ptrdiff_t v = 0; v < vectors; v++)
          sums[i * vectors + v] = sums[i * vectors + v] + x[i][k] * factors[v];
      }
    }
  }
  // An earlier sum is added at the end: continuing it would lengthen the chain.
  if (form->adding) {
    GANNET_UNROLL
    for (ptrdiff_t i = 0; i < rows; i++) {
      GANNET_UNROLL
      for (ptrdiff_t v = 0; v < vectors; v++)
        sums[i * vectors + v] =
            load_part(y[i] + v * LANES, columns - v * LANES) + sums[i * vectors + v];
    }
  }
  GANNET_UNROLL
  for (ptrdiff_t i = 0; i < rows; i++) {
    GANNET_UNROLL
    for (ptrdiff_t v = 0; v < vectors; v++)
      store_part(y[i] + v * LANES, sums[i * vectors + v], columns - v * LANES);
  }
}

// Calls multiply_block for a number of rows that is known only at run time.
GANNET_INLINE void multiply_some(ptrdiff_t rows, ptrdiff_t vectors, const float *const *x,
                                 const gannet_rows *form, const float *b, const float *start,
                                 float *const *y, ptrdiff_t columns) {
#define CASE(n) \
  case n:       \
    if (n * vectors <= VECTORS) multiply_block(n, vectors, x, form, b, start, y, columns);
  EACH_COUNT(rows, CASE)
#undef CASE
}

// Computes all rows of a panel's columns, of `vectors` vectors.
GANNET_INLINE void multiply_panel(ptrdiff_t vectors, const float *x, const gannet_rows *form,
                                  const float *b, const float *start, float *y, ptrdiff_t ld_y,
                                  ptrdiff_t columns) {
  // Eight rows of one vector, limited by the registers for their pixels' addresses.
  const ptrdiff_t block = vectors == 1 ? 8 : VECTORS / vectors;
  const ptrdiff_t count = form->height * form->width;
  const float *from[VECTORS];
  float *to[VECTORS];
  ptrdiff_t row = 0, column = 0, filled = 0;
  for (ptrdiff_t i = 0; i < count; i++) {
    from[filled] = x + row * form->row_step + column * form->step;
    to[filled] = y + i * ld_y;
    filled++;
    column++;
    if (column == form->width) column = 0, row++;
    if (filled == block) {
      multiply_block(block, vectors, from, form, b, start, to, columns);
      filled = 0;
    }
  }
  multiply_some(filled, vectors, from, form, b, start, to, columns);
}

// Products with a part of the taps, one chain of sums each.
GANNET_INLINE void multiply_part(const float *x, gannet_rows form, const float *b, ptrdiff_t panel,
                                 const float *start, float *y, ptrdiff_t ld_y, ptrdiff_t columns) {
  for (ptrdiff_t first = 0; first < columns; first += GANNET_PANEL, b += panel) {
    const ptrdiff_t rest = columns - first;
    const float *bias = start ? start + first : NULL;
    // Padded once: loads of a part of a vector wait for the stores that put it together.
    float padded[GANNET_PANEL] = {0};
    if (bias && rest < GANNET_PANEL) bias = memcpy(padded, bias, rest * sizeof *bias);
    if (rest > LANES) {
      multiply_panel(2, x, &form, b, bias, y + first, ld_y, rest);
    } else {
      multiply_panel(1, x, &form, b, bias, y + first, ld_y, rest);
    }
  }
}

GANNET_CLONES void gannet_multiply_rows(const float *x, gannet_rows form, const float *b,
                                        ptrdiff_t panel, const float *start, float *y,
                                        ptrdiff_t ld_y, ptrdiff_t columns) {
  if (form.tap_count * form.run <= CHAIN) {
    multiply_part(x, form, b, panel, start, y, ld_y, columns);
    return;
  }
  gannet_rows part = form;
  if (form.run <= CHAIN) {
    const ptrdiff_t count = CHAIN / form.run;
    for (ptrdiff_t tap = 0; tap < form.tap_count; tap += count) {
      part.taps = form.taps + tap;
      part.tap_count = form.tap_count - tap < count ? form.tap_count - tap : count;
      multiply_part(x, part, b + tap * form.run * GANNET_PANEL, panel, start, y, ld_y, columns);
      part.adding = true;
    }
    return;
  }
  part.tap_count = 1;
  for (ptrdiff_t tap = 0; tap < form.tap_count; tap++)
    for (ptrdiff_t first = 0; first < form.run; first += CHAIN) {
      part.taps = form.taps + tap;
      part.run = form.run - first < CHAIN ? form.run - first : CHAIN;
      multiply_part(x + first, part, b + (tap * form.run + first) * GANNET_PANEL, panel, start, y,
                    ld_y, columns);
      part.adding = true;
    }
}

// sums[i][0..columns) += x[.][i] y[.][0..columns) for `rows` values of i, over all pixels.
GANNET_INLINE void add_outer_block(ptrdiff_t rows, ptrdiff_t vectors, const float *x,
                                   const gannet_pixels *form, const float *y, float *sums,
                                   ptrdiff_t ld_sums, ptrdiff_t columns) {
  lanes block[VECTORS];
  GANNET_UNROLL
  for (ptrdiff_t i = 0; i < rows; i++) {
    // Prefetched during the products.
    __builtin_prefetch(sums + i * ld_sums, 1);
    GANNET_UNROLL
    for (ptrdiff_t v = 0; v < vectors; v++) block[i * vectors + v] = (lanes){0};
  }
  // Elements read beyond the columns do not enter stored sums. The last pixels are loaded in part,
  // so that no read passes the end of y.
  const ptrdiff_t beyond = vectors * LANES - columns;
  const ptrdiff_t last = beyond > 0 ? (beyond + form->ld_y - 1) / form->ld_y : 0;
  ptrdiff_t rest = form->height * form->width;
  for (ptrdiff_t row = 0; row < form->height; row++) {
    const float *a = x + row * form->row_step;
    for (ptrdiff_t column = 0; column < form->width; column++, a += form->step, y += form->ld_y) {
      const int whole = rest-- > last;
      lanes factors[2];
      GANNET_UNROLL
      for (ptrdiff_t v = 0; v < vectors; v++)
        factors[v] = whole ? load(y + v * LANES) : load_part(y + v * LANES, columns - v * LANES);
      GANNET_UNROLL
      for (ptrdiff_t i = 0; i < rows; i++) {
        GANNET_UNROLL
        for (ptrdiff_t v = 0; v < vectors; v++)
          block[i * vectors + v] = block[i * vectors + v] + a[i] * factors[v];
      }
    }
  }
  GANNET_UNROLL
  for (ptrdiff_t i = 0; i < rows; i++) {
    GANNET_UNROLL
    for (ptrdiff_t v = 0; v < vectors; v++) {
      float *sum = sums + i * ld_sums + v * LANES;
      const ptrdiff_t rest = columns - v * LANES;
      store_part(sum, load_part(sum, rest) + block[i * vectors + v], rest);
    }
  }
}

GANNET_INLINE void add_outer_panel(ptrdiff_t vectors, const float *x, const gannet_pixels *form,
                                   const float *y, float *sums, ptrdiff_t ld_sums,
                                   ptrdiff_t rows, ptrdiff_t columns) {
  const ptrdiff_t block = VECTORS / vectors;
  ptrdiff_t i = 0;
  for (; i + block <= rows; i += block)
    add_outer_block(block, vectors, x + i, form, y, sums + i * ld_sums, ld_sums, columns);
#define CASE(n)                                                                               \
  case n:                                                                                     \
    if (n * vectors <= VECTORS)                                                               \
      add_outer_block(n, vectors, x + i, form, y, sums + i * ld_sums, ld_sums, columns);
  EACH_COUNT(rows - i, CASE)
#undef CASE
}

// Products over a part of the pixels.
GANNET_INLINE void add_outer_part(const float *x, gannet_pixels form, const float *y, float *sums,
                                  ptrdiff_t ld_sums, ptrdiff_t rows, ptrdiff_t columns) {
  for (ptrdiff_t first = 0; first < columns; first += 2 * LANES) {
    const ptrdiff_t rest = columns - first;
    if (rest > LANES) {
      add_outer_panel(2, x, &form, y + first, sums + first, ld_sums, rows, rest);
    } else {
      add_outer_panel(1, x, &form, y + first, sums + first, ld_sums, rows, rest);
    }
  }
}

GANNET_CLONES void gannet_add_outer(const float *x, gannet_pixels form, const float *y,
                                    float *sums, ptrdiff_t ld_sums, ptrdiff_t rows,
                                    ptrdiff_t columns) {
  gannet_pixels part = form;
  if (form.width <= CHAIN) {
    // Parts of about as many rows each.
    const ptrdiff_t count = (form.width * form.height + CHAIN - 1) / CHAIN;
    const ptrdiff_t height = count > 1 ? (form.height + count - 1) / count : form.height;
    for (ptrdiff_t row = 0; row < form.height; row += height) {
      part.height = form.height - row < height ? form.height - row : height;
      add_outer_part(x + row * form.row_step, part, y + row * form.width * form.ld_y, sums,
                     ld_sums, rows, columns);
    }
    return;
  }
  part.height = 1;
  for (ptrdiff_t row = 0; row < form.height; row++)
    for (ptrdiff_t column = 0; column < form.width; column += CHAIN) {
      part.width = form.width - column < CHAIN ? form.width - column : CHAIN;
      add_outer_part(x + row * form.row_step + column * form.step, part,
                     y + (row * form.width + column) * form.ld_y, sums, ld_sums, rows, columns);
    }
}
