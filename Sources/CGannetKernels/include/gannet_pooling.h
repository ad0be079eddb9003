// pooling.c: pooling of channels-last images.
//
// Each pixel of y has a window on x, given by a range of rows and a range of columns. The backward
// pass visits, for each pixel of x, the pixels of y whose windows contain it (its owners), so that
// each element of dx is written once, by the thread of its row.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// The range first ..< end.
typedef struct {
  int32_t first, end;
} gannet_span;

typedef struct {
  size_t height, width, channels;     // of an image of x
  size_t ld;                          // from a pixel of x to the next
  size_t ld_y;                        // from a pixel of y, or dy, to the next; `channels` in dx
  size_t out_height, out_width;       // of an image of y
  size_t window_width;                // of the widest window
  const gannet_span *rows, *columns;  // by row and column of y: the window's range
  const gannet_span *row_owners, *column_owners;  // by row and column of x: windows covering it
  const float *row_shares, *column_shares;        // by row and column of y: factors of a mean
} gannet_pooling;

/// Rows first ..< end of y, counted over all images. `index`, which may be NULL, gets the first
/// position of each maximum in its window, in row-major order (a NaN is the largest).
void gannet_max_pool(const float *x, float *y, uint16_t *index, const gannet_pooling *form,
                     size_t first, size_t end);
/// Rows first ..< end of dx.
void gannet_max_pool_backward(const float *dy, const uint16_t *index, float *dx,
                              const gannet_pooling *form, size_t first, size_t end);
/// Rows first ..< end of y: the elements of x at the positions of `index`.
void gannet_max_pool_gather(const float *x, const uint16_t *index, float *y,
                            const gannet_pooling *form, size_t first, size_t end);
/// `buffer` has room for a row of x and eight floats more.
void gannet_average_pool(const float *x, float *y, float *buffer, const gannet_pooling *form,
                         size_t first, size_t end);
/// `buffer` has room for a row of y and eight floats more.
void gannet_average_pool_backward(const float *dy, float *dx, float *buffer,
                                  const gannet_pooling *form, size_t first, size_t end);
