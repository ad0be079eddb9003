#include "CGannetKernels.h"
#include "lanes.h"

// Limits the code size where unrolling is not faster.
#define GANNET_KEEP_LOOP _Pragma("clang loop unroll(disable)")

#define LARGEST 6  // of a tile's sides

static const float B4[] = {
    1, 0,  -1, 0,  //
    0, 1,  1,  0,  //
    0, -1, 1,  0,  //
    0, -1, 0,  1,
};
static const float B5[] = {
    2, -1, -2, 1,  0,  //
    0, -2, -1, 1,  0,  //
    0, 2,  -3, 1,  0,  //
    0, -1, 0,  1,  0,  //
    0, 2,  -1, -2, 1,
};
static const float B6[] = {
    4, 0,  -5, 0,  1, 0,  //
    0, -4, -4, 1,  1, 0,  //
    0, 4,  -4, -1, 1, 0,  //
    0, -2, -1, 2,  1, 0,  //
    0, 2,  -1, -2, 1, 0,  //
    0, 4,  0,  -5, 0, 1,
};
// For 5x5 kernels the points 1 and 2 cancel too much: 3/4 and 3/2 have a quarter of the error, and
// exact matrices.
static const float B65[] = {
    1.265625f, 0,        -2.8125f, 0,        1, 0,  //
    0,         -1.6875f, -2.25f,   0.75f,    1, 0,  //
    0,         1.6875f,  -2.25f,   -0.75f,   1, 0,  //
    0,         -.84375f, -.5625f,  1.5f,     1, 0,  //
    0,         .84375f,  -.5625f,  -1.5f,    1, 0,  //
    0,         1.265625f, 0,       -2.8125f, 0, 1,
};

static const float A23[] = {
    1, 0,   //
    1, 1,   //
    1, -1,  //
    0, 1,
};
static const float A33[] = {
    1, 0,  0,  //
    1, 1,  1,  //
    1, -1, 1,  //
    1, 2,  4,  //
    0, 0,  1,
};
static const float A43[] = {
    1, 0,  0, 0,   //
    1, 1,  1, 1,   //
    1, -1, 1, -1,  //
    1, 2,  4, 8,   //
    1, -2, 4, -8,  //
    0, 0,  0, 1,
};
static const float A25[] = {
    1, 0,      //
    1, 0.75f,  //
    1, -0.75f, //
    1, 1.5f,   //
    1, -1.5f,  //
    0, 1,
};

static const float G23[] = {
    1,    0,     0,     //
    0.5f, 0.5f,  0.5f,  //
    0.5f, -0.5f, 0.5f,  //
    0,    0,     1,
};
static const float G33[] = {
    1 / 2.0f,  0,         0,          //
    -1 / 2.0f, -1 / 2.0f, -1 / 2.0f,  //
    -1 / 6.0f, 1 / 6.0f,  -1 / 6.0f,  //
    1 / 6.0f,  2 / 6.0f,  4 / 6.0f,   //
    0,         0,         1,
};
static const float G43[] = {
    1 / 4.0f,  0,          0,          //
    -1 / 6.0f, -1 / 6.0f,  -1 / 6.0f,  //
    -1 / 6.0f, 1 / 6.0f,   -1 / 6.0f,  //
    1 / 24.0f, 2 / 24.0f,  4 / 24.0f,  //
    1 / 24.0f, -2 / 24.0f, 4 / 24.0f,  //
    0,         0,          1,
};
#define NEAR (128 / 243.0f)  // 1 / (2 a^2 (b^2 - a^2)) for the points a and b, 3/4 and 3/2
#define FAR (32 / 243.0f)    // 1 / (2 b^2 (b^2 - a^2))
static const float G25[] = {
    64 / 81.0f, 0,             0,              0,                0,                 //
    -NEAR,      -NEAR * 0.75f, -NEAR * 0.5625f, -NEAR * .421875f, -NEAR * .31640625f,  //
    -NEAR,      NEAR * 0.75f,  -NEAR * 0.5625f, NEAR * .421875f,  -NEAR * .31640625f,  //
    FAR,        FAR * 1.5f,    FAR * 2.25f,     FAR * 3.375f,     FAR * 5.0625f,       //
    FAR,        FAR * -1.5f,   FAR * 2.25f,     FAR * -3.375f,    FAR * 5.0625f,       //
    0,          0,             0,              0,                1,
};

// The matrices are compile-time constants, whose zeros and ones cost nothing in unrolled loops. In
// `pairs` cases, rows 1 and 2, and 3 and 4, belong to points a and -a and differ only in the signs
// of the odd elements.

// The sum of factors[k] * x[k] over the k with factors[k] == sign * other[k]; over all k where
// `other` is NULL.
GANNET_INLINE lanes dot(const float *factors, const float *other, float sign, int n,
                        const lanes *x) {
  lanes sum = {0};
  int empty = 1;
  GANNET_UNROLL
  for (int k = n - 1; k >= 0; k--) {
    if (factors[k] == 0 || (other && factors[k] != sign * other[k])) continue;
    sum = empty ? factors[k] * x[k] : sum + factors[k] * x[k];
    empty = 0;
  }
  return sum;
}

// y = M x for M of t by n.
GANNET_INLINE void apply(const float *matrix, int pairs, int t, int n, const lanes *x, lanes *y) {
  y[0] = dot(matrix, NULL, 0, n, x);
  GANNET_UNROLL
  for (int i = 1; i < 2 * pairs; i += 2) {
    const float *row = matrix + i * n;
    const lanes even = dot(row, row + n, 1, n, x), odd = dot(row, row + n, -1, n, x);
    y[i] = even + odd;
    y[i + 1] = even - odd;
  }
  GANNET_UNROLL
  for (int i = 1 + 2 * pairs; i < t; i++) y[i] = dot(matrix + i * n, NULL, 0, n, x);
}

// y = M^T x.
GANNET_INLINE void apply_transposed(const float *matrix, int pairs, int t, int n, const lanes *x,
                                    lanes *y) {
  lanes even[2], odd[2];
  GANNET_UNROLL
  for (int p = 0; p < pairs; p++) {
    even[p] = x[1 + 2 * p] + x[2 + 2 * p];
    odd[p] = x[1 + 2 * p] - x[2 + 2 * p];
  }
  GANNET_UNROLL
  for (int k = 0; k < n; k++) {
    lanes sum = {0};
    int empty = 1;
    GANNET_UNROLL
    for (int i = t - 1; i >= 0; i--) {
      const int p = (i - 1) / 2, paired = i > 0 && p < pairs;
      const float factor = matrix[i * n + k];
      if (factor == 0 || (paired && i % 2 == 0)) continue;
      const lanes value = !paired ? x[i] : factor == matrix[(i + 1) * n + k] ? even[p] : odd[p];
      sum = empty ? factor * value : sum + factor * value;
      empty = 0;
    }
    y[k] = sum;
  }
}

// The input pixels of a tile: the address of each row, and the columns inside the image.
typedef struct {
  const float *row[LARGEST];
  ptrdiff_t step[LARGEST];  // 0 in a row of zeros
  ptrdiff_t first, last;
} source;

GANNET_INLINE source place_source(ptrdiff_t n, const float *image, const gannet_tiles *form,
                                  ptrdiff_t left, const float *zeros) {
  source result = {.first = left < 0 ? -left : 0,
                   .last = left + n > form->width ? form->width - left : n};
  for (ptrdiff_t y = 0; y < n; y++) {
    const ptrdiff_t row = form->top + y;
    const int inside = row >= 0 && row < form->height;
    result.row[y] = inside ? image + row * form->row_step + left * form->step : zeros;
    result.step[y] = inside ? form->step : 0;
  }
  return result;
}

// Copies a tile's input to `copy`, its channels padded with zeros to whole vectors.
static source copy_source(ptrdiff_t n, const float *image, const gannet_tiles *form,
                          ptrdiff_t left, float *copy, ptrdiff_t channels) {
  const float *zeros = copy + n * n * channels;
  source result = place_source(n, image, form, left, zeros);
  for (ptrdiff_t y = 0; y < n; y++) {
    float *row = copy + y * n * channels;
    if (result.step[y] == 0) continue;
    for (ptrdiff_t x = result.first; x < result.last; x++) {
      const float *from = result.row[y] + x * result.step[y];
      for (ptrdiff_t c = 0; c < channels; c++)
        row[x * channels + c] = c < form->channels ? from[c] : 0;
    }
    result.row[y] = row;
    result.step[y] = channels;
  }
  return result;
}

// The output pixels of a tile: in the image, or in a copy if the tile crosses the image's edge or
// its channels do not fill vectors.
typedef struct {
  float *first;
  ptrdiff_t row_step, step;
} pixels;

GANNET_INLINE int is_plain(ptrdiff_t n, const gannet_tiles *form, ptrdiff_t left) {
  return form->top >= 0 && form->top + n <= form->height && left >= 0 &&
         left + n <= form->width && form->channels % LANES == 0;
}

GANNET_INLINE pixels plain(float *image, const gannet_tiles *form, ptrdiff_t left) {
  return (pixels){image + form->top * form->row_step + left * form->step, form->row_step,
                  form->step};
}

GANNET_INLINE int is_inside(const gannet_tiles *form, ptrdiff_t row, ptrdiff_t column) {
  return row >= 0 && row < form->height && column >= 0 && column < form->width;
}

static void copy_out(ptrdiff_t n, pixels tile, const gannet_tiles *form, ptrdiff_t left,
                     float *image) {
  for (ptrdiff_t y = 0; y < n; y++)
    for (ptrdiff_t x = 0; x < n; x++) {
      const ptrdiff_t row = form->top + y, column = left + x;
      if (!is_inside(form, row, column)) continue;
      const float *from = tile.first + y * tile.row_step + x * tile.step;
      float *to = image + row * form->row_step + column * form->step;
      ptrdiff_t c = 0;
      for (; c + LANES <= form->channels; c += LANES) store(to + c, load(from + c));
      for (; c < form->channels; c++) to[c] = from[c];
    }
}

// Offset of channel c in its row of a plane.
GANNET_INLINE ptrdiff_t place(const gannet_tiles *form, ptrdiff_t c) {
  return c / GANNET_PANEL * form->panel + c % GANNET_PANEL;
}

GANNET_INLINE void to_planes(const float *matrix, int pairs, int t, int n, const float *image,
                             const gannet_tiles *form, float *scratch, float *planes) {
  const ptrdiff_t channels = (form->channels + LANES - 1) / LANES * LANES;
  float *zeros = scratch + n * n * channels;
  for (ptrdiff_t c = 0; c < channels; c++) zeros[c] = 0;
  for (ptrdiff_t tile = 0; tile < form->tiles; tile++, planes += form->ld) {
    const ptrdiff_t left = form->left + tile * form->tile_step;
    const source from = channels == form->channels
                            ? place_source(n, image, form, left, zeros)
                            : copy_source(n, image, form, left, scratch, channels);
    for (ptrdiff_t c = 0; c < channels; c += LANES) {
      float *at = planes + place(form, c);
      lanes halfway[LARGEST * LARGEST];  // t rows of n
      GANNET_KEEP_LOOP
      for (int x = 0; x < n; x++) {
        lanes column[LARGEST], result[LARGEST];
        if (x < from.first || x >= from.last) {
          GANNET_UNROLL
          for (int i = 0; i < t; i++) halfway[i * n + x] = (lanes){0};
          continue;
        }
        GANNET_UNROLL
        for (int y = 0; y < n; y++) {
          const float *pixel = from.row[y] + x * from.step[y] + c;
          column[y] = load(pixel);
          __builtin_prefetch(pixel + form->ahead, 0, 2);  // not into the L1 cache
        }
        apply(matrix, pairs, t, n, column, result);
        GANNET_UNROLL
        for (int i = 0; i < t; i++) halfway[i * n + x] = result[i];
      }
      GANNET_KEEP_LOOP
      for (int i = 0; i < t; i++) {
        lanes result[LARGEST];
        apply(matrix, pairs, t, n, halfway + i * n, result);
        GANNET_UNROLL
        for (int j = 0; j < t; j++) store(at + (i * t + j) * form->plane, result[j]);
      }
    }
  }
}

GANNET_INLINE void from_planes(const float *matrix, int pairs, int t, int n, const float *planes,
                               const gannet_tiles *form, float *scratch, float *image) {
  const ptrdiff_t channels = (form->channels + LANES - 1) / LANES * LANES;
  for (ptrdiff_t tile = 0; tile < form->tiles; tile++, planes += form->ld) {
    const ptrdiff_t left = form->left + tile * form->tile_step;
    const int direct = is_plain(n, form, left);
    const pixels target =
        direct ? plain(image, form, left) : (pixels){scratch, n * channels, channels};
    for (ptrdiff_t c = 0; c < channels; c += LANES) {
      const float *at = planes + place(form, c);
      lanes halfway[LARGEST * LARGEST];  // n rows of t
      GANNET_KEEP_LOOP
      for (int j = 0; j < t; j++) {
        lanes column[LARGEST], result[LARGEST];
        GANNET_UNROLL
        for (int i = 0; i < t; i++) column[i] = load(at + (i * t + j) * form->plane);
        apply_transposed(matrix, pairs, t, n, column, result);
        GANNET_UNROLL
        for (int y = 0; y < n; y++) halfway[y * t + j] = result[y];
      }
      GANNET_KEEP_LOOP
      for (int y = 0; y < n; y++) {
        lanes result[LARGEST];
        apply_transposed(matrix, pairs, t, n, halfway + y * t, result);
        GANNET_UNROLL
        for (int x = 0; x < n; x++) {
          float *pixel = target.first + y * target.row_step + x * target.step + c;
          store(pixel, result[x]);
          __builtin_prefetch(pixel + form->ahead, 1);
        }
      }
    }
    if (!direct) copy_out(n, target, form, left, image);
  }
}

#define EACH_TRANSFORM(CASE)                                                             \
  switch (transform) {                                                                   \
    CASE(B4, 1, 4, 4)                                                                       \
    CASE(B5, 0, 5, 5)                                                                       \
    CASE(B6, 2, 6, 6)                                                                       \
    CASE(B65, 2, 6, 6)                                                                       \
    CASE(A23, 1, 4, 2)                                                                      \
    CASE(A33, 1, 5, 3)                                                                      \
    CASE(A43, 2, 6, 4)                                                                      \
    CASE(A25, 2, 6, 2)                                                                      \
    CASE(G23, 1, 4, 3)                                                                      \
    CASE(G33, 0, 5, 3)                                                                      \
    CASE(G43, 2, 6, 3)                                                                      \
    CASE(G25, 2, 6, 5)                                                                      \
  }

GANNET_CLONES void gannet_to_planes(gannet_transform transform, const float *image,
                                    gannet_tiles form, float *scratch, float *planes) {
#define CASE(matrix, pairs, t, n) \
  case GANNET_##matrix: to_planes(matrix, pairs, t, n, image, &form, scratch, planes); return;
  EACH_TRANSFORM(CASE)
#undef CASE
}

GANNET_CLONES void gannet_from_planes(gannet_transform transform, const float *planes,
                                      gannet_tiles form, float *scratch, float *image) {
#define CASE(matrix, pairs, t, n) \
  case GANNET_##matrix: from_planes(matrix, pairs, t, n, planes, &form, scratch, image); return;
  EACH_TRANSFORM(CASE)
#undef CASE
}
