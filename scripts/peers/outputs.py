"""What the sides' outputs are compared by, from logits [rows, classes] in NumPy."""

import math
from pathlib import Path

import numpy as np
from safetensors import safe_open

SAMPLES = 64


def sample(logits: np.ndarray) -> list[float]:
    """Up to 64 of the logits, evenly spaced; gannet-bench takes the same."""
    flat = logits.reshape(-1)
    count = min(SAMPLES, len(flat))
    return [float(flat[k * len(flat) // count]) for k in range(count)]


def cross_entropy(logits: np.ndarray, labels: np.ndarray, ignored: int) -> float:
    """Its mean over the labels that are not ignored."""
    shifted = logits.astype(np.float64) - logits.max(1, keepdims=True)
    log_probabilities = shifted - np.log(np.exp(shifted).sum(1, keepdims=True))
    kept = labels != ignored
    return -float(log_probabilities[np.arange(len(labels)), labels][kept].mean())


def trained_count(weights: Path) -> int:
    """The number of scalars in a state dictionary that are not a batch norm's statistics."""
    statistics = ("running_mean", "running_var", "num_batches_tracked")
    with safe_open(weights, "numpy") as file:
        return sum(
            math.prod(file.get_slice(name).get_shape())
            for name in file.keys()
            if not name.endswith(statistics)
        )
