"""What is benchmarked, apart from any framework: a network, its inputs, its update."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from peers.inputs import images, labels, tokens


@dataclass(frozen=True)
class Model:
    """A step is forward, mean cross-entropy against the last of `batch_of`, backward, clipping of the
    gradients' norm where `clip` is given, plain SGD."""

    network: str
    batch: int = 256
    learning_rate: float = 0.1
    clip: float | None = None
    batch_of: Callable[[int], tuple[np.ndarray, ...]] = lambda n: (images(n), labels(n))
    # Steps of one process: a second or two in all, after warm-up.
    steps: int = 600
    warmup: int = 60
    # Whether the inputs are images, which PyTorch can also have in channels-last order.
    convolutional: bool = False
    # Whole epochs over Fashion-MNIST, as many as fit into the steps, including the loader.
    epoch: bool = False


def language_model(
    network: str, batch: int, num_steps: int, learning_rate: float, steps: int
) -> Model:
    """One of tokens [num_steps, batch], out of 28, against others."""
    return Model(
        network, batch, learning_rate, 1.0, lambda n: tokens(num_steps, n, 28), steps, steps // 8
    )


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
    "rnn": language_model("rnn", 1024, 32, 1, 150),
    "gru": language_model("gru", 1024, 32, 4, 60),
    "lstm": language_model("lstm", 1024, 32, 4, 60),
    "deep_gru": language_model("deep_gru", 1024, 32, 2, 40),
    "rnn_l": language_model("rnn_l", 32, 35, 1, 200),
    "gru_l": language_model("gru_l", 32, 35, 1, 100),
    "lstm_l": language_model("lstm_l", 32, 35, 1, 100),
    "bi_lstm": language_model("bi_lstm", 32, 35, 1, 60),
    "mlp_epoch": Model("mlp", steps=3 * 235, warmup=235, epoch=True),
}
