// Kernels that Swift cannot vectorise without unsafe flags.
//
// Each processes a whole buffer on one thread; GannetTensor splits the work among threads. Pointers
// are to contiguous floats unless a leading dimension (`ld`, in elements) is given. An output may
// be the same buffer as the input, but must not overlap it otherwise.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Compiles a function for several instruction sets, one of which is chosen when the program is
// loaded. Only glibc on x86-64 has such a resolver, and it runs before the thread sanitizer is
// ready.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define GANNET_THREAD_SANITIZER 1
#endif
#endif
#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__) && \
    !defined(GANNET_THREAD_SANITIZER)
#define GANNET_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define GANNET_CLONES
#endif

// Placed before a loop whose output may be its input: otherwise the runtime alias check selects the
// scalar loop when the two are the same.
#define GANNET_IN_PLACE _Pragma("clang loop vectorize(assume_safety)")

// As GANNET_IN_PLACE, with four vectors interleaved: in a long chain of dependent operations this hides
// latencies that out-of-order execution cannot.
#define GANNET_IN_PLACE_BY_FOUR \
  _Pragma("clang loop vectorize(assume_safety) interleave_count(4)")

// Lets the compiler reorder sums, at compile time, so that they vectorise.
#define GANNET_REASSOCIATE _Pragma("clang fp reassociate(on)")

// MARK: system.c

/// Allocates 64-byte aligned memory, in huge pages if it is large; NULL on failure.
void *gannet_allocate(size_t bytes);
void gannet_free(void *buffer);
/// The monotonic clock in microseconds.
int64_t gannet_microseconds(void);

/// The number of processors that this process may run on, or 0 if unknown.
int gannet_affinity_count(void);

/// Hint to the processor in a spin-wait loop.
static inline void gannet_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// MARK: maps.c: y[i] = f(x[i])

void gannet_relu(const float *x, float *y, size_t count);
// y += x.
void gannet_add(const float *x, float *y, size_t count);
void gannet_exp(const float *x, float *y, size_t count);
void gannet_log(const float *x, float *y, size_t count);
void gannet_sqrt(const float *x, float *y, size_t count);
void gannet_tanh(const float *x, float *y, size_t count);
void gannet_sigmoid(const float *x, float *y, size_t count);
void gannet_expm1(const float *x, float *y, size_t count);
void gannet_log1p(const float *x, float *y, size_t count);
void gannet_erf(const float *x, float *y, size_t count);
void gannet_sin(const float *x, float *y, size_t count);
void gannet_cos(const float *x, float *y, size_t count);
void gannet_tan(const float *x, float *y, size_t count);
/// To the nearest integer, and to the even one of two.
void gannet_round(const float *x, float *y, size_t count);
void gannet_floor(const float *x, float *y, size_t count);
void gannet_ceil(const float *x, float *y, size_t count);
/// Backward passes: dx[i] = dy[i] f'(x[i]), computed from y[i] = f(x[i]).
/// For relu, dx[i] = y[i] > 0 ? dy[i] scale : 0, where `scale` is that of a dropout after it, else 1.
void gannet_relu_backward(const float *dy, const float *y, float *dx, float scale, size_t count);
void gannet_tanh_backward(const float *dy, const float *y, float *dx, size_t count);
void gannet_sigmoid_backward(const float *dy, const float *y, float *dx, size_t count);
/// y[i] = condition[i] != 0 ? b[i] : a[i].
void gannet_select(const float *a, const float *b, const float *condition, float *y, size_t count);

// MARK: transpose.c

/// y[i][j] = x[j][i] for `rows` by `columns` elements of y.
void gannet_transpose(const float *x, size_t ld_x, float *y, size_t ld_y, size_t rows,
                      size_t columns);

// MARK: powers.c

/// y[i] = x[i]^exponent.
void gannet_power_all(const float *x, float exponent, float *y, size_t count);
float gannet_power(float base, float exponent);

// MARK: activations.c: y[i] = f(x[i]), and dx[i] = dy[i] f'(x[i])

void gannet_gelu(const float *x, float *y, size_t count);
void gannet_gelu_backward(const float *dy, const float *x, float *dx, size_t count);
void gannet_gelu_tanh(const float *x, float *y, size_t count);
void gannet_gelu_tanh_backward(const float *dy, const float *x, float *dx, size_t count);
void gannet_silu(const float *x, float *y, size_t count);
void gannet_silu_backward(const float *dy, const float *x, float *dx, size_t count);
void gannet_softplus(const float *x, float *y, size_t count);
void gannet_softplus_backward(const float *dy, const float *x, float *dx, size_t count);
void gannet_mish(const float *x, float *y, size_t count);
void gannet_mish_backward(const float *dy, const float *x, float *dx, size_t count);
void gannet_softsign(const float *x, float *y, size_t count);
void gannet_softsign_backward(const float *dy, const float *x, float *dx, size_t count);
void gannet_relu6(const float *x, float *y, size_t count);
/// x may be the result.
void gannet_relu6_backward(const float *dy, const float *x, float *dx, size_t count);
void gannet_hard_sigmoid(const float *x, float *y, size_t count);
void gannet_hard_sigmoid_backward(const float *dy, const float *x, float *dx, size_t count);
void gannet_hard_swish(const float *x, float *y, size_t count);
void gannet_hard_swish_backward(const float *dy, const float *x, float *dx, size_t count);

/// above x where x is positive, else below (e^(inner x) - 1).
typedef struct {
  float above, below, inner;
} gannet_elu_form;

void gannet_elu(const float *x, gannet_elu_form form, float *y, size_t count);
void gannet_elu_backward(const float *dy, const float *x, gannet_elu_form form, float *dx,
                         size_t count);

// MARK: sorting.c

/// Sorts `count` columns of `size` elements, ld apart, NaN being the largest; equal ones keep their
/// order. Stores the values, and their places in x. `buffer` has room for 2 * size keys.
void gannet_sort(const float *x, size_t ld, size_t size, size_t count, int descending,
                 uint64_t *buffer, float *values, int32_t *places);

// MARK: reductions.c

double gannet_sum(const float *x, size_t count);
/// Sums in double precision, so that squares do not overflow.
double gannet_sum_of_squares(const float *x, size_t count);
/// The sum of x * y, in double precision.
double gannet_dot(const float *x, const float *y, size_t count);
double gannet_sum_of_magnitudes(const float *x, size_t count);
/// The number of infinite and NaN elements among fewer than 2^32.
double gannet_count_not_finite(const float *x, size_t count);
/// y[j] = the sum of x[i][j] over the rows, divided by `divisor`. In double precision but for sums
/// of eight rows.
void gannet_sum_rows(const float *x, size_t ld, double divisor, float *y, size_t rows,
                     size_t columns);
/// sums[j] += x[i][j] over the rows, in the same precision.
void gannet_accumulate_rows(const float *x, size_t ld, double *sums, size_t rows, size_t columns);
/// `gannet_accumulate_rows` in single precision, for few rows.
void gannet_add_rows(const float *x, size_t ld, float *sums, size_t rows, size_t columns);
/// sums[j] += x[i][j] - centers[j], and squares[j] += the square of that, in double precision.
void gannet_deviations(const float *x, const float *centers, double *sums, double *squares,
                       size_t rows, size_t columns);

// MARK: random.c: Philox 4x32-10; draw i of a stream is a pure function of (key, stream, i)

typedef struct {
  uint64_t key;
  uint64_t stream;
} gannet_stream;

void gannet_random_bits(gannet_stream stream, uint64_t first, uint32_t *bits, size_t count);
/// Uniform in [low, high).
void gannet_random_uniform(gannet_stream stream, uint64_t first, float low, float high, float *x,
                           size_t count);
/// Normal by Box-Muller; draws come in pairs, so `first` is even.
void gannet_random_normal(gannet_stream stream, uint64_t first, float mean, float deviation,
                          float *x, size_t count);
/// y = draw >= p ? x * scale : 0: element i of the mask is draw first + i.
void gannet_dropout(gannet_stream stream, uint64_t first, float p, float scale, const float *x,
                    float *y, size_t count);

// MARK: cross_entropy.c

typedef struct {
  const float *weights;  // of the classes; NULL if all are 1
  float smoothing;       // the share of a target that is spread over all classes
  float scale;           // of losses and gradients
  int32_t ignored;       // rows of this label have no loss or gradient
} gannet_cross_entropy;

/// Cross-entropy of each row, (1 - smoothing) w[label] (L - x[label]) + smoothing / C sum of w[j]
/// (L - x[j]) with L = logsumexp(x); returns the sum. `gradient` and `losses` may be NULL; neither
/// may be x.
double gannet_softmax_cross_entropy(const float *x, const int32_t *labels,
                                    gannet_cross_entropy form, float *gradient, float *losses,
                                    size_t rows, size_t columns);

// MARK: bytes.c

/// y[i][j] = table[rows[i]][j] / divisor: gathers rows of a table of bytes as floats.
void gannet_gather_bytes(const uint8_t *table, const ptrdiff_t *rows, float *y, float divisor,
                         size_t count, size_t columns);

// MARK: softmax.c: along axis 0 of `size` rows of `columns` elements, `ld` apart

void gannet_softmax(const float *x, float *y, size_t ld, size_t size, size_t columns);
void gannet_log_softmax(const float *x, float *y, size_t ld, size_t size, size_t columns);
/// y is one row of `columns` elements.
void gannet_log_sum_exp(const float *x, float *y, size_t ld, size_t size, size_t columns);
/// dx from dy and the result y.
void gannet_softmax_backward(const float *dy, const float *y, float *dx, size_t ld, size_t size,
                          size_t columns);
void gannet_log_softmax_backward(const float *dy, const float *y, float *dx, size_t ld, size_t size,
                              size_t columns);

// MARK: axes.c: along axis 0, as above

/// The maximum of each column and its first row (a NaN is the largest); with `sign` -1 the minimum.
void gannet_extremum(const float *x, size_t ld, size_t size, size_t columns, float sign,
                     float *value, int32_t *index);
/// y[i] = x[0] + ... + x[i], from the last row up if `reversed`.
void gannet_cumulative_sum(const float *x, float *y, size_t ld, size_t size, size_t columns,
                           bool reversed);
/// Row i of y is the sum of weights[t] times row indices[t] of x over starts[i] <= t < starts[i +
/// 1]; rows are `ld` apart in both.
void gannet_weighted_rows(const float *x, float *y, size_t ld, size_t columns, size_t rows,
                          const int32_t *starts, const int32_t *indices, const float *weights);
/// The `count` largest of each column in descending order, ties by row, NaN the largest; outputs
/// have the same `ld`.
void gannet_top(const float *x, size_t ld, size_t size, size_t columns, size_t count, float *values,
                int32_t *indices);

#include "gannet_attention.h"
#include "gannet_convolution.h"
#include "gannet_images.h"
#include "gannet_losses.h"
#include "gannet_norms.h"
#include "gannet_optimizers.h"
#include "gannet_pooling.h"
#include "gannet_products.h"
#include "gannet_recurrent.h"
