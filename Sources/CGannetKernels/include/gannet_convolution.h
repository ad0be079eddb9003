// Kernels of convolution on channels-last images: pixels of `channels` floats, `ld` apart.
#pragma once

#include <stddef.h>

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

/// The patch under each output pixel of row `row`, one behind the other: kernel_height by kernel_width
/// pixels of `channels` floats, zeros outside of the image.
void gannet_im2col(const float *image, gannet_patches form, ptrdiff_t row, float *columns);
/// The reverse: adds each patch to the pixels that it came from.
void gannet_col2im(const float *columns, gannet_patches form, ptrdiff_t row, float *image);
