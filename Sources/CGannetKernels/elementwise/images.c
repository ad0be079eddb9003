#include "CGannetKernels.h"

// Pictures of bytes, [height, width, channels]. Colours are computed as in torchvision, whose
// operations round one by one: nothing is contracted except where torchvision's additions with a
// factor are fused.
#pragma STDC FP_CONTRACT OFF

// MARK: Resampling

static inline __attribute__((always_inline)) uint8_t byte_of_fixed(int32_t sum, int bits) {
  int32_t value = sum >> bits;
  return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

// One sample of the target, of few adjacent numbers.
static inline __attribute__((always_inline)) void resample_few(
    const uint8_t *x, uint8_t *y, const int32_t *weights, int32_t count, int bits, int samples) {
  int32_t sums[4];
  for (int c = 0; c < samples; c++) sums[c] = 1 << (bits - 1);
  for (int32_t k = 0; k < count; k++) {
    for (int c = 0; c < samples; c++) sums[c] += weights[k] * x[k * samples + c];
  }
  for (int c = 0; c < samples; c++) y[c] = byte_of_fixed(sums[c], bits);
}

enum { BLOCK = 128 };

// One sample of the target, of `inner` adjacent numbers: a row, where columns are resampled.
static inline __attribute__((always_inline)) void resample_many(
    const uint8_t *x, uint8_t *y, const int32_t *weights, int32_t count, int bits, size_t inner) {
  for (size_t start = 0; start < inner; start += BLOCK) {
    size_t width = inner - start < BLOCK ? inner - start : BLOCK;
    int32_t sums[BLOCK];
    for (size_t j = 0; j < width; j++) sums[j] = 1 << (bits - 1);
    for (int32_t k = 0; k < count; k++) {
      const uint8_t *row = x + (size_t)k * inner + start;
      for (size_t j = 0; j < width; j++) sums[j] += weights[k] * row[j];
    }
    for (size_t j = 0; j < width; j++) y[start + j] = byte_of_fixed(sums[j], bits);
  }
}

GANNET_CLONES
void gannet_resample_bytes(const uint8_t *x, uint8_t *y, gannet_resampling form, size_t outer,
                           size_t inner) {
  for (size_t o = 0; o < outer; o++) {
    for (size_t t = 0; t < form.target; t++) {
      const uint8_t *from = x + (o * form.source + (size_t)form.first[t]) * inner;
      uint8_t *to = y + (o * form.target + t) * inner;
      const int32_t *weights = form.weights + form.starts[t];
      int32_t count = form.starts[t + 1] - form.starts[t];
      if (inner == 1) {
        resample_few(from, to, weights, count, form.bits, 1);
      } else if (inner == 3) {
        resample_few(from, to, weights, count, form.bits, 3);
      } else {
        resample_many(from, to, weights, count, form.bits, inner);
      }
    }
  }
}

// MARK: Colours

static inline __attribute__((always_inline)) float grey(const uint8_t *pixel) {
  float sum = (float)pixel[0] * 0.2989f;
  sum = __builtin_elementwise_fma((float)pixel[1], 0.587f, sum);
  return __builtin_elementwise_fma((float)pixel[2], 0.114f, sum);
}

GANNET_CLONES
void gannet_grey_bytes(const uint8_t *x, uint8_t *y, size_t pixels) {
  for (size_t i = 0; i < pixels; i++) y[i] = (uint8_t)grey(x + 3 * i);
}

GANNET_CLONES
void gannet_saturate_bytes(const uint8_t *x, uint8_t *y, float factor, float rest, size_t pixels) {
  for (size_t i = 0; i < pixels; i++) {
    float other = (float)(uint8_t)grey(x + 3 * i);
    for (int c = 0; c < 3; c++) {
      float value = __builtin_elementwise_fma(other, rest, (float)x[3 * i + c] * factor);
      y[3 * i + c] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
    }
  }
}

static inline __attribute__((always_inline)) float unit(float x) {
  return x < 0 ? 0 : x > 1 ? 1 : x;
}

static inline __attribute__((always_inline)) float whole(float x) {
  return __builtin_elementwise_floor(x);
}

GANNET_CLONES
void gannet_shift_hue_bytes(const uint8_t *x, uint8_t *y, float shift, size_t pixels) {
  const float scale = (float)(1.0 / 255), back = (float)(255 + 1.0 - 1e-3);
  for (size_t i = 0; i < pixels; i++) {
    float r = x[3 * i] * scale, g = x[3 * i + 1] * scale, b = x[3 * i + 2] * scale;
    float largest = r > g ? r : g, smallest = r > g ? g : r;
    largest = largest > b ? largest : b;
    smallest = smallest < b ? smallest : b;
    float range = largest - smallest;
    int is_grey = range == 0;
    float saturation = range / (is_grey ? 1 : largest), divisor = is_grey ? 1 : range;
    float rc = (largest - r) / divisor, gc = (largest - g) / divisor, bc = (largest - b) / divisor;
    float of_red = bc - gc, of_green = rc + 2 - bc, of_blue = gc + 4 - rc;
    float hue = largest == r ? of_red : largest == g ? of_green : of_blue;
    hue = hue * (float)(1.0 / 6) + 1;
    hue = hue - whole(hue) + shift;  // from -0.5 up to 1.5
    hue = hue < 0 ? hue + 1 : hue >= 1 ? hue - 1 : hue;
    float sector = whole(hue * 6), part = hue * 6 - sector;
    sector = sector >= 6 ? 0 : sector;
    float fraction = saturation * part, pale = 1 - saturation;
    float q = unit((1 - fraction) * largest), t = unit((fraction + pale) * largest);
    float p = unit(pale * largest);
    r = sector == 1 ? q : sector == 2 || sector == 3 ? p : sector == 4 ? t : largest;
    g = sector == 0 ? t : sector == 3 ? q : sector >= 4 ? p : largest;
    b = sector <= 1 ? p : sector == 2 ? t : sector == 5 ? q : largest;
    y[3 * i] = (uint8_t)(r * back);
    y[3 * i + 1] = (uint8_t)(g * back);
    y[3 * i + 2] = (uint8_t)(b * back);
  }
}

// MARK: Floats

// Divides as gannet_gather_bytes does.
static inline __attribute__((always_inline)) void planes(
    const uint8_t *x, float *y, size_t pixels, size_t channels) {
  for (size_t c = 0; c < channels; c++) {
    for (size_t i = 0; i < pixels; i++) y[c * pixels + i] = (float)x[i * channels + c] / 255.0f;
  }
}

GANNET_CLONES
void gannet_planes_of_bytes(const uint8_t *x, float *y, size_t pixels, size_t channels) {
  if (channels == 1) {
    planes(x, y, pixels, 1);
  } else if (channels == 3) {
    planes(x, y, pixels, 3);
  } else {
    planes(x, y, pixels, channels);
  }
}
