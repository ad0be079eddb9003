#include "CGannetKernels.h"
#include "lanes.h"

#define TILE 16  // a line of the cache

#define ROW(i) load(x + (i) * ld_x)
#define MIX(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)

// Transposes 8 by 8 elements: pairs of rows, then pairs of pairs, then halves change places.
GANNET_INLINE void transpose_block(const float *x, size_t ld_x, float *y, size_t ld_y) {
  lanes a[8], b[8];
  GANNET_UNROLL
  for (int i = 0; i < 8; i += 2) {
    const lanes even = ROW(i), odd = ROW(i + 1);
    a[i] = MIX(even, odd, 0, 8, 1, 9, 4, 12, 5, 13);
    a[i + 1] = MIX(even, odd, 2, 10, 3, 11, 6, 14, 7, 15);
  }
  GANNET_UNROLL
  for (int i = 0; i < 8; i += 4) {
    GANNET_UNROLL
    for (int j = 0; j < 2; j++) {
      b[i + 2 * j] = MIX(a[i + j], a[i + j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      b[i + 2 * j + 1] = MIX(a[i + j], a[i + j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  }
  GANNET_UNROLL
  for (int i = 0; i < 4; i++) {
    store(y + i * ld_y, MIX(b[i], b[i + 4], 0, 1, 2, 3, 8, 9, 10, 11));
    store(y + (i + 4) * ld_y, MIX(b[i], b[i + 4], 4, 5, 6, 7, 12, 13, 14, 15));
  }
}

// Works in tiles, so that whole cache lines are read and written. The tile is collected in a buffer,
// since the lines of a column may map to the same few cache sets.
GANNET_CLONES void gannet_transpose(const float *x, size_t ld_x, float *y, size_t ld_y, size_t rows,
                                    size_t columns) {
  float tile[TILE * TILE];
  for (size_t top = 0; top < rows; top += TILE)
    for (size_t left = 0; left < columns; left += TILE) {
      const size_t height = rows - top < TILE ? rows - top : TILE;
      const size_t width = columns - left < TILE ? columns - left : TILE;
      if (height == TILE && width == TILE) {
        for (size_t j = 0; j < TILE; j += 8)
          for (size_t i = 0; i < TILE; i += 8)
            transpose_block(x + (left + j) * ld_x + top + i, ld_x, tile + i * TILE + j, TILE);
        for (size_t i = 0; i < TILE; i++)
          for (size_t j = 0; j < TILE; j++) y[(top + i) * ld_y + left + j] = tile[i * TILE + j];
      } else {
        for (size_t j = 0; j < width; j++)
          for (size_t i = 0; i < height; i++)
            y[(top + i) * ld_y + left + j] = x[(left + j) * ld_x + top + i];
      }
    }
}
