"""Writes a network's initial weights, PyTorch's default ones of seed 0, under PyTorch's names."""

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

from peers.torch_models import BUILDERS


def write(network: str, path: Path, **sizes: int) -> None:
    torch.manual_seed(0)
    unfinished = path.with_suffix(".unfinished")
    save_file(BUILDERS[network](**sizes).state_dict(), unfinished)
    unfinished.rename(path)


if __name__ == "__main__":
    growth = {"growth": int(rate) for rate in sys.argv[3:]}  # of densenet
    write(sys.argv[1], Path(sys.argv[2]), **growth)
