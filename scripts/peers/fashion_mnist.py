"""The training images of Fashion-MNIST as bytes."""

import gzip
import os
from pathlib import Path

import numpy as np

DEBIAN = Path("/usr/share/datasets/fashion-mnist")


def training_set() -> tuple[np.ndarray, np.ndarray]:
    """Images [60000, 28, 28] and labels [60000], both uint8."""
    given = Path(os.environ.get("GANNET_DATA", DEBIAN))
    folder = next(each for each in (given, DEBIAN) if (each / file_name("images", 3)).exists())
    images = decoded(folder / file_name("images", 3), header=16).reshape(-1, 28, 28)
    return images, decoded(folder / file_name("labels", 1), header=8)


def file_name(kind: str, rank: int) -> str:
    return f"train-{kind}-idx{rank}-ubyte.gz"


def decoded(path: Path, header: int) -> np.ndarray:
    # A copy, since PyTorch needs writable memory.
    return np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8, offset=header).copy()
