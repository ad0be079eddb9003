#include "CGannetKernels.h"

#define TILE 16  // a line of the cache

// Uses a buffer, so that whole cache lines are read and written: the lines of a column may map to
// the same few cache sets.
GANNET_CLONES void gannet_transpose(const float *x, size_t ld_x, float *y, size_t ld_y, size_t rows,
                                    size_t columns) {
  float tile[TILE][TILE];
  for (size_t top = 0; top < rows; top += TILE)
    for (size_t left = 0; left < columns; left += TILE) {
      const size_t height = rows - top < TILE ? rows - top : TILE;
      const size_t width = columns - left < TILE ? columns - left : TILE;
      if (height == TILE && width == TILE) {
        for (size_t j = 0; j < TILE; j++)
          for (size_t i = 0; i < TILE; i++) tile[j][i] = x[(left + j) * ld_x + top + i];
        for (size_t i = 0; i < TILE; i++)
          for (size_t j = 0; j < TILE; j++) y[(top + i) * ld_y + left + j] = tile[j][i];
      } else {
        for (size_t j = 0; j < width; j++)
          for (size_t i = 0; i < height; i++)
            y[(top + i) * ld_y + left + j] = x[(left + j) * ld_x + top + i];
      }
    }
}
