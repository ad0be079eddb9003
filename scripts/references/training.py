"""What the trainings beyond the book share: initial weights and rates as Gannet's, and the report.

Arguments of the scripts that use this: the seeds, 0 to 7 by default, each with its initial weights and
batches; `--first` prints the first five losses of seed 0 without dropout instead.
"""

import argparse
import math
import sys
from collections.abc import Callable
from statistics import median

import numpy as np
import torch
from torch import nn

from peers.inputs import uniform


def initialize(model: nn.Module, seed: int, bound: Callable[[str, tuple[int, ...]], float]) -> None:
    """Biases are zeros, the scales of norms ones, and the elements of each other parameter uniform
    between -bound(name, shape) and its negative.

    Parameters are numbered by their names in alphabetical order; number k of seed s has the sequence
    1000 (s + 1) + k of `inputs.uniform`.
    """
    state = model.state_dict()
    for number, name in enumerate(sorted(state)):
        value = state[name]
        if name.endswith("bias"):
            value.zero_()
        elif value.dim() == 1:
            value.fill_(1)
        else:
            drawn = uniform(1000 * (seed + 1) + number, *value.shape) * np.float32(2) - np.float32(1)
            value.copy_(torch.from_numpy(drawn * np.float32(bound(name, tuple(value.shape)))))


def rate(step: int, steps: int, peak: float, last: float, warm_up: int) -> float:
    """Up from peak / 100 by a line over `warm_up` steps, at most a fifth of all, then down to `last` by
    a cosine."""
    warm_up = max(1, min(warm_up, steps // 5))
    if step < warm_up:
        return peak / 100 + (peak - peak / 100) * step / warm_up
    share = (step - warm_up) / max(1, steps - warm_up)
    return last + (peak - last) / 2 * (1 + math.cos(math.pi * min(1, share)))


def step(model: nn.Module, optimizer: torch.optim.Optimizer, loss: torch.Tensor, at: float) -> float:
    """A step at a learning rate, the gradient's norm clipped at 1; returns the loss before it."""
    for group in optimizer.param_groups:
        group["lr"] = at
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1)
    optimizer.step()
    return loss.item()


def report(train: Callable[..., dict[str, float]]) -> None:
    """Runs `train(seed, dropout, limit)`, which returns figures by name, for each seed and prints the
    lowest, median and highest value of each figure. `limit` is the number of steps, all by default.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("seeds", type=int, nargs="*", default=range(8))
    parser.add_argument("--first", action="store_true")
    arguments = parser.parse_args()
    if arguments.first:
        for name, value in train(0, dropout=0.0, limit=5).items():
            print(f"{name}: {value:.9g}")
        return
    runs = []
    for seed in arguments.seeds:
        runs.append(train(seed))
        print(f"seed {seed}: {runs[-1]}", file=sys.stderr)
    print_spread(runs)


def print_spread(runs: list[dict[str, float]]) -> None:
    for name in runs[0]:
        values = sorted(run[name] for run in runs)
        each = " ".join(f"{value:.4g}" for value in values)
        print(f"{name}: {values[0]:.4g} {median(values):.4g} {values[-1]:.4g} ({each})")
