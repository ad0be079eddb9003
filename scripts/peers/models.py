"""The benchmarked networks, independent of a framework: a network, its inputs, its update.

All of it stands in the register that gannet-bench reads too, `Sources/gannet-bench/networks.json`.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from peers.inputs import images, labels, pairs, tokens

REGISTER = Path(__file__).parents[2] / "Sources" / "gannet-bench" / "networks.json"


@dataclass(frozen=True)
class Model:
    """A step is forward, mean cross-entropy against the last of `batch_of`, backward, clipping of the
    gradients' norm where `clip` is given, plain SGD or Adam with its usual settings."""

    network: str
    batch: int
    optimizer: str
    learning_rate: float
    clip: float | None
    # The label without a loss, that of padding; one that no label is where there is none.
    ignored: int
    batch_of: Callable[[int], tuple[np.ndarray, ...]]
    # Steps of one process: a second or two in all, after warm-up.
    steps: int
    warmup: int
    # Whether the inputs are images, which PyTorch can also have in channels-last order.
    convolutional: bool
    # Whether PyTorch is timed with the book's attention too.
    attention: bool
    # Whole epochs over Fashion-MNIST, as many as fit into the steps, including the loader.
    epoch: bool
    # The inputs' axis of examples.
    batch_axis: int
    # Train; infer unless whole epochs are timed; serve where the table of served networks has it; decode
    # where sequences are written.
    phases: tuple[str, ...]
    # The frameworks and runtimes that have the network.
    peers: tuple[str, ...]


def model(entry: dict[str, Any]) -> Model:
    """A model of the register; a key or value that is not known is an error."""
    entry = dict(entry)
    name = entry.pop("name")
    optimizer, loss = entry.pop("optimizer"), entry.pop("loss")
    if optimizer not in ("sgd", "adam") or loss != "crossEntropy":
        raise ValueError(f"{REGISTER.name}: no peer has {optimizer} and {loss}, those of {name}")
    given = entry.pop("input")
    batch_of, epoch = batches(given)
    result = Model(
        network=entry.pop("network"),
        batch=entry.pop("batch"),
        optimizer=optimizer,
        ignored=given.get("ignored", -100),
        learning_rate=entry.pop("learningRate"),
        clip=entry.pop("clip", None),
        batch_of=batch_of,
        steps=entry.pop("steps"),
        warmup=entry.pop("warmup"),
        convolutional=entry.pop("convolutional", False),
        attention=entry.pop("attention", False),
        epoch=epoch,
        batch_axis=1 if "tokens" in given else 0,
        phases=(
            "train",
            *([] if epoch else ["infer"]),
            *(["serve"] if entry.pop("served", False) else []),
            *(["decode"] if "pairs" in given else []),
        ),
        peers=tuple(entry.pop("peers", ["torch", "jax", "onnxruntime", "openvino", "ncnn"])),
    )
    if entry:
        raise ValueError(f"{REGISTER.name}: {name} has unknown keys {', '.join(entry)}")
    return result


def batches(given: dict[str, Any]) -> tuple[Callable[[int], tuple[np.ndarray, ...]], bool]:
    """What makes a batch of a size, and whether whole epochs of a data set are meant."""
    classes = given["classes"]
    if "pairs" in given:
        source, steps = given["sourceTokens"], given["pairs"]
        return lambda n: pairs(steps, n, source, classes), False
    if "tokens" in given:
        return lambda n: tokens(given["tokens"], n, classes), False
    channels, height, width = given.get("images", [1, 28, 28])
    if channels != 1 or height != width:
        raise ValueError(f"{REGISTER.name}: images are grey and square, not {given['images']}")
    return lambda n: (images(n, height), labels(n, classes)), "epochOf" in given


MODELS = {entry["name"]: model(entry) for entry in json.loads(REGISTER.read_text())}
