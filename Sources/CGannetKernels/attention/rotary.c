#include <math.h>

#include "CGannetKernels.h"

void gannet_rotary_table(double base, size_t first, size_t positions, size_t pairs, float *table) {
  for (size_t j = 0; j < pairs; j++) {
    const double frequency = pow(base, -(double)j / (double)pairs);
    for (size_t i = 0; i < positions; i++) {
      const double angle = (double)(first + i) * frequency;
      table[2 * i * pairs + j] = (float)cos(angle);
      table[(2 * i + 1) * pairs + j] = (float)sin(angle);
    }
  }
}

GANNET_CLONES void gannet_rotate_pairs(float *x, const float *table, float direction,
                                       bool interleaved, size_t heads, size_t depth,
                                       size_t pairs) {
  const float *cosines = table, *sines = table + pairs;
  for (size_t head = 0; head < heads; head++, x += depth) {
    if (interleaved) {
      GANNET_IN_PLACE
      for (size_t j = 0; j < pairs; j++) {
        const float a = x[2 * j], b = x[2 * j + 1], sine = direction * sines[j];
        x[2 * j] = a * cosines[j] - b * sine;
        x[2 * j + 1] = b * cosines[j] + a * sine;
      }
    } else {
      GANNET_IN_PLACE
      for (size_t j = 0; j < pairs; j++) {
        const float a = x[j], b = x[j + pairs], sine = direction * sines[j];
        x[j] = a * cosines[j] - b * sine;
        x[j + pairs] = b * cosines[j] + a * sine;
      }
    }
  }
}
