// Kernels that Swift cannot vectorise without unsafe flags.
//
// Each runs over a whole buffer on one thread; GannetTensor cuts the work and hands it out. All
// pointers are to dense floats unless a leading dimension (`ld`, in elements) is given. An output
// may be the input itself, never a part of it.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Compiled once for each level of the instruction set, chosen when the program is loaded. The
// resolver runs before the thread sanitizer is ready, and only glibc on x86-64 has one.
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

// Before a loop whose output may be its input: without this the vectorised loop gives way to the
// scalar one when the two are the same.
#define GANNET_IN_PLACE _Pragma("clang loop vectorize(assume_safety)")

// The same for long chains of operations: four vectors at a time keep the processor busy, whose window is
// too short to find the next one by itself.
#define GANNET_IN_PLACE_BY_FOUR \
  _Pragma("clang loop vectorize(assume_safety) interleave_count(4)")

// Sums in lanes: lets the compiler add up in any order that it fixes at compile time.
#define GANNET_REASSOCIATE _Pragma("clang fp reassociate(on)")

// MARK: system.c

/// 64-byte aligned memory, in huge pages where it is large enough to gain from them; or NULL.
void *gannet_allocate(size_t bytes);
void gannet_free(void *buffer);
/// Microseconds of the monotonic clock.
int64_t gannet_microseconds(void);

/// How many processors this process may run on, or 0 where the system does not tell.
int gannet_affinity_count(void);

/// Tells the processor that this is a loop that waits.
static inline void gannet_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// MARK: maps.c: y[i] = f(x[i])

void gannet_relu(const float *x, float *y, size_t count);
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
/// dx[i] = dy[i] f'(x[i]), from y[i] = f(x[i]).
void gannet_tanh_chain(const float *dy, const float *y, float *dx, size_t count);
void gannet_sigmoid_chain(const float *dy, const float *y, float *dx, size_t count);
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
void gannet_gelu_chain(const float *dy, const float *x, float *dx, size_t count);
void gannet_gelu_tanh(const float *x, float *y, size_t count);
void gannet_gelu_tanh_chain(const float *dy, const float *x, float *dx, size_t count);
void gannet_silu(const float *x, float *y, size_t count);
void gannet_silu_chain(const float *dy, const float *x, float *dx, size_t count);
void gannet_softplus(const float *x, float *y, size_t count);
void gannet_softplus_chain(const float *dy, const float *x, float *dx, size_t count);
void gannet_elu(const float *x, float alpha, float *y, size_t count);
void gannet_elu_chain(const float *dy, const float *x, float alpha, float *dx, size_t count);

// MARK: reductions.c

double gannet_sum(const float *x, size_t count);
/// In double precision, so that squares don't overflow.
double gannet_sum_of_squares(const float *x, size_t count);
double gannet_sum_of_magnitudes(const float *x, size_t count);
/// y[j] = the sum of x[i][j] over the rows, over the divisor. As exact as a sum in double precision but for
/// the rounding of each eight rows, whatever their number.
void gannet_sum_rows(const float *x, size_t ld, double divisor, float *y, size_t rows,
                     size_t columns);
/// sums[j] += x[i][j] over the rows, as exactly.
void gannet_accumulate_rows(const float *x, size_t ld, double *sums, size_t rows, size_t columns);
/// `gannet_accumulate_rows` in single precision, for few rows.
void gannet_add_rows(const float *x, size_t ld, float *sums, size_t rows, size_t columns);
/// sums[j] += x[i][j] - centers[j], and squares[j] += the square of that, in double precision.
void gannet_deviations(const float *x, const float *centers, double *sums, double *squares,
                       size_t rows, size_t columns);

// MARK: epilogues.c: what follows a product

/// dx = y > 0 ? dy * scale : 0.
void gannet_relu_backward(const float *dy, const float *y, float *dx, float scale, size_t count);

// MARK: random.c: Philox 4x32-10; draw i of a stream is a pure function of (key, stream, i)

typedef struct {
  uint64_t key;
  uint64_t stream;
} gannet_stream;

void gannet_random_bits(gannet_stream stream, uint64_t first, uint32_t *bits, size_t count);
/// Uniform in [low, high).
void gannet_random_uniform(gannet_stream stream, uint64_t first, float low, float high, float *x,
                           size_t count);
/// Normal by Box and Muller; draws come in pairs, so `first` is even.
void gannet_random_normal(gannet_stream stream, uint64_t first, float mean, float deviation,
                          float *x, size_t count);
/// y = draw >= p ? x * scale : 0: element i of the mask is draw first + i.
void gannet_dropout(gannet_stream stream, uint64_t first, float p, float scale, const float *x,
                    float *y, size_t count);

// MARK: softmax.c

typedef struct {
  const float *weights;  // of the classes; NULL where all are 1
  float smoothing;       // the share of a label that goes to all classes alike
  float scale;           // of losses and gradients
  int32_t ignored;       // rows of this label give nothing
} gannet_cross_entropy;

/// Row by row the loss (1 - smoothing) w[label] (L - x[label]) + smoothing / C sum of w[j] (L - x[j]), L
/// being logsumexp(x); the sum is returned. `gradient` and `losses` may be NULL; neither is x itself.
double gannet_softmax_cross_entropy(const float *x, const int32_t *labels,
                                    gannet_cross_entropy form, float *gradient, float *losses,
                                    size_t rows, size_t columns);

// MARK: bytes.c

/// y[i][j] = table[rows[i]][j] / divisor: some rows of a table of bytes, as floats.
void gannet_gather_bytes(const uint8_t *table, const ptrdiff_t *rows, float *y, float divisor,
                         size_t count, size_t columns);

// MARK: softmax_axis.c: along `size` rows of `columns` elements, `ld` apart; each column by itself

void gannet_softmax(const float *x, float *y, size_t ld, size_t size, size_t columns);
void gannet_log_softmax(const float *x, float *y, size_t ld, size_t size, size_t columns);
/// One row of `columns` elements.
void gannet_log_sum_exp(const float *x, float *y, size_t ld, size_t size, size_t columns);
/// dx from dy, of the result y.
void gannet_softmax_chain(const float *dy, const float *y, float *dx, size_t ld, size_t size,
                          size_t columns);
void gannet_log_softmax_chain(const float *dy, const float *y, float *dx, size_t ld, size_t size,
                              size_t columns);

// MARK: axes.c: the same form

/// The first largest of each column (a NaN counts as the largest), and its row; with `sign` -1 the
/// smallest.
void gannet_extremum(const float *x, size_t ld, size_t size, size_t columns, float sign,
                     float *value, int32_t *index);
/// y[i] = x[0] + ... + x[i], from the last row up if `reversed`.
void gannet_cumulative_sum(const float *x, float *y, size_t ld, size_t size, size_t columns,
                           bool reversed);
/// Row i of y is the sum of weights[t] times row indices[t] of x over t from starts[i] up to starts[i + 1];
/// rows are `ld` apart in both.
void gannet_weighted_rows(const float *x, float *y, size_t ld, size_t columns, size_t rows,
                          const int32_t *starts, const int32_t *indices, const float *weights);
/// The `count` largest of each column in falling order, equals by their row, a NaN the largest;
/// `ld` apart too.
void gannet_top(const float *x, size_t ld, size_t size, size_t columns, size_t count, float *values,
                int32_t *indices);

#include "gannet_convolution.h"
#include "gannet_losses.h"
#include "gannet_norms.h"
#include "gannet_optimizers.h"
#include "gannet_pooling.h"
#include "gannet_products.h"
#include "gannet_recurrent.h"
