// Philox 4x32 with ten rounds: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as
// 1, 2, 3" (2011). Counter words: block low, block high, stream low, stream high; four draws a block.

#include "CGannetKernels.h"
#include "vector_math.h"

#define LANES 16  // blocks at a time

typedef struct {
  uint32_t word[4][LANES];
} philox_blocks;

__attribute__((always_inline)) static inline void philox(gannet_stream stream, uint64_t block,
                                                         philox_blocks *out) {
  uint32_t c0[LANES], c1[LANES], c2[LANES], c3[LANES];
  for (int lane = 0; lane < LANES; lane++) {
    const uint64_t counter = block + (uint64_t)lane;
    c0[lane] = (uint32_t)counter;
    c1[lane] = (uint32_t)(counter >> 32);
    c2[lane] = (uint32_t)stream.stream;
    c3[lane] = (uint32_t)(stream.stream >> 32);
  }
  uint32_t k0 = (uint32_t)stream.key, k1 = (uint32_t)(stream.key >> 32);
  for (int round = 0; round < 10; round++) {
    for (int lane = 0; lane < LANES; lane++) {
      const uint64_t p0 = (uint64_t)0xD2511F53u * c0[lane];
      const uint64_t p1 = (uint64_t)0xCD9E8D57u * c2[lane];
      const uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1[lane] ^ k0;
      const uint32_t n2 = (uint32_t)(p0 >> 32) ^ c3[lane] ^ k1;
      c0[lane] = n0;
      c1[lane] = (uint32_t)p1;
      c2[lane] = n2;
      c3[lane] = (uint32_t)p0;
    }
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  // Draw i is word i / LANES % 4 of lane i % LANES in its group of 4 * LANES draws: a fixed
  // permutation of the reference order that needs no shuffle.
  for (int lane = 0; lane < LANES; lane++) {
    out->word[0][lane] = c0[lane];
    out->word[1][lane] = c1[lane];
    out->word[2][lane] = c2[lane];
    out->word[3][lane] = c3[lane];
  }
}

#define GROUP (4 * LANES)

// Runs BODY for draws first ..< first + count by groups: `bits` are a group's draws, of which
// `begin` to `end` are used, from element `offset` on.
#define FOR_EACH_GROUP(BODY)                                                  \
  size_t offset = 0;                                                          \
  while (offset < count) {                                                    \
    const uint64_t draw = first + offset;                                     \
    philox_blocks blocks;                                                     \
    philox(stream, draw / GROUP * LANES, &blocks);                            \
    const uint32_t *bits = &blocks.word[0][0];                                \
    const size_t begin = (size_t)(draw % GROUP);                              \
    const size_t length =                                                     \
        count - offset < GROUP - begin ? count - offset : GROUP - begin;      \
    BODY;                                                                     \
    offset += length;                                                         \
  }

GANNET_CLONES void gannet_random_bits(gannet_stream stream, uint64_t first, uint32_t *x,
                                      size_t count) {
  FOR_EACH_GROUP({
    for (size_t i = 0; i < length; i++) x[offset + i] = bits[begin + i];
  })
}

GANNET_CLONES void gannet_random_uniform(gannet_stream stream, uint64_t first, float low,
                                         float high, float *x, size_t count) {
  const float width = high - low;
  FOR_EACH_GROUP({
    for (size_t i = 0; i < length; i++) {
      const float unit = (float)(int32_t)(bits[begin + i] >> 8) * 0x1p-24f;
      const float value = low + unit * width;
      x[offset + i] = value < high ? value : low;  // rounding may reach the open end
    }
  })
}

GANNET_CLONES void gannet_random_normal(gannet_stream stream, uint64_t first, float mean,
                                        float deviation, float *x, size_t count) {
  FOR_EACH_GROUP({
    for (size_t i = 0; i < length; i++) {
      const size_t own = begin + i;
      const size_t even = own & ~(size_t)1;
      // In (0, 1], so that the logarithm is finite.
      const float u = ((float)(int32_t)(bits[even] >> 8) + 1.0f) * 0x1p-24f;
      const float radius = __builtin_elementwise_sqrt(-2.0f * gannet_vlog(u));
      // sin and cos of 2 pi v for v in [-1/2, 1/2): a Taylor polynomial accurate to a float's
      // rounding on a quarter turn; the cosine is a sine shifted by a quarter.
      float v = (float)(int32_t)(bits[even + 1] >> 8) * 0x1p-24f - 0.5f;
      v += (own & 1) ? 0.25f : 0.0f;
      v -= v >= 0.5f ? 1.0f : 0.0f;
      v = v > 0.25f ? 0.5f - v : v;
      v = v < -0.25f ? -0.5f - v : v;
      const float t = v * 6.28318531f;
      const float s = t * t;
      const float sine =
          t * (1.0f + s * (-1.66666667e-1f + s * (8.33333333e-3f + s * (-1.98412698e-4f +
          s * (2.75573192e-6f - s * 2.50521084e-8f)))));
      x[offset + i] = mean + deviation * radius * sine;
    }
  })
}

GANNET_CLONES void gannet_dropout(gannet_stream stream, uint64_t first, float p, float scale,
                                  const float *x, float *y, size_t count) {
  FOR_EACH_GROUP({
    GANNET_IN_PLACE
    for (size_t i = 0; i < length; i++) {
      const float unit = (float)(int32_t)(bits[begin + i] >> 8) * 0x1p-24f;
      y[offset + i] = unit >= p ? x[offset + i] * scale : 0;
    }
  })
}
