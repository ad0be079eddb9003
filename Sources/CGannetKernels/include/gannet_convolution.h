// Kernels of convolution on channels-last images: pixels of `channels` floats, `ld` apart.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "gannet_products.h"

// MARK: columns.c

typedef struct {
  ptrdiff_t height, width, channels;  // of an image, or of a group of its channels
  ptrdiff_t ld;
  ptrdiff_t kernel_height, kernel_width;
  ptrdiff_t output_width;
  ptrdiff_t stride_y, stride_x;
  ptrdiff_t dilation_y, dilation_x;
  ptrdiff_t top, left;  // zeros in front
} gannet_patches;

/// The patch under each output pixel of row `row`, one behind the other: kernel_height by
/// kernel_width pixels of `channels` floats, zeros outside of the image.
void gannet_im2col(const float *image, gannet_patches form, ptrdiff_t row, float *columns);
/// The reverse: adds each patch to the pixels that it came from.
void gannet_col2im(const float *columns, gannet_patches form, ptrdiff_t row, float *image);

// MARK: small_products.c: products with matrices of patches that are read where they lie

typedef struct {
  ptrdiff_t height, width;   // of the result: a matrix row to each pixel
  ptrdiff_t row_step, step;  // floats from pixel to pixel, down and to the right, in x
  const ptrdiff_t *taps;     // where, from the pixel on, the parts of a matrix row begin
  ptrdiff_t tap_count, run;  // the parts, and the floats in each
  bool adding;               // to what the result holds
} gannet_rows;

/// y[i][j] = start[j] + sum over k of x[i][k] * b[k][j]; from zeros where `start` is NULL. b is in
/// panels, as a packed matrix but not in blocks, `panel` floats apart.
void gannet_multiply_rows(const float *x, gannet_rows form, const float *b, ptrdiff_t panel,
                          const float *start, float *y, ptrdiff_t ld_y, ptrdiff_t columns);

typedef struct {
  ptrdiff_t height, width;
  ptrdiff_t row_step, step;  // floats from pixel to pixel, down and to the right, in x
  ptrdiff_t ld_y;            // from pixel to pixel in y
} gannet_pixels;

/// sums[i][j] += sum over the pixels of x[.][i] * y[.][j] for i < rows, j < columns.
void gannet_add_outer(const float *x, gannet_pixels form, const float *y, float *sums,
                      ptrdiff_t ld_sums, ptrdiff_t rows, ptrdiff_t columns);

// MARK: winograd.c: Winograd convolution (Lavin and Gray, 2016) by matrices B, G and A, at the
// points 0, 1, -1, 2, -2 and infinity as many as an axis of a tile needs; under kernels of 5 by 5
// at 0, 3/4, -3/4, 3/2, -3/2 and infinity

/// From n by n pixels to the planes of a tile, M x M^T, or back, M^T x M.
typedef enum {
  GANNET_B4,   // input of 4 by 4
  GANNET_B5,   // of 5 by 5
  GANNET_B6,   // of 6 by 6
  GANNET_B65,  // of 6 by 6 under kernels of 5 by 5
  GANNET_A23,  // output of 2 by 2 under kernels of 3 by 3
  GANNET_A33,  // of 3 by 3 under 3 by 3
  GANNET_A43,  // of 4 by 4 under 3 by 3
  GANNET_A25,  // of 2 by 2 under 5 by 5
  GANNET_G23,  // kernels of 3 by 3 for outputs of 2 by 2
  GANNET_G33,
  GANNET_G43,
  GANNET_G25,
} gannet_transform;

/// A row of tiles over an image.
typedef struct {
  ptrdiff_t height, width;    // of the image, in pixels
  ptrdiff_t row_step, step;   // floats from pixel to pixel, down and to the right
  ptrdiff_t channels;
  ptrdiff_t top, left;        // the first pixel of the first tile; may be outside of the image
  ptrdiff_t tiles, tile_step; // how many, and pixels from one to the next
  ptrdiff_t plane, ld;        // floats from plane to plane, and in a plane from tile to tile
  ptrdiff_t ahead;            // to the pixels of the next row of tiles, which are fetched meanwhile
  ptrdiff_t panel;            // and from the first of GANNET_PANEL channels to those behind them
} gannet_tiles;

/// Tile by tile the transform of its pixels, zeros outside of the image. Channels are filled up to
/// a multiple of 8 in the planes; `scratch` holds as many floats for each of 37 pixels.
void gannet_to_planes(gannet_transform transform, const float *image, gannet_tiles form,
                      float *scratch, float *planes);
/// The reverse by the transposed matrix; pixels outside of the image are dropped.
void gannet_from_planes(gannet_transform transform, const float *planes, gannet_tiles form,
                        float *scratch, float *image);
