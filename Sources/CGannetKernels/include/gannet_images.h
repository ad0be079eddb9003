// images.c: pictures of bytes, [pixels, channels].
#pragma once

#include <stddef.h>
#include <stdint.h>

/// A linear map from `source` samples to `target` samples by fixed-point weights of `bits`
/// fractional bits: those of sample t are weights[starts[t]] up to weights[starts[t + 1]], and
/// belong to the samples of the source from first[t] on.
typedef struct {
  const int32_t *first, *starts, *weights;
  size_t source, target;
  int bits;
} gannet_resampling;

/// Resamples the middle axis of x, [outer, source, inner], to y, [outer, target, inner].
void gannet_resample_bytes(const uint8_t *x, uint8_t *y, gannet_resampling form, size_t outer,
                           size_t inner);

/// y[i] = grey of the RGB pixel x[i], rounded down.
void gannet_grey_bytes(const uint8_t *x, uint8_t *y, size_t pixels);

/// y = factor * x + rest * grey of x, for RGB pixels, clamped and rounded down.
void gannet_saturate_bytes(const uint8_t *x, uint8_t *y, float factor, float rest, size_t pixels);

/// Adds `shift`, from -0.5 to 0.5 of a turn, to the hue of RGB pixels.
void gannet_shift_hue_bytes(const uint8_t *x, uint8_t *y, float shift, size_t pixels);

/// y[c][i] = x[i][c] / 255.
void gannet_planes_of_bytes(const uint8_t *x, float *y, size_t pixels, size_t channels);
