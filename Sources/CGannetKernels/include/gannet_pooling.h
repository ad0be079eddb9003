// pooling.c: windows over channels-last images, each channel by itself.
//
// An image of y has a window on x for each of its pixels, given by a range of rows and a range of
// columns. The way back asks, for each pixel of x, which pixels of y have it in their windows: so all of
// dx is written, once, by whoever owns its row.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// first ..< end
typedef struct {
  int32_t first, end;
} gannet_span;

typedef struct {
  size_t height, width, channels;     // of an image of x
  size_t ld;                          // from a pixel of x to the next; of all others: `channels`
  size_t out_height, out_width;       // of an image of y
  size_t window_width;                // of the widest window
  const gannet_span *rows, *columns;  // by row and by column of y: what their windows cover
  const gannet_span *row_owners, *column_owners;  // by row and by column of x: whose windows cover it
  const float *row_shares, *column_shares;        // by row and by column of y: factors of a mean
} gannet_pooling;

/// Rows first ..< end of y, counted over all images. `index` gets each largest's place in its window, row by
/// row, the first of several (a NaN counts as the largest); NULL where nobody asks.
void gannet_max_pool(const float *x, float *y, uint16_t *index, const gannet_pooling *form,
                     size_t first, size_t end);
/// Rows first ..< end of dx.
void gannet_max_pool_backward(const float *dy, const uint16_t *index, float *dx,
                              const gannet_pooling *form, size_t first, size_t end);
/// Rows first ..< end of y: the elements of x at the places.
void gannet_max_pool_gather(const float *x, const uint16_t *index, float *y,
                            const gannet_pooling *form, size_t first, size_t end);
/// `buffer` has room for a row of x and eight floats more.
void gannet_average_pool(const float *x, float *y, float *buffer, const gannet_pooling *form,
                         size_t first, size_t end);
/// `buffer` has room for a row of y and eight floats more.
void gannet_average_pool_backward(const float *dy, float *dx, float *buffer,
                                  const gannet_pooling *form, size_t first, size_t end);
