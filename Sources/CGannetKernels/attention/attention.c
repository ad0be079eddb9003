#include <string.h>

#include "CGannetKernels.h"
#include "masks.h"
#include "vector_math.h"

#define QUERIES GANNET_QUERY_BLOCK
#define KEYS GANNET_KEY_BLOCK
#define WIDTH GANNET_PANEL
#define INLINE __attribute__((always_inline)) static inline

typedef float panel __attribute__((vector_size(WIDTH * sizeof(float)), aligned(4), may_alias));

_Static_assert(KEYS % WIDTH == 0 && KEYS <= GANNET_DEPTH, "a block of keys is whole panels");

INLINE size_t least(size_t a, size_t b) { return a < b ? a : b; }
INLINE size_t whole_panels(size_t columns) { return (columns + WIDTH - 1) / WIDTH * WIDTH; }

// MARK: Packing

size_t gannet_packed_across(size_t keys, size_t columns) { return whole_panels(keys) * columns; }
size_t gannet_packed_along(size_t keys, size_t columns) { return keys * whole_panels(columns); }

void gannet_pack_head(gannet_matrix rows, size_t keys, size_t columns, float *across,
                      float *along) {
  for (size_t first = 0; first < keys; first += KEYS) {
    const size_t count = least(KEYS, keys - first);
    const float *block = rows.start + first * rows.ld;
    if (across)
      gannet_pack(block, rows.ld, true, columns, count, across + first * columns, 0, count);
    if (along)
      gannet_pack(block, rows.ld, false, count, columns, along + first * whole_panels(columns), 0,
                  columns);
  }
}

// MARK: Blocks

// The memory of a call.
typedef struct {
  float scores[QUERIES * KEYS];
  float gradients[QUERIES * KEYS];  // of the scores
  uint32_t bits[QUERIES * KEYS + WIDTH];
  float largest[QUERIES], sums[QUERIES], means[QUERIES];
  size_t limits[QUERIES];  // the keys that each query sees
  bool is_uniform[QUERIES];
} memory;

size_t gannet_attention_scratch(void) { return sizeof(memory) / sizeof(float); }

// A block of queries from `query` on and of keys from `key` on.
typedef struct {
  size_t query, rows;
  size_t key, count;  // all keys of the block, packed
  size_t seen;        // those that some query sees
} block;

static const float zeros[GANNET_DEPTH + KEYS];

INLINE gannet_matrix from(gannet_matrix matrix, size_t row) {
  return (gannet_matrix){matrix.start + row * matrix.ld, matrix.ld};
}

// Finds what each query of the block sees; returns the number of keys that some query sees.
INLINE size_t look(const gannet_attention *head, size_t query, size_t rows, memory *own) {
  size_t seen = 0;
  for (size_t i = 0; i < rows; i++) {
    own->is_uniform[i] = gannet_sees_nothing(head->mask, query + i, head->keys);
    own->limits[i] =
        own->is_uniform[i] ? head->keys : gannet_limit(head->mask, query + i, head->keys);
    seen = own->limits[i] > seen ? own->limits[i] : seen;
  }
  return seen;
}

// c = rows (the block's keys, packed across)^T, for the seen keys in whole panels.
INLINE void multiply_across(gannet_matrix rows, const float *packed, size_t columns, block at,
                            float *c) {
  const gannet_matrix target = {c, KEYS};
  gannet_matrix base = {(float *)zeros, 0};
  const float *part = packed + at.key * columns;
  const size_t padded = whole_panels(at.count);
  if (columns == 0) memset(c, 0, at.rows * KEYS * sizeof *c);
  for (size_t top = 0; top < columns; top += GANNET_DEPTH, base = target) {
    const size_t depth = least(GANNET_DEPTH, columns - top);
    const gannet_matrix a = {rows.start + top, rows.ld};
    gannet_multiply_part(a, part, depth * WIDTH, base, target, at.rows, depth,
                         whole_panels(at.seen));
    part += padded * depth;
  }
}

// c = weights (the block's keys, packed along), added to c but for the first block.
INLINE void multiply_along(const float *weights, const float *packed, size_t columns, block at,
                           gannet_matrix c) {
  const gannet_matrix a = {(float *)weights, KEYS};
  const float *part = packed + at.key * whole_panels(columns);
  for (size_t left = 0; left < columns; left += GANNET_DEPTH) {
    const gannet_matrix target = {c.start + left, c.ld};
    const gannet_matrix nothing = {(float *)zeros, 0};
    gannet_multiply_part(a, part + left * at.count, at.count * WIDTH,
                         at.key ? target : nothing, target, at.rows, at.seen,
                         least(GANNET_DEPTH, columns - left));
  }
}

// The two products for a few rows, from keys and values as they are: packing would cost more.
INLINE void dot_rows(gannet_matrix rows, gannet_matrix keys, size_t columns, block at, float *c) {
  GANNET_REASSOCIATE
  for (size_t j = 0; j < at.seen; j++) {
    const float *key = keys.start + (at.key + j) * keys.ld;
    for (size_t i = 0; i < at.rows; i++) {
      const float *row = rows.start + i * rows.ld;
      float sum = 0;
      for (size_t k = 0; k < columns; k++) sum += row[k] * key[k];
      c[i * KEYS + j] = sum;
    }
  }
}

INLINE void add_rows(const float *weights, gannet_matrix values, size_t columns, block at,
                     gannet_matrix c) {
  for (size_t i = 0; i < at.rows; i++, weights += KEYS, c.start += c.ld) {
    if (at.key == 0) memset(c.start, 0, columns * sizeof *c.start);
    size_t j = 0;
    for (; j + 4 <= at.seen; j += 4) {
      const float *w = weights + j, *v = values.start + (at.key + j) * values.ld;
      for (size_t k = 0; k < columns; k++)
        c.start[k] += w[0] * v[k] + w[1] * v[values.ld + k] + w[2] * v[2 * values.ld + k] +
                      w[3] * v[3 * values.ld + k];
    }
    for (; j < at.seen; j++)
      for (size_t k = 0; k < columns; k++)
        c.start[k] += weights[j] * values.start[(at.key + j) * values.ld + k];
  }
}

// Draws for the block; row i's begin at bits + i * the result.
INLINE size_t draw(const gannet_attention *head, block at, uint32_t *bits) {
  const gannet_draws draws = head->draws;
  const uint64_t first = draws.first + at.query * head->keys + at.key;
  if (head->keys <= KEYS) {  // all draws are consecutive
    gannet_random_bits(draws.stream, first, bits, at.rows * head->keys);
    return head->keys;
  }
  for (size_t i = 0; i < at.rows; i++)
    gannet_random_bits(draws.stream, first + i * head->keys, bits + i * KEYS, at.seen);
  return KEYS;
}

INLINE float kept(uint32_t bits, gannet_draws draws) {
  return (float)(int32_t)(bits >> 8) * 0x1p-24f >= draws.probability ? draws.scale : 0;
}

// Runs BODY for each j below `count`, in whole panels, without a remainder.
#define FOR_PANELS(count, BODY)                                   \
  _Pragma("clang loop vectorize_width(16) interleave_count(1)")   \
  for (int j = 0; j < (int)(count); j++) BODY

// Row i of the scores, scaled, with what the mask adds, and -infinity at keys that are not seen.
INLINE void mask_row(const gannet_attention *head, block at, const memory *own, size_t i, float *s,
                     size_t padded) {
  const size_t limit = own->limits[i] > at.key ? least(own->limits[i] - at.key, at.seen) : 0;
  const int seen = (int)limit;
  if (own->is_uniform[i]) {
    FOR_PANELS(padded, s[j] = j < seen ? 0 : -INFINITY;)
  } else if (head->mask.bias) {
    const float *bias = head->mask.bias + (at.query + i) * head->mask.ld + at.key;
    for (size_t j = 0; j < limit; j++) s[j] = s[j] * head->scale + bias[j];
    for (size_t j = limit; j < padded; j++) s[j] = -INFINITY;
  } else {
    const float scale = head->scale;
    FOR_PANELS(padded, s[j] = j < seen ? s[j] * scale : -INFINITY;)
  }
}

INLINE float power(float score, float largest) {
  const float value = gannet_vexp(score - largest);
  return score == -INFINITY ? 0 : value;
}

// The largest of a row in whole panels, at least `least`; ignores NaNs.
INLINE float largest_of(const float *s, size_t padded, float least) {
  panel values = (panel){0} + least;
  for (size_t j = 0; j < padded; j += WIDTH)
    values = __builtin_elementwise_max(values, *(const panel *)(s + j));
  return __builtin_reduce_max(values);
}

// Turns scores into powers; returns their sum.
INLINE float take_powers(float *s, size_t padded, float largest) {
  GANNET_REASSOCIATE
  float sum = 0;
  FOR_PANELS(padded, {
    const float value = power(s[j], largest);
    s[j] = value;
    sum += value;
  })
  return sum;
}

// MARK: Forward

// Turns row i of the scores into powers; scales the output so far to the largest score.
INLINE void add_powers(memory *own, size_t i, float *s, size_t padded, float *output,
                       size_t columns, bool is_first) {
  const float largest = largest_of(s, padded, own->largest[i]);
  const float sum = take_powers(s, padded, largest == -INFINITY ? 0 : largest);
  if (is_first) {
    own->sums[i] = sum;
  } else if (largest > own->largest[i]) {
    const float factor = power(own->largest[i], largest);
    own->sums[i] = own->sums[i] * factor + sum;
    for (size_t j = 0; j < columns; j++) output[j] *= factor;
  } else {
    own->sums[i] += sum;
  }
  own->largest[i] = largest;
}

GANNET_CLONES void gannet_attention_forward(const gannet_attention *head,
                                            gannet_packed_head packed, float *scratch) {
  memory *own = (memory *)scratch;
  for (size_t query = 0; query < head->queries; query += QUERIES) {
    block at = {.query = query, .rows = least(QUERIES, head->queries - query)};
    const size_t seen = look(head, query, at.rows, own);
    const gannet_matrix output = from(head->output, query);
    for (size_t i = 0; i < at.rows; i++) own->largest[i] = -INFINITY;
    for (at.key = 0; at.key < seen; at.key += KEYS) {
      at.count = least(KEYS, head->keys - at.key);
      at.seen = least(KEYS, seen - at.key);
      const size_t padded = whole_panels(at.seen);
      if (packed.keys_across)
        multiply_across(from(head->query, query), packed.keys_across, head->depth, at,
                        own->scores);
      else
        dot_rows(from(head->query, query), packed.key_rows, head->depth, at, own->scores);
      const bool drops = head->draws.probability > 0;
      const size_t ld = drops ? draw(head, at, own->bits) : 0;
      for (size_t i = 0; i < at.rows; i++) {
        float *s = own->scores + i * KEYS;
        mask_row(head, at, own, i, s, padded);
        add_powers(own, i, s, padded, output.start + i * output.ld, head->value_depth,
                   at.key == 0);
        if (drops) {
          const uint32_t *bits = own->bits + i * ld;
          FOR_PANELS(padded, s[j] *= kept(bits[j], head->draws);)
        }
      }
      if (packed.values)
        multiply_along(own->scores, packed.values, head->value_depth, at, output);
      else
        add_rows(own->scores, packed.value_rows, head->value_depth, at, output);
    }
    for (size_t i = 0; i < at.rows; i++) {
      const float factor = 1 / own->sums[i];
      float *row = output.start + i * output.ld;
      for (size_t j = 0; j < head->value_depth; j++) row[j] *= factor;
      if (head->statistics) {
        head->statistics[2 * (query + i)] = own->largest[i];
        head->statistics[2 * (query + i) + 1] = factor;
      }
    }
  }
}

// MARK: Backward

// From the scores of row i and the gradients g of its dropped weights, the dropped weights in s, and
// the gradients of the products in g.
INLINE void weigh_row(const gannet_attention *head, block at, const memory *own, size_t i, float *s,
                      float *g, const uint32_t *bits, size_t padded) {
  const float *statistics = head->statistics + 2 * (at.query + i);
  const float largest = statistics[0], factor = statistics[1], mean = own->means[i];
  const float scale = own->is_uniform[i] ? 0 : head->scale;
  if (bits) {
    FOR_PANELS(padded, {
      const float weight = power(s[j], largest) * factor;
      const float share = kept(bits[j], head->draws);
      s[j] = weight * share;
      g[j] = weight * (g[j] * share - mean) * scale;
    })
  } else {
    FOR_PANELS(padded, {
      const float weight = power(s[j], largest) * factor;
      s[j] = weight;
      g[j] = weight * (g[j] - mean) * scale;
    })
  }
}

GANNET_CLONES void gannet_attention_backward(const gannet_attention *head,
                                             gannet_packed_head packed, gannet_matrix dy,
                                             gannet_matrix dq, gannet_matrix dk, gannet_matrix dv,
                                             float *scratch) {
  GANNET_REASSOCIATE
  memory *own = (memory *)scratch;
  for (size_t query = 0; query < head->queries; query += QUERIES) {
    block at = {.query = query, .rows = least(QUERIES, head->queries - query)};
    const size_t seen = look(head, query, at.rows, own);
    const gannet_matrix gradient = from(dy, query), output = from(head->output, query);
    for (size_t i = 0; i < at.rows; i++) {
      const float *a = gradient.start + i * gradient.ld, *b = output.start + i * output.ld;
      float sum = 0;
      for (size_t j = 0; j < head->value_depth; j++) sum += a[j] * b[j];
      own->means[i] = sum;
    }
    for (at.key = 0; at.key < seen; at.key += KEYS) {
      at.count = least(KEYS, head->keys - at.key);
      at.seen = least(KEYS, seen - at.key);
      const size_t padded = whole_panels(at.seen);
      multiply_across(from(head->query, query), packed.keys_across, head->depth, at, own->scores);
      multiply_across(gradient, packed.values_across, head->value_depth, at, own->gradients);
      const bool drops = head->draws.probability > 0;
      const size_t ld = drops ? draw(head, at, own->bits) : 0;
      for (size_t i = 0; i < at.rows; i++) {
        float *s = own->scores + i * KEYS;
        mask_row(head, at, own, i, s, padded);
        weigh_row(head, at, own, i, s, own->gradients + i * KEYS,
                  drops ? own->bits + i * ld : NULL, padded);
      }
      const gannet_matrix weights = {own->scores, KEYS}, gradients = {own->gradients, KEYS};
      gannet_add_products(weights, gradient, from(dv, at.key), at.rows, at.seen,
                          head->value_depth);
      gannet_add_products(gradients, from(head->query, query), from(dk, at.key), at.rows, at.seen,
                          head->depth);
      multiply_along(own->gradients, packed.keys, head->depth, at, from(dq, query));
    }
  }
}
