// Elementary functions without branches or calls, so that loops over them vectorise.
#pragma once

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline float gannet_from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline uint32_t gannet_to_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

// e^x as 2^exponent (1 + rest): x = n ln 2 + r with |r| <= ln 2 / 2, and a polynomial of degree 6 for
// e^r - 1 (coefficients of the Cephes library's expf). x is clamped to the range from low to high.
typedef struct {
  int32_t exponent;
  float rest;
} gannet_exp_parts;

static inline gannet_exp_parts gannet_split_exp(float x, float low, float high) {
  float clamped = x < low ? low : x;
  clamped = clamped > high ? high : clamped;
  const float magic = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
  float n = clamped * 1.44269504f + magic;
  const int32_t exponent = (int32_t)gannet_to_bits(n) - (int32_t)gannet_to_bits(magic);
  n -= magic;
  const float r = (clamped - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  return (gannet_exp_parts){exponent, p * r * r + r};
}

// e^x to 1 ulp or so.
static inline float gannet_vexp(float x) {
  const gannet_exp_parts parts = gannet_split_exp(x, -103.98f, 88.73f);
  const int32_t exponent = parts.exponent;
  float p = parts.rest + 1.0f;
  // Two factors, since 2^exponent alone may lie outside the range of normal numbers.
  const int32_t half = exponent >> 1;
  p *= gannet_from_bits((uint32_t)(half + 127) << 23);
  p *= gannet_from_bits((uint32_t)(exponent - half + 127) << 23);
  return p;
}

// ln x (the Cephes library's logf): the mantissa in [sqrt(1/2), sqrt(2)) and a polynomial around 1.
static inline float gannet_vlog(float x) {
  const uint32_t denormal = x < 1.17549435e-38f ? 1 : 0;
  const float scaled = denormal ? x * 8388608.0f : x;
  const uint32_t bits = gannet_to_bits(scaled);
  const uint32_t shifted = bits - 0x3f3504f3u;  // of sqrt(1/2)
  const float exponent =
      (float)((int32_t)shifted >> 23) - (denormal ? 23.0f : 0.0f);
  const float f = gannet_from_bits((shifted & 0x007fffffu) + 0x3f3504f3u) - 1.0f;
  const float z = f * f;
  float p = 7.0376836292e-2f;
  p = p * f - 1.1514610310e-1f;
  p = p * f + 1.1676998740e-1f;
  p = p * f - 1.2420140846e-1f;
  p = p * f + 1.4249322787e-1f;
  p = p * f - 1.6668057665e-1f;
  p = p * f + 2.0000714765e-1f;
  p = p * f - 2.4999993993e-1f;
  p = p * f + 3.3333331174e-1f;
  float y = f * z * p + exponent * -2.12194440e-4f - 0.5f * z;
  y = f + y + exponent * 0.693359375f;
  y = x == INFINITY ? INFINITY : y;
  y = x == 0.0f ? -INFINITY : y;
  return x < 0.0f || x != x ? NAN : y;
}

// 1 / (1 + e^-x), accurate in both tails.
static inline float gannet_vsigmoid(float x) { return 1.0f / (1.0f + gannet_vexp(-x)); }

// tanh x: an odd polynomial near 0 (the Cephes library's tanhf), 1 - 2 / (e^2|x| + 1) beyond.
static inline float gannet_vtanh(float x) {
  const float magnitude = fabsf(x);
  const float z = x * x;
  float p = -5.70498872745e-3f;
  p = p * z + 2.06390887954e-2f;
  p = p * z - 5.37397155531e-2f;
  p = p * z + 1.33314422036e-1f;
  p = p * z - 3.33332819422e-1f;
  const float near = p * z * magnitude + magnitude;
  const float far = 1.0f - 2.0f / (gannet_vexp(2.0f * magnitude) + 1.0f);
  return copysignf(magnitude < 0.625f ? near : far, x);
}

// e^x - 1, accurate also near 0: 2^n (e^r - 1) + (2^n - 1).
static inline float gannet_vexpm1(float x) {
  const gannet_exp_parts parts = gannet_split_exp(x, -87.0f, 88.73f);
  // Half the power, which is in range where the whole is not.
  const float half = gannet_from_bits((uint32_t)(parts.exponent + 126) << 23);
  return 2.0f * (half * parts.rest + (half - 0.5f));
}

// ln(1 + x), accurate also near 0: corrects the rounding error of 1 + x to first order.
static inline float gannet_vlog1p(float x) {
  const float sum = 1.0f + x;
  const float lost = x - (sum - 1.0f);
  const float y = gannet_vlog(sum);
  return sum > 0.0f && sum < INFINITY ? y + lost / sum : y;
}

// The error function to 2e-7: x times a polynomial in x^2 up to 1, and 1 - e^(q(x) - x^2) beyond.
static inline float gannet_verf(float x) {
  const float magnitude = fabsf(x);
  const float z = x * x;
  float p = 7.85385762e-5f;
  p = p * z - 8.0101925e-4f;
  p = p * z + 5.18832756e-3f;
  p = p * z - 2.68538119e-2f;
  p = p * z + 1.12835851e-1f;
  p = p * z - 3.76126258e-1f;
  p = p * z + 1.12837917f;
  const float near = p * x;
  const float t = magnitude > 4.0f ? 4.0f : magnitude;
  float q = -2.16976394e-5f;
  q = q * t + 4.41472921e-4f;
  q = q * t - 4.20528592e-3f;
  q = q * t + 2.52103424e-2f;
  q = q * t - 1.08422103e-1f;
  q = q * t + 3.66783605e-1f;
  q = q * t - 1.12958031f;
  q = q * t + 1.88467802e-4f;
  const float far = copysignf(1.0f - gannet_vexp(q - t * t), x);
  return magnitude < 1.0f ? near : far;
}

#define GANNET_LARGEST_ANGLE 1e6f  // up to which gannet_vsine is exact to a float's rounding

// sin(x + quarters * pi / 2): reduces x by quarter turns and uses the Cephes library's polynomials
// for the sine and the cosine of an eighth turn. The quarter turn is split in three (Cody and
// Waite), the first two of 33 bits, so that their products with fewer than 2^20 quarters are exact
// in double precision.
static inline float gannet_vsine(float x, uint32_t quarters) {
  const double magic = 6755399441055744.0;  // 1.5 * 2^52
  double n = (double)x * 0.63661977236758134 + magic;
  uint64_t bits;
  memcpy(&bits, &n, sizeof bits);
  n -= magic;
  const uint32_t quadrant = (uint32_t)bits + quarters;
  const float r = (float)((((double)x - n * 0x1.921fb544p0) - n * 0x1.0b4611a6p-34) -
                          n * 0x1.3198a2e037073p-69);
  const float z = r * r;
  float p = -1.9515295891e-4f;
  p = p * z + 8.3321608736e-3f;
  p = p * z - 1.6666654611e-1f;
  const float sine = r + r * z * p;
  float q = 2.443315711809948e-5f;
  q = q * z - 1.388731625493765e-3f;
  q = q * z + 4.166664568298827e-2f;
  const float cosine = 1.0f - 0.5f * z + z * z * q;
  const float value = quadrant & 1 ? cosine : sine;
  return quadrant & 2 ? -value : value;
}

// The maximum of sign * x over a row (-infinity if empty), in vector lanes; ignores NaNs.
__attribute__((always_inline)) static inline float gannet_vmax(const float *x, size_t size,
                                                               float sign) {
  float lanes[32];
  for (size_t j = 0; j < 32; j++) lanes[j] = -INFINITY;
  size_t i = 0;
  for (; i + 32 <= size; i += 32)
    for (size_t j = 0; j < 32; j++)
      lanes[j] = sign * x[i + j] > lanes[j] ? sign * x[i + j] : lanes[j];
  for (; i < size; i++) lanes[0] = sign * x[i] > lanes[0] ? sign * x[i] : lanes[0];
  for (size_t j = 1; j < 32; j++) lanes[0] = lanes[j] > lanes[0] ? lanes[j] : lanes[0];
  return lanes[0];
}
