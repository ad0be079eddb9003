#include "CGannetKernels.h"

static inline ptrdiff_t clamp(ptrdiff_t x, ptrdiff_t low, ptrdiff_t high) {
  return x < low ? low : x > high ? high : x;
}

// Position of a kernel row on an image row: its elements from `first` up to `last` are inside the
// image.
typedef struct {
  ptrdiff_t x, first, last;
} span;

static inline span row_span(const gannet_patches *form, ptrdiff_t column) {
  const ptrdiff_t x = column * form->stride_x - form->left, step = form->dilation_x;
  const ptrdiff_t first = x < 0 ? (-x + step - 1) / step : 0;
  const ptrdiff_t last = x < form->width ? (form->width - x + step - 1) / step : 0;
  return (span){x, clamp(first, 0, form->kernel_width), clamp(last, 0, form->kernel_width)};
}

GANNET_CLONES void gannet_im2col(const float *image, gannet_patches form, ptrdiff_t row,
                                 float *columns) {
  const ptrdiff_t channels = form.channels, row_size = form.kernel_width * channels;
  for (ptrdiff_t column = 0; column < form.output_width; column++) {
    const span inside = row_span(&form, column);
    for (ptrdiff_t ky = 0; ky < form.kernel_height; ky++, columns += row_size) {
      const ptrdiff_t y = row * form.stride_y - form.top + ky * form.dilation_y;
      if (y < 0 || y >= form.height || inside.first >= inside.last) {
        for (ptrdiff_t i = 0; i < row_size; i++) columns[i] = 0;
        continue;
      }
      const float *line = image + (y * form.width + inside.x) * form.ld;
      const ptrdiff_t first = inside.first * channels, last = inside.last * channels;
      for (ptrdiff_t i = 0; i < first; i++) columns[i] = 0;
      for (ptrdiff_t i = last; i < row_size; i++) columns[i] = 0;
      if (form.dilation_x == 1 && form.ld == channels) {
        for (ptrdiff_t i = first; i < last; i++) columns[i] = line[i];
        continue;
      }
      for (ptrdiff_t kx = inside.first; kx < inside.last; kx++)
        for (ptrdiff_t c = 0; c < channels; c++)
          columns[kx * channels + c] = line[kx * form.dilation_x * form.ld + c];
    }
  }
}

GANNET_CLONES void gannet_col2im(const float *columns, gannet_patches form, ptrdiff_t row,
                                 float *image) {
  const ptrdiff_t channels = form.channels, row_size = form.kernel_width * channels;
  for (ptrdiff_t column = 0; column < form.output_width; column++) {
    const span inside = row_span(&form, column);
    for (ptrdiff_t ky = 0; ky < form.kernel_height; ky++, columns += row_size) {
      const ptrdiff_t y = row * form.stride_y - form.top + ky * form.dilation_y;
      if (y < 0 || y >= form.height) continue;
      float *line = image + (y * form.width + inside.x) * form.ld;
      for (ptrdiff_t kx = inside.first; kx < inside.last; kx++)
        for (ptrdiff_t c = 0; c < channels; c++)
          line[kx * form.dilation_x * form.ld + c] += columns[kx * channels + c];
    }
  }
}
