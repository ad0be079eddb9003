#include "CGannetKernels.h"

GANNET_CLONES void gannet_relu_backward(const float *dy, const float *y, float *dx, float scale,
                                        size_t count) {
  GANNET_IN_PLACE
  for (size_t i = 0; i < count; i++) dx[i] = y[i] > 0 ? dy[i] * scale : 0;
}
