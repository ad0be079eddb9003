"""Inputs that Swift and Python make alike, from an integer hash of the element's index."""

import numpy as np


def uniform(seed: int, *shape: int) -> np.ndarray:
    """Float32 values in [0, 1) of `shape`; element i, row-major, depends on (seed, i) alone.

    The hash is lowbias32 of i * 0x9E3779B9 + seed, modulo 2^32; its upper 24 bits are the value.
    """
    x = np.arange(np.prod(shape, dtype=np.int64), dtype=np.uint32)
    x = x * np.uint32(0x9E3779B9) + np.uint32(seed)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x7FEB352D)
    x ^= x >> np.uint32(15)
    x *= np.uint32(0x846CA68B)
    x ^= x >> np.uint32(16)
    return ((x >> np.uint32(8)).astype(np.float32) * np.float32(2.0**-24)).reshape(shape)


def images(count: int, size: int = 28) -> np.ndarray:
    """The benchmark's grey images [count, 1, size, size] in [0, 1)."""
    return uniform(1, count, 1, size, size)


def labels(count: int, classes: int = 10) -> np.ndarray:
    """The benchmark's labels [count], from 0 to classes - 1, as int64."""
    return np.floor(uniform(2, count) * np.float32(classes)).astype(np.int64)


def tokens(steps: int, count: int, vocabulary: int) -> tuple[np.ndarray, np.ndarray]:
    """Tokens [steps, count], and as many labels [steps * count], from 0 to vocabulary - 1."""
    first = np.floor(uniform(1, steps, count) * np.float32(vocabulary)).astype(np.int64)
    return first, labels(steps * count, vocabulary)


def pairs(
    steps: int, count: int, source: int, target: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Sources [count, steps], their lengths [count] from 1 on, targets [count, steps], and as many
    labels [count * steps]."""

    def integers(seed: int, below: int, *shape: int) -> np.ndarray:
        return np.floor(uniform(seed, *shape) * np.float32(below)).astype(np.int64)

    lengths = integers(3, steps, count) + 1
    sources, targets = integers(1, source, count, steps), integers(4, target, count, steps)
    return sources, lengths, targets, labels(count * steps, target)
