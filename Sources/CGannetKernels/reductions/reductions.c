#include <math.h>
#include <string.h>

#include "CGannetKernels.h"

#define INLINE __attribute__((always_inline)) static inline
#define TILE 512    // columns at a time, whose sums stay in the cache
#define WIDE 64     // columns that fill vectors
#define NEAR 65536  // elements that the cache may hold

INLINE size_t tile_width(size_t first, size_t columns) {
  return columns - first < TILE ? columns - first : TILE;
}

// sums[j] += x[i][j], for data in the cache. Eight rows at a time are added pairwise in single
// precision, exactly where they are equal; the rest is in double precision.
INLINE void add_near(const float *x, size_t ld, double *sums, size_t rows, size_t columns) {
  for (size_t i = 0; i < rows; i += 8, x += 8 * ld) {
    const float *y = x + 4 * ld;
    for (size_t j = 0; j < columns; j++)
      sums[j] += ((x[j] + x[ld + j]) + (x[2 * ld + j] + x[3 * ld + j])) +
                 ((y[j] + y[ld + j]) + (y[2 * ld + j] + y[3 * ld + j]));
  }
}

// add_near for rows that are far apart in memory: reads row after row, with results equal bit for bit.
INLINE void add_far(const float *x, size_t ld, double *sums, size_t rows, size_t columns) {
  float a[TILE], b[TILE], c[TILE];
  for (size_t i = 0; i < rows; i += 8, x += 8 * ld) {
    for (size_t j = 0; j < columns; j++) a[j] = x[j];
    for (size_t j = 0; j < columns; j++) a[j] += x[ld + j];
    for (size_t j = 0; j < columns; j++) b[j] = x[2 * ld + j];
    for (size_t j = 0; j < columns; j++) a[j] += b[j] + x[3 * ld + j];
    for (size_t j = 0; j < columns; j++) b[j] = x[4 * ld + j];
    for (size_t j = 0; j < columns; j++) b[j] += x[5 * ld + j];
    for (size_t j = 0; j < columns; j++) c[j] = x[6 * ld + j];
    for (size_t j = 0; j < columns; j++) sums[j] += a[j] + (b[j] + (c[j] + x[7 * ld + j]));
  }
}

INLINE void add_wide(const float *x, size_t ld, double *sums, size_t rows, size_t columns) {
  const size_t whole = rows / 8 * 8;
  if (rows * columns > NEAR)
    add_far(x, ld, sums, whole, columns);
  else
    add_near(x, ld, sums, whole, columns);
  for (size_t i = whole; i < rows; i++)
    for (size_t j = 0; j < columns; j++) sums[j] += x[i * ld + j];
}

// Adds up the rows of at most a tile's columns. Several narrow contiguous rows are treated as one
// wide row.
INLINE void add_tile(const float *x, size_t ld, double *sums, size_t rows, size_t columns) {
  const size_t fold = columns > 0 ? WIDE / columns : 0, width = fold * columns;
  if (fold > 1 && ld == columns && rows >= 8 * fold) {
    double wide[WIDE] = {0};
    add_wide(x, width, wide, rows / fold, width);
    for (size_t k = 0; k < fold; k++)
      for (size_t j = 0; j < columns; j++) sums[j] += wide[k * columns + j];
    x += rows / fold * width;
    rows %= fold;
  }
  add_wide(x, ld, sums, rows, columns);
}

GANNET_CLONES double gannet_sum(const float *x, size_t count) {
  GANNET_REASSOCIATE
  const size_t whole = count / (8 * WIDE) * 8 * WIDE;
  double sum = 0;
  if (whole > 0) {
    double wide[WIDE] = {0};
    add_wide(x, WIDE, wide, whole / WIDE, WIDE);
    for (size_t j = 0; j < WIDE; j++) sum += wide[j];
  }
  for (size_t i = whole; i < count; i++) sum += x[i];
  return sum;
}

GANNET_CLONES void gannet_sum_rows(const float *x, size_t ld, double divisor, float *y, size_t rows,
                                   size_t columns) {
  for (size_t first = 0; first < columns; first += TILE) {
    const size_t width = tile_width(first, columns);
    double sums[TILE];
    for (size_t j = 0; j < width; j++) sums[j] = 0;
    add_tile(x + first, ld, sums, rows, width);
    for (size_t j = 0; j < width; j++) y[first + j] = (float)(sums[j] / divisor);
  }
}

GANNET_CLONES void gannet_accumulate_rows(const float *x, size_t ld, double *sums, size_t rows,
                                          size_t columns) {
  for (size_t first = 0; first < columns; first += TILE)
    add_tile(x + first, ld, sums + first, rows, tile_width(first, columns));
}

GANNET_CLONES void gannet_add_rows(const float *x, size_t ld, float *sums, size_t rows,
                                   size_t columns) {
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++) sums[j] += x[i * ld + j];
}

GANNET_CLONES void gannet_deviations(const float *x, const float *centers, double *sums,
                                     double *squares, size_t rows, size_t columns) {
  GANNET_REASSOCIATE
  if (columns == 1) {
    const double center = *centers;
    double sum = 0, square = 0;
    for (size_t i = 0; i < rows; i++) {
      const double deviation = x[i] - center;
      sum += deviation;
      square += deviation * deviation;
    }
    *sums += sum;
    *squares += square;
    return;
  }
  for (size_t first = 0; first < columns; first += TILE) {
    const size_t end = first + tile_width(first, columns);
    for (size_t i = 0; i < rows; i++)
      for (size_t j = first; j < end; j++) {
        const double deviation = (double)x[i * columns + j] - centers[j];
        sums[j] += deviation;
        squares[j] += deviation * deviation;
      }
  }
}

GANNET_CLONES double gannet_sum_of_squares(const float *x, size_t count) {
  GANNET_REASSOCIATE
  double total = 0;
  for (size_t i = 0; i < count; i++) total += (double)x[i] * x[i];
  return total;
}

GANNET_CLONES double gannet_dot(const float *x, const float *y, size_t count) {
  GANNET_REASSOCIATE
  double total = 0;
  for (size_t i = 0; i < count; i++) total += (double)x[i] * y[i];
  return total;
}

GANNET_CLONES double gannet_sum_of_magnitudes(const float *x, size_t count) {
  GANNET_REASSOCIATE
  double total = 0;
  for (size_t i = 0; i < count; i++) total += (double)fabsf(x[i]);
  return total;
}

GANNET_CLONES double gannet_count_not_finite(const float *x, size_t count) {
  uint32_t found = 0;
  for (size_t i = 0; i < count; i++) {
    int32_t bits;  // tests the exponent's bits, independent of floating-point options
    memcpy(&bits, x + i, sizeof bits);
    found += (bits & 0x7fffffff) >= 0x7f800000;
  }
  return found;
}
