"""What is benchmarked, apart from any framework: a name, its batch, its inputs, its update."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from peers.inputs import images, labels


@dataclass(frozen=True)
class Model:
    """A step is forward, mean cross-entropy against the last of `batch_of`, backward, plain SGD."""

    batch: int = 256
    learning_rate: float = 0.1
    batch_of: Callable[[int], tuple[np.ndarray, ...]] = lambda n: (images(n), labels(n))


MODELS = {
    "mlp": Model(),
    "mlp_dropout": Model(),
}
