// Sums over all ranks by a fixed tree.
//
// Values go in blocks. Of each, every rank gets one slice from all others, adds it, and sends the sum
// to all. Some blocks are on their way while one is added, and blocks are small enough that what has
// come is added, and sent on, from the caches: twice as fast as all at once.
#ifdef GANNET_MPI
#include "state.h"

#include <stdlib.h>

enum {
  // Blocks on their way at a time.
  depth = 4,
  // The values of a slice, and the most of a block.
  largest_slice = 1 << 15,
  largest_block = 1 << 19,
  // The largest sum of which each rank adds all, after one exchange instead of two: to send 64 KB takes
  // no longer than an exchange itself.
  largest_whole = 1 << 14,
};

enum { exchange_tag, gather_tag };

// A block on its way.
typedef struct {
  // A request to and one from each other rank; those of gathering are of the block before.
  MPI_Request *exchange, *gather;
  float *slices;
} block_slot;

// The current sum; its blocks up to `added` have been added.
static float *values, *scratch;
static size_t count, block_size, block_count, added;
static block_slot slots[depth];
static MPI_Request whole = MPI_REQUEST_NULL;
static int request_count;

static void make_slots(void) {
  request_count = 2 * (gannet_mpi.ranks - 1);
  for (int i = 0; i < depth; i++) {
    MPI_Request *requests = malloc(2 * (size_t)request_count * sizeof *requests);
    for (int k = 0; k < 2 * request_count; k++) requests[k] = MPI_REQUEST_NULL;
    slots[i].exchange = requests;
    slots[i].gather = requests + request_count;
  }
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static size_t largest_block_size(void) {
  return smaller((size_t)gannet_mpi.ranks * largest_slice, largest_block);
}

// The room for the slices of a block, of which one may be larger than another by one value.
static size_t slot_size(size_t block) { return block + (size_t)gannet_mpi.ranks; }

size_t gannet_mpi_sum_scratch(size_t size) {
  if (size <= largest_whole) return size * (size_t)gannet_mpi.ranks;
  const size_t block = largest_block_size();
  return smaller(depth, (size + block - 1) / block) * slot_size(block);
}

static void add_to(float *restrict sum, const float *restrict a, size_t size) {
  for (size_t i = 0; i < size; i++) sum[i] += a[i];
}

static void set_sum(float *restrict sum, const float *restrict a, const float *restrict b,
                    size_t size) {
  for (size_t i = 0; i < size; i++) sum[i] = a[i] + b[i];
}

// The sum may be one of the two; a loop over memory that may overlap is not vectorised.
static void add(const float *a, const float *b, float *sum, size_t size) {
  if (sum == a) {
    add_to(sum, b, size);
  } else if (sum == b) {
    add_to(sum, a, size);
  } else {
    set_sum(sum, a, b, size);
  }
}

// Adds `size` values of each rank, from `rows` with this rank's at `own`, into `own`: neighbours, and
// then neighbouring sums.
static void add_ranks(float *rows, float *own, size_t size) {
  const int ranks = gannet_mpi.ranks;
  float *row[ranks];
  for (int rank = 0; rank < ranks; rank++)
    row[rank] = rank == gannet_mpi.rank ? own : rows + size * (size_t)rank;
  for (int step = 1; step < ranks; step *= 2)
    for (int rank = 0; rank + step < ranks; rank += 2 * step)
      add(row[rank], row[rank + step], 2 * step < ranks ? row[rank] : own, size);
}

static float *block_values(size_t block) { return values + block * block_size; }

static size_t slice_start(size_t block, int rank) {
  const size_t size = smaller(block_size, count - block * block_size);
  return size * (size_t)rank / (size_t)gannet_mpi.ranks;
}

static int slice_size(size_t block, int rank) {
  return (int)(slice_start(block, rank + 1) - slice_start(block, rank));
}

// Begins to send to a rank and to receive from it; advances `request` past both.
static void start(int rank, int tag, const float *sent, int sent_size, float *received,
                  int received_size, MPI_Request **request) {
  MPI_Irecv(received, received_size, MPI_FLOAT, rank, tag, gannet_mpi.operations, (*request)++);
  MPI_Isend(sent, sent_size, MPI_FLOAT, rank, tag, gannet_mpi.operations, (*request)++);
}

// Sends the slice r of a block to the rank r, and receives this rank's slices of the others.
static void start_exchange(size_t block) {
  block_slot *slot = &slots[block % depth];
  MPI_Request *request = slot->exchange;
  const int own_size = slice_size(block, gannet_mpi.rank);
  slot->slices = scratch + (block % depth) * slot_size(block_size);
  // Each begins with the next rank, so that no rank is everyone's first.
  for (int step = 1; step < gannet_mpi.ranks; step++) {
    const int rank = (gannet_mpi.rank + step) % gannet_mpi.ranks;
    start(rank, exchange_tag, block_values(block) + slice_start(block, rank),
          slice_size(block, rank), slot->slices + (size_t)own_size * (size_t)rank, own_size,
          &request);
  }
}

// Sends this rank's sums of a block to all others and receives theirs.
static void start_gathering(size_t block) {
  MPI_Request *request = slots[block % depth].gather;
  const float *own = block_values(block) + slice_start(block, gannet_mpi.rank);
  const int own_size = slice_size(block, gannet_mpi.rank);
  for (int step = 1; step < gannet_mpi.ranks; step++) {
    const int rank = (gannet_mpi.rank + step) % gannet_mpi.ranks;
    start(rank, gather_tag, own, own_size, block_values(block) + slice_start(block, rank),
          slice_size(block, rank), &request);
  }
}

static bool test(MPI_Request *requests) {
  int done;
  MPI_Testall(request_count, requests, &done, MPI_STATUSES_IGNORE);
  return done;
}

static bool advance_blocks(void) {
  for (; added < block_count; added++) {
    block_slot *slot = &slots[added % depth];
    if (!test(slot->exchange) || !test(slot->gather)) return false;
    add_ranks(slot->slices, block_values(added) + slice_start(added, gannet_mpi.rank),
              (size_t)slice_size(added, gannet_mpi.rank));
    start_gathering(added);
    if (added + depth < block_count) start_exchange(added + depth);
  }
  for (int i = 0; i < depth; i++)
    if (!test(slots[i].gather)) return false;
  return true;
}

static bool advance_whole(void) {
  int done;
  MPI_Test(&whole, &done, MPI_STATUS_IGNORE);
  if (!done) return false;
  add_ranks(scratch, values, count);
  return true;
}

void gannet_mpi_begin_sum(float *all, size_t size, float *space) {
  if (slots[0].exchange == NULL) make_slots();
  values = all;
  count = size;
  scratch = space;
  if (size <= largest_whole) {
    gannet_mpi.advance = advance_whole;
    MPI_Iallgather(values, (int)size, MPI_FLOAT, scratch, (int)size, MPI_FLOAT,
                   gannet_mpi.operations, &whole);
    return;
  }
  gannet_mpi.advance = advance_blocks;
  block_size = largest_block_size();
  block_count = (size + block_size - 1) / block_size;
  added = 0;
  for (size_t block = 0; block < smaller(depth, block_count); block++) start_exchange(block);
}
#endif
