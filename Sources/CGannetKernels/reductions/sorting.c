// Sorting of columns, by a radix sort of keys that hold the element's order and its place.

#include <string.h>

#include "CGannetKernels.h"

#define SHORT 24  // elements up to which inserting is faster than counting digits

// An integer in the order of floats: -0 equals 0, and NaN is the largest.
static inline uint32_t rank_of(float x) {
  if (x != x) return UINT32_MAX;
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  if (bits == 0x80000000u) bits = 0;
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

static void insert(uint64_t *keys, size_t size) {
  for (size_t i = 1; i < size; i++) {
    const uint64_t key = keys[i];
    size_t j = i;
    for (; j > 0 && keys[j - 1] > key; j--) keys[j] = keys[j - 1];
    keys[j] = key;
  }
}

// Sorts by the upper half, one byte after another from the lowest; equal keys keep their order. The
// result is in `keys`; `other` is as long.
static void count_digits(uint64_t *keys, uint64_t *other, size_t size) {
  uint32_t counts[4][256] = {0};
  for (size_t i = 0; i < size; i++)
    for (size_t digit = 0; digit < 4; digit++) counts[digit][keys[i] >> (32 + 8 * digit) & 255]++;
  uint64_t *from = keys, *to = other;
  for (size_t digit = 0; digit < 4; digit++) {
    const size_t shift = 32 + 8 * digit;
    if (counts[digit][from[0] >> shift & 255] == size) continue;
    uint32_t start = 0;
    for (size_t value = 0; value < 256; value++) {
      const uint32_t count = counts[digit][value];
      counts[digit][value] = start;
      start += count;
    }
    for (size_t i = 0; i < size; i++) to[counts[digit][from[i] >> shift & 255]++] = from[i];
    uint64_t *const swapped = from;
    from = to;
    to = swapped;
  }
  if (from != keys) memcpy(keys, from, size * sizeof *keys);
}

void gannet_sort(const float *x, size_t ld, size_t size, size_t count, int descending,
                 uint64_t *buffer, float *values, int32_t *places) {
  for (size_t column = 0; column < count; column++) {
    for (size_t i = 0; i < size; i++) {
      const uint32_t rank = rank_of(x[i * ld + column]);
      buffer[i] = (uint64_t)(descending ? ~rank : rank) << 32 | i;
    }
    if (size <= SHORT)
      insert(buffer, size);
    else
      count_digits(buffer, buffer + size, size);
    for (size_t i = 0; i < size; i++) {
      const uint32_t place = (uint32_t)buffer[i];
      values[i * ld + column] = x[place * ld + column];
      places[i * ld + column] = (int32_t)place;
    }
  }
}
