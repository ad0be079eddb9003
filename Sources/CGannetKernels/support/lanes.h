// Vectors of eight floats by the compiler's vector extension; two registers each with SSE alone.
#pragma once

#include <stddef.h>
#include <string.h>

#define GANNET_INLINE __attribute__((always_inline)) static inline
#define GANNET_UNROLL _Pragma("clang loop unroll(full)")

// All functions are inlined, so the calling convention of vectors does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

#define LANES 8
typedef float lanes __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

GANNET_INLINE lanes load(const float *x) { return *(const lanes *)x; }
GANNET_INLINE void store(float *x, lanes value) { *(lanes *)x = value; }

// Copies `count` < 8 floats without calling memcpy.
GANNET_INLINE void copy_part(float *to, const float *from, ptrdiff_t count) {
  if (count & 4) memcpy(to, from, 16), to += 4, from += 4;
  if (count & 2) memcpy(to, from, 8), to += 2, from += 2;
  if (count & 1) *to = *from;
}

// Loads the first `count` floats, followed by zeros.
GANNET_INLINE lanes load_part(const float *x, ptrdiff_t count) {
  if (count >= LANES) return load(x);
  float value[LANES] = {0};
  copy_part(value, x, count);
  return load(value);
}

GANNET_INLINE void store_part(float *x, lanes value, ptrdiff_t count) {
  if (count >= LANES) {
    store(x, value);
  } else {
    float copy[LANES];
    store(copy, value);
    copy_part(x, copy, count);
  }
}
