"""A GPT of characters on The Time Machine, as Gannet's section `gpt`: losses, and text of each seed.

6 layers, 384 features, 6 heads, 256 characters, dropout 0.2, as in nanoGPT's configuration of characters:
AdamW 0.001 down to 0.0001 with betas of 0.9 and 0.99, weight decay of 0.1 of matrices alone, 100 steps of
warm-up, the gradient's norm clipped at 1. The first nine tenths of the text in adjacent windows, batches
of 12, 50 steps an epoch, 10 epochs. See `training.py`. The file timemachine.txt is in the folder that
GANNET_DATA names, or in the cache of Gannet.
"""

import re
import sys

import torch
import torch.nn.functional as F

from peers.torch_models.attention import GPT
from references.loading import shuffled
from references.training import initialize, rate, report, step
from references.translation import data_file

STEPS, BATCH, EPOCHS, PEAK, LAST, WARM_UP = 256, 12, 10, 1e-3, 1e-4, 100
PROMPT, WRITTEN, SAMPLES, TOP = "the time traveller", 200, 3, 10


def text() -> str:
    """The novel in letters of lower case and spaces."""
    novel = data_file("timemachine.txt", "timemachine").read_text()
    return re.sub("[^A-Za-z]+", " ", novel).lower()


def windows(tokens: torch.Tensor) -> torch.Tensor:
    """Adjacent windows with the character behind each, [count, STEPS + 1]."""
    return tokens.unfold(0, STEPS + 1, STEPS)


def loss_of(model: GPT, rows: torch.Tensor) -> torch.Tensor:
    return F.cross_entropy(model(rows[:, :-1].t()), rows[:, 1:].t().flatten())


def bound(name: str, shape: tuple[int, ...]) -> float:
    """A standard deviation of 0.02, before a residual sum of 0.02 / √12."""
    return 0.02 * 3**0.5 / (12**0.5 if name.endswith("c_proj.weight") else 1)


def optimizer_of(model: GPT) -> torch.optim.Optimizer:
    matrices = [each for each in model.parameters() if each.dim() > 1]
    others = [each for each in model.parameters() if each.dim() == 1]
    groups = [{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0}]
    return torch.optim.AdamW(groups, betas=(0.9, 0.99))


@torch.no_grad()
def validation_loss(model: GPT, held: torch.Tensor) -> float:
    model.eval()
    whole = range(0, len(held) - BATCH + 1, BATCH)
    losses = [loss_of(model, held[first : first + BATCH]).item() for first in whole]
    model.train()
    return sum(losses) / len(losses)


@torch.no_grad()
def sample(model: GPT, names: list[str]) -> str:
    """Characters behind the prompt, each drawn among the likeliest."""
    model.eval()
    tokens = [names.index(character) for character in PROMPT]
    for _ in range(WRITTEN):
        logits = model(torch.tensor(tokens[-STEPS:])[:, None])[-1]
        values, indices = logits.topk(TOP)
        tokens.append(indices[values.softmax(0).multinomial(1)].item())
    return "".join(names[token] for token in tokens)


def train(seed: int, dropout: float = 0.2, limit: int | None = None) -> dict[str, float]:
    torch.manual_seed(seed)
    novel = text()
    names = sorted({"<unk>", *novel})
    tokens = torch.tensor([names.index(character) for character in novel])
    known = len(tokens) * 9 // 10
    rows, held = windows(tokens[:known]), windows(tokens[known:])
    model = GPT(len(names), dropout=dropout)
    initialize(model, seed, bound)
    optimizer = optimizer_of(model)
    losses, validation = [], []
    for epoch in range(EPOCHS):
        batches = shuffled(len(rows), BATCH, seed, epoch)
        for batch in batches:
            if len(losses) == limit:
                parameters = sum(each.numel() for each in model.parameters())
                return {"parameters": parameters} | dict(enumerate(losses))
            at = rate(len(losses), EPOCHS * len(batches), PEAK, LAST, WARM_UP)
            losses.append(step(model, optimizer, loss_of(model, rows[batch]), at))
        validation.append(validation_loss(model, held))
        print(f"seed {seed}, epoch {epoch + 1}: {validation[-1]:.4f}", file=sys.stderr)
    samples = [sample(model, names) for _ in range(SAMPLES)]
    print("\n".join(f"seed {seed}: {each}" for each in samples), file=sys.stderr)
    # Without those of the prompt and the last one, which may be cut.
    words = [word for each in samples for word in each.split()[len(PROMPT.split()) : -1]]
    known_words = set(novel.split())
    half = len(batches) // 2
    return {
        "train_loss": sum(losses[-half:]) / half,
        "val_loss": validation[-1],
        "share of the samples' words that the novel has": (
            sum(word in known_words for word in words) / max(1, len(words))
        ),
        **{f"val_loss after {epoch + 1}": value for epoch, value in enumerate(validation)},
    }


if __name__ == "__main__":
    report(train)
