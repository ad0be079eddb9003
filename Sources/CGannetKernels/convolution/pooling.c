#include <string.h>

#include "CGannetKernels.h"
#include "lanes.h"

typedef int32_t int_lanes __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef uint16_t short_lanes __attribute__((vector_size(2 * LANES), aligned(2), may_alias));

// The last vector of a pixel's channels may extend into the next pixels of the row, which is
// harmless: they are ignored when read and written afterwards. The last pixels of a row process
// these channels one by one; so do all pixels of a y with other channels between them.

GANNET_INLINE size_t least(size_t a, size_t b) { return a < b ? a : b; }

// Number of remaining channels from which on a whole vector is used, with `pixels` left in the row.
GANNET_INLINE size_t step_of_channels(size_t channels, size_t pixels) {
  return pixels * channels >= (channels + LANES - 1) / LANES * LANES ? 1 : LANES;
}

// The same where a pixel of y is written.
GANNET_INLINE size_t step_of_results(const gannet_pooling *form, size_t pixels) {
  return form->ld_y == form->channels ? step_of_channels(form->channels, pixels) : LANES;
}

// MARK: maximum

// The window of an output pixel.
typedef struct {
  size_t offset;         // of its first pixel, in pixels
  size_t height, width;  // in pixels
} window;

GANNET_INLINE window window_on_x(const gannet_pooling *form, size_t image, size_t i, size_t j) {
  const gannet_span rows = form->rows[i], columns = form->columns[j];
  return (window){
      (image * form->height + (size_t)rows.first) * form->width + (size_t)columns.first,
      (size_t)(rows.end - rows.first), (size_t)(columns.end - columns.first)};
}

GANNET_INLINE void largest_lanes(const float *x, window w, const gannet_pooling *form, float *y,
                                 uint16_t *index) {
  const size_t row_step = form->width * form->ld;
  lanes best = load(x);
  int_lanes at = {0};
  for (size_t r = 0; r < w.height; r++)
    for (size_t c = 0; c < w.width; c++) {
      const lanes v = load(x + r * row_step + c * form->ld);
      const int_lanes better = (v > best) | (v != v);
      best = (lanes)(((int_lanes)v & better) | ((int_lanes)best & ~better));
      if (index) at = ((int32_t)(r * form->window_width + c) & better) | (at & ~better);
    }
  store(y, best);
  if (index) *(short_lanes *)index = __builtin_convertvector(at, short_lanes);
}

GANNET_INLINE void largest(const float *x, window w, const gannet_pooling *form, float *y,
                           uint16_t *index) {
  const size_t row_step = form->width * form->ld;
  float best = *x;
  size_t at = 0;
  for (size_t r = 0; r < w.height; r++)
    for (size_t c = 0; c < w.width; c++) {
      const float v = x[r * row_step + c * form->ld];
      if (v > best || v != v) best = v, at = r * form->window_width + c;
    }
  *y = best;
  if (index) *index = (uint16_t)at;
}

GANNET_INLINE void max_pool(const float *x, float *y, uint16_t *index, const gannet_pooling *form,
                            size_t first, size_t end) {
  const size_t channels = form->channels;
  for (size_t row = first; row < end; row++)
    for (size_t j = 0; j < form->out_width; j++) {
      const window w = window_on_x(form, row / form->out_height, row % form->out_height, j);
      const float *from = x + w.offset * form->ld;
      const size_t pixel = row * form->out_width + j, to = pixel * channels;
      float *target = y + pixel * form->ld_y;
      // Pixels left in the rows that are written and read.
      const size_t pixels =
          least(form->out_width - j, form->width + 1 - (size_t)form->columns[j].end);
      const size_t step = step_of_results(form, pixels);
      size_t c = 0;
      for (; c + step <= channels; c += LANES)
        largest_lanes(from + c, w, form, target + c, index ? index + to + c : NULL);
      for (; c < channels; c++)
        largest(from + c, w, form, target + c, index ? index + to + c : NULL);
    }
}

// Runs BODY for each pixel of rows first ..< end of dx, which begins at `to`, by eight channels
// while `step` are left.
#define FOR_EACH_PIXEL_OF_X(BODY)                                                          \
  for (size_t row = first; row < end; row++) {                                             \
    const size_t image = row / form->height, r = row % form->height;                       \
    const gannet_span rows = form->row_owners[r];                                          \
    for (size_t column = 0; column < form->width; column++) {                              \
      const gannet_span columns = form->column_owners[column];                             \
      const size_t pixels =                                                                \
          least(form->width - column, form->out_width + 1 - (size_t)columns.end);          \
      const size_t step = step_of_channels(form->channels, pixels);                        \
      float *to = dx + (row * form->width + column) * form->channels;                      \
      BODY                                                                                 \
    }                                                                                      \
  }

// Within it, runs BODY for each pixel (i, j) of dy whose window covers the pixel of dx; it begins
// at dy + `from`, its indices at `from_index`.
#define FOR_EACH_OWNER(BODY)                                                                  \
  for (size_t i = (size_t)rows.first; i < (size_t)rows.end; i++)                              \
    for (size_t j = (size_t)columns.first; j < (size_t)columns.end; j++) {                    \
      const size_t pixel = (image * form->out_height + i) * form->out_width + j;              \
      const size_t from = pixel * form->ld_y, from_index = pixel * form->channels;            \
      BODY                                                                                    \
    }

// Index of the pixel of dx in that window.
#define PLACE_IN_WINDOW                                                    \
  (int32_t)((r - (size_t)form->rows[i].first) * form->window_width + column - \
            (size_t)form->columns[j].first)

GANNET_INLINE void max_pool_backward(const float *dy, const uint16_t *index, float *dx,
                                     const gannet_pooling *form, size_t first, size_t end) {
  FOR_EACH_PIXEL_OF_X({
    size_t c = 0;
    for (; c + step <= form->channels; c += LANES) {
      lanes sum = {0};
      FOR_EACH_OWNER({
        const int_lanes at =
            __builtin_convertvector(*(const short_lanes *)(index + from_index + c), int_lanes);
        sum += (lanes)(*(const int_lanes *)(dy + from + c) &
                               (at == PLACE_IN_WINDOW));
      })
      store(to + c, sum);
    }
    for (; c < form->channels; c++) {
      float sum = 0;
      FOR_EACH_OWNER({ sum += index[from_index + c] == PLACE_IN_WINDOW ? dy[from + c] : 0; })
      to[c] = sum;
    }
  })
}

GANNET_INLINE void max_pool_gather(const float *x, const uint16_t *index, float *y,
                                   const gannet_pooling *form, size_t first, size_t end) {
  for (size_t row = first; row < end; row++)
    for (size_t j = 0; j < form->out_width; j++) {
      const window w = window_on_x(form, row / form->out_height, row % form->out_height, j);
      const size_t to = (row * form->out_width + j) * form->channels;
      for (size_t c = 0; c < form->channels; c++) {
        const size_t r = index[to + c] / form->window_width, p = index[to + c] % form->window_width;
        y[to + c] = x[(w.offset + r * form->width + p) * form->ld + c];
      }
    }
}

// MARK: mean: sums over the rows of the windows first, where channels and columns are contiguous

#define LONG 32  // numbers added up in single precision
#define TILE 256

typedef double double_lanes __attribute__((vector_size(8 * LANES), aligned(8)));

// The sum of the `height` rows from x on, `count` floats, `step` apart.
GANNET_INLINE void add_up_rows(const float *x, size_t step, size_t height, float *sum,
                               size_t count) {
  if (height > LONG) {
    for (size_t first = 0; first < count; first += TILE) {
      const size_t width = least(TILE, count - first);
      double total[TILE] = {0};
      for (size_t r = 0; r < height; r++)
        for (size_t k = 0; k < width; k++) total[k] += x[r * step + first + k];
      for (size_t k = 0; k < width; k++) sum[first + k] = (float)total[k];
    }
    return;
  }
  if (height == 1) memcpy(sum, x, count * sizeof *sum);
  if (height > 1)
    for (size_t k = 0; k < count; k++) sum[k] = x[k] + x[step + k];
  for (size_t r = 2; r < height; r++)
    for (size_t k = 0; k < count; k++) sum[k] += x[r * step + k];
}

// The sum of lanes `step` floats apart.
GANNET_INLINE lanes add_up_lanes(const float *x, size_t step, size_t count) {
  lanes sum = load(x);
  for (size_t p = 1; p < least(count, LONG); p++) sum += load(x + p * step);
  if (count <= LONG) return sum;
  double_lanes total = __builtin_convertvector(sum, double_lanes);
  for (size_t p = LONG; p < count; p++)
    total += __builtin_convertvector(load(x + p * step), double_lanes);
  return __builtin_convertvector(total, lanes);
}

GANNET_INLINE void average_pool(const float *x, float *y, float *buffer, const gannet_pooling *form,
                                size_t first, size_t end) {
  const size_t channels = form->channels, width = form->width, step_x = width * form->ld;
  for (size_t row = first; row < end; row++) {
    const size_t image = row / form->out_height, i = row % form->out_height;
    const gannet_span rows = form->rows[i];
    const size_t height = (size_t)(rows.end - rows.first);
    const float *from = x + (image * form->height + (size_t)rows.first) * step_x;
    if (form->ld == channels)
      add_up_rows(from, step_x, height, buffer, width * channels);
    else
      for (size_t p = 0; p < width; p++)
        add_up_rows(from + p * form->ld, step_x, height, buffer + p * channels, channels);
    for (size_t j = 0; j < form->out_width; j++) {
      const gannet_span columns = form->columns[j];
      const float share = form->row_shares[i] * form->column_shares[j];
      float *to = y + (row * form->out_width + j) * form->ld_y;
      const size_t step = step_of_results(form, form->out_width - j);
      size_t c = 0;
      for (; c + step <= channels; c += LANES) {
        const float *const pixels = buffer + (size_t)columns.first * channels + c;
        const size_t count = (size_t)(columns.end - columns.first);
        store(to + c, add_up_lanes(pixels, channels, count) * share);
      }
      for (; c < channels; c++) {
        double sum = 0;
        for (size_t p = (size_t)columns.first; p < (size_t)columns.end; p++)
          sum += buffer[p * channels + c];
        to[c] = (float)(sum * share);
      }
    }
  }
}

GANNET_INLINE int is_same(gannet_span a, gannet_span b) {
  return a.first == b.first && a.end == b.end;
}

// Computes a row of dx from `dy`, the sum of the rows of dy whose windows cover it, scaled by their
// shares.
GANNET_INLINE void spread(const float *dy, float *dx, const gannet_pooling *form) {
  const size_t channels = form->channels;
  size_t column = 0;
  while (column < form->width) {
    const gannet_span owners = form->column_owners[column];
    size_t next = column + 1;  // pixels with the same owners have the same gradient
    while (next < form->width && is_same(form->column_owners[next], owners)) next++;
    size_t c = channels / LANES * LANES;
    if (step_of_channels(channels, form->width + 1 - next) == 1) {
      c = (channels + LANES - 1) / LANES * LANES;
    } else {
      for (size_t rest = c; rest < channels; rest++) {
        float sum = 0;
        for (size_t j = (size_t)owners.first; j < (size_t)owners.end; j++)
          sum += dy[j * channels + rest] * form->column_shares[j];
        for (size_t p = column; p < next; p++) dx[p * channels + rest] = sum;
      }
    }
    while (c > 0) {  // from the last vector, which extends into the next pixel
      c -= LANES;
      lanes sum = {0};
      for (size_t j = (size_t)owners.first; j < (size_t)owners.end; j++)
        sum += load(dy + j * channels + c) * form->column_shares[j];
      for (size_t p = column; p < next; p++) store(dx + p * channels + c, sum);
    }
    column = next;
  }
}

GANNET_INLINE void add_scaled(const float *x, float factor, int adding, float *sum, size_t count) {
  if (adding)
    for (size_t k = 0; k < count; k++) sum[k] += x[k] * factor;
  else
    for (size_t k = 0; k < count; k++) sum[k] = x[k] * factor;
}

GANNET_INLINE void average_pool_backward(const float *dy, float *dx, float *buffer,
                                         const gannet_pooling *form, size_t first, size_t end) {
  const size_t count = form->out_width * form->channels, size = form->width * form->channels;
  for (size_t row = first; row < end; row++) {
    const size_t image = row / form->height, r = row % form->height;
    const gannet_span owners = form->row_owners[r];
    float *to = dx + row * size;
    if (row > first && r > 0 && is_same(form->row_owners[r - 1], owners)) {
      memcpy(to, to - size, size * sizeof *to);
      continue;
    }
    if (owners.first == owners.end) memset(buffer, 0, count * sizeof *buffer);
    for (size_t i = (size_t)owners.first; i < (size_t)owners.end; i++) {
      const float *from = dy + (image * form->out_height + i) * form->out_width * form->ld_y;
      // Pixels without other channels between them are one run.
      const size_t runs = form->ld_y == form->channels ? 1 : form->out_width;
      for (size_t p = 0; p < runs; p++)
        add_scaled(from + p * form->ld_y, form->row_shares[i], i > (size_t)owners.first,
                   buffer + p * form->channels, count / runs);
    }
    spread(buffer, to, form);
  }
}

// MARK: compiled for each instruction set

GANNET_CLONES void gannet_max_pool(const float *x, float *y, uint16_t *index,
                                   const gannet_pooling *form, size_t first, size_t end) {
  if (index)
    max_pool(x, y, index, form, first, end);
  else
    max_pool(x, y, NULL, form, first, end);
}

GANNET_CLONES void gannet_max_pool_backward(const float *dy, const uint16_t *index, float *dx,
                                            const gannet_pooling *form, size_t first, size_t end) {
  max_pool_backward(dy, index, dx, form, first, end);
}

GANNET_CLONES void gannet_max_pool_gather(const float *x, const uint16_t *index, float *y,
                                          const gannet_pooling *form, size_t first, size_t end) {
  max_pool_gather(x, index, y, form, first, end);
}

GANNET_CLONES void gannet_average_pool(const float *x, float *y, float *buffer,
                                       const gannet_pooling *form, size_t first, size_t end) {
  average_pool(x, y, buffer, form, first, end);
}

GANNET_CLONES void gannet_average_pool_backward(const float *dy, float *dx, float *buffer,
                                                const gannet_pooling *form, size_t first,
                                                size_t end) {
  average_pool_backward(dy, dx, buffer, form, first, end);
}
