"""Section "Weight Decay" for eight seeds: final losses and half the squared norm of the weights.

200 inputs, 20 training and 100 validation examples, batches of 5, SGD 0.01, 10 epochs. The last
training point is the mean over the last two batches, before their updates.
"""

from statistics import median

import torch
from torch import nn

INPUTS, TRAINING, VALIDATION, BATCH, EPOCHS, RATE = 200, 20, 100, 5, 10, 0.01


class Linear(nn.Module):
    """A linear model with its penalty; `scratch` has small weights and half the squared error."""

    def __init__(self, scratch: bool, decay: float) -> None:
        super().__init__()
        self.scratch, self.decay = scratch, decay
        self.layer = nn.Linear(INPUTS, 1)
        if scratch:
            nn.init.normal_(self.layer.weight, 0, 0.01)
            nn.init.zeros_(self.layer.bias)

    def norm(self) -> torch.Tensor:
        return (self.layer.weight**2).sum() / 2

    def loss(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        error = ((self.layer(x) - y) ** 2).mean()
        return error / 2 + self.decay * self.norm() if self.scratch else error

    def optimizer(self) -> torch.optim.Optimizer:
        decay = 0 if self.scratch else self.decay
        weight = {"params": [self.layer.weight], "weight_decay": decay}
        return torch.optim.SGD([weight, {"params": [self.layer.bias]}], lr=RATE)


def train(scratch: bool, decay: float, seed: int) -> dict[str, float]:
    torch.manual_seed(seed)
    x = torch.randn(TRAINING + VALIDATION, INPUTS)
    y = x @ torch.full((INPUTS, 1), 0.01) + 0.05 + 0.01 * torch.randn(len(x), 1)
    model = Linear(scratch, decay)
    optimizer = model.optimizer()
    losses = []
    for _ in range(EPOCHS):
        for batch in torch.randperm(TRAINING).split(BATCH):
            loss = model.loss(x[batch], y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    with torch.no_grad():
        batches = torch.arange(TRAINING, len(x)).split(BATCH)
        validation = [model.loss(x[batch], y[batch]).item() for batch in batches]
        norm = model.norm().item()
    return {
        "train_loss": sum(losses[-2:]) / 2,
        "val_loss": sum(validation) / len(validation),
        "norm": norm,
    }


def main() -> None:
    variants = {"scratch λ=0": (True, 0), "scratch λ=3": (True, 3), "concise": (False, 3)}
    for variant, arguments in variants.items():
        runs = [train(*arguments, seed) for seed in range(8)]
        for name in runs[0]:
            values = [run[name] for run in runs]
            print(f"{variant} {name}: {min(values):.4g} {median(values):.4g} {max(values):.4g}")


main()
