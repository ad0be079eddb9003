"""The orders of Gannet's shuffled loaders, `DataLoader(seed:)`, so that both sides see the same batches.

Random bits are those of Philox 4x32-10 (Salmon et al., 2011), in groups of 64 draws: draw 16 w + l of
group g is word w of the counter (16 g + l, stream). The stream of a loader's orders is 2^64 - 1, its
seed the loader's.
"""

import numpy as np

GROUP, LANES = 64, 16
ORDERS = 2**64 - 1


def bits(seed: int, stream: int, first: int, count: int) -> list[int]:
    """The draws from number `first` on, each of 32 bits; `first` begins a group."""
    groups = -(-count // GROUP)
    block = np.arange(groups * LANES, dtype=np.uint64) + np.uint64(first // GROUP * LANES)
    low, high = np.uint64(2**32 - 1), np.uint64(32)
    c = [block & low, block >> high, np.uint64(stream) & low, np.uint64(stream) >> high]
    keys = [seed % 2**32, seed >> 32]
    for _ in range(10):
        p0, p1 = np.uint64(0xD2511F53) * c[0], np.uint64(0xCD9E8D57) * c[2]
        n0 = (p1 >> high) ^ c[1] ^ np.uint64(keys[0])
        n2 = (p0 >> high) ^ c[3] ^ np.uint64(keys[1])
        c = [n0, p1 & low, n2, p0 & low]
        keys = [(keys[0] + 0x9E3779B9) % 2**32, (keys[1] + 0xBB67AE85) % 2**32]
    words = np.stack([word.reshape(groups, LANES) for word in c], axis=1)
    return words.reshape(-1)[:count].tolist()


def permutation(count: int, seed: int, epoch: int) -> list[int]:
    """A shuffle by Fisher and Yates from the end: the partner of place k is the high half of k + 1 times
    draws 2 k (its upper 32 bits) and 2 k + 1."""
    drawn = -(-2 * count // GROUP) * GROUP
    draws = bits(seed, ORDERS, epoch * drawn, drawn)
    order = list(range(count))
    for last in range(count - 1, 0, -1):
        other = ((draws[2 * last] << 32 | draws[2 * last + 1]) * (last + 1)) >> 64
        order[last], order[other] = order[other], order[last]
    return order


def shuffled(count: int, batch: int, seed: int, epoch: int) -> list[list[int]]:
    """The examples of each whole batch of an epoch."""
    order = permutation(count, seed, epoch)
    return [order[first : first + batch] for first in range(0, count - batch + 1, batch)]


def number(seed: int, stream: int, position: int) -> int:
    """A number of 64 bits, the first draw its lower half."""
    low, high = bits(seed, stream, position, 2)
    return low | high << 32


def bucketed(lengths: list[int], batch: int, seed: int, epoch: int) -> list[list[int]]:
    """The examples of each batch of an epoch, of similar lengths: sorted by length within 100 batches of
    the shuffled ones, then whole batches are shuffled, and what is left comes last."""
    order, pool = permutation(len(lengths), seed, epoch), 100 * batch
    pools = [order[first : first + pool] for first in range(0, len(order), pool)]
    pooled = [k for part in pools for k in sorted(part, key=lambda k: lengths[k])]
    batches = [pooled[first : first + batch] for first in range(0, len(pooled), batch)]
    whole = len(pooled) // batch
    own = number(number(seed, ORDERS, 2**63), 2**64 - 1 - epoch, (whole + 1) << 6)
    return [batches[k] for k in permutation(whole, own, 0)] + batches[whole:]


def by_length(lengths: list[int], batch: int) -> list[list[int]]:
    """The examples of each batch in the order of their lengths, without a shuffle."""
    order = sorted(range(len(lengths)), key=lambda k: lengths[k])
    return [order[first : first + batch] for first in range(0, len(order), batch)]
