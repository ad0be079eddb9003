#include "CGannetKernels.h"
