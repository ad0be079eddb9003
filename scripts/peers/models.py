"""What is benchmarked, apart from any framework: a network, its inputs, its update."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from peers.inputs import images, labels


@dataclass(frozen=True)
class Model:
    """A step is forward, mean cross-entropy against the last of `batch_of`, backward, plain SGD."""

    network: str
    batch: int = 256
    learning_rate: float = 0.1
    batch_of: Callable[[int], tuple[np.ndarray, ...]] = lambda n: (images(n), labels(n))
    # Of one process; a second or two in all, after the compilers and caches have warmed up.
    steps: int = 600
    warmup: int = 60
    # Whether the inputs are images whose memory PyTorch can have in another order.
    convolutional: bool = False
    # Whole epochs over Fashion-MNIST, as many as fit into the steps; the loader is included.
    epoch: bool = False


MODELS = {
    "mlp": Model("mlp"),
    "mlp_dropout": Model("mlp_dropout"),
    "lenet": Model("lenet", batch=128, steps=200, warmup=20, convolutional=True),
    "bn_lenet": Model("bn_lenet", batch=128, steps=200, warmup=20, convolutional=True),
    "resnet18": Model(
        "resnet18",
        batch=128,
        learning_rate=0.01,
        batch_of=lambda n: (images(n, 96), labels(n)),
        steps=5,
        warmup=2,
        convolutional=True,
    ),
    "mlp_epoch": Model("mlp", steps=3 * 235, warmup=235, epoch=True),
}
