#pragma once
// Without this, lapacke.h takes C99's `complex`, which Swift cannot import.
#define LAPACK_COMPLEX_STRUCTURE
#include <lapacke.h>
