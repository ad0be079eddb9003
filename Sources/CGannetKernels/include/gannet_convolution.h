// Convolution kernels on channels-last images: pixels of `channels` floats, `ld` apart.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "gannet_products.h"

// MARK: im2col.c

typedef struct {
  ptrdiff_t height, width, channels;  // of an image, or of a group of its channels
  ptrdiff_t ld;
  ptrdiff_t kernel_height, kernel_width;
  ptrdiff_t output_width;
  ptrdiff_t stride_y, stride_x;
  ptrdiff_t dilation_y, dilation_x;
  ptrdiff_t top, left;  // zero padding
} gannet_patches;

/// Consecutive patches of the output pixels in row `row`, each of kernel_height by kernel_width
/// pixels of `channels` floats; zeros outside of the image.
void gannet_im2col(const float *image, gannet_patches form, ptrdiff_t row, float *columns);
/// The adjoint: adds each patch to its pixels of the image.
void gannet_col2im(const float *columns, gannet_patches form, ptrdiff_t row, float *image);

// MARK: small_products.c: products with matrices of patches, read in place

typedef struct {
  ptrdiff_t height, width;   // of the result: a matrix row to each pixel
  ptrdiff_t row_step, step;  // floats from pixel to pixel, down and to the right, in x
  const ptrdiff_t *taps;     // offsets from a pixel of the parts of a matrix row
  ptrdiff_t tap_count, run;  // the parts, and the floats in each
  bool adding;               // adds to the result
} gannet_rows;

/// y[i][j] = start[j] + sum over k of x[i][k] * b[k][j]; `start` may be NULL for zeros. b is packed
/// in panels, `panel` floats apart, without blocks.
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
// first of the points 0, 1, -1, 2, -2 and at infinity; for 5x5 kernels at 0, 3/4, -3/4, 3/2, -3/2
// and infinity

/// Transforms of n by n pixels to the planes of a tile, M x M^T, or back, M^T x M.
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
  ptrdiff_t tiles, tile_step; // their number, and pixels from one to the next
  ptrdiff_t plane, ld;        // floats from plane to plane, and in a plane from tile to tile
  ptrdiff_t ahead;            // floats to the pixels of the next row of tiles, to prefetch
  ptrdiff_t panel;            // floats from a panel of GANNET_PANEL channels to the next
} gannet_tiles;

/// Transforms each tile's pixels, with zeros outside of the image. Channels are padded to a
/// multiple of 8 in the planes; `scratch` holds as many floats for each of 37 pixels.
void gannet_to_planes(gannet_transform transform, const float *image, gannet_tiles form,
                      float *scratch, float *planes);
/// Transforms planes back by the transposed matrix; pixels outside of the image are dropped.
void gannet_from_planes(gannet_transform transform, const float *planes, gannet_tiles form,
                        float *scratch, float *image);
