"""Section "The Transformer Architecture" for eight seeds: final losses and the scores of four sentences.

Data and epochs of `seq2seq.py`, Adam 0.001. The decoder is causal in validation too, and positions count
from the beginning in translation, other than in the book. The archive is found as in `seq2seq.py`.
Arguments: the seeds, 0 to 7 by default.
"""

import sys
from collections.abc import Callable
from statistics import median

import torch
import torch.nn.functional as F
from torch import nn

from peers.torch_models.attention import transformer
from references.seq2seq import (
    BATCH, EPOCHS, SENTENCES, STEPS, TRAINING, Language, bleu, languages, tokens,
)  # fmt: skip

RATE = 0.001


def train(
    make: Callable[[], nn.Module], rate: float, english: Language, french: Language, seed: int
) -> dict[str, float]:
    """`make` gives a model from sources, their lengths and targets to logits [N * T, vocabulary]."""
    torch.manual_seed(seed)
    model = make()
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    sources, targets = english.tensor(), french.tensor()
    lengths = (sources != english["<pad>"]).sum(1)

    def loss_of(batch: torch.Tensor) -> torch.Tensor:
        logits = model(sources[batch], lengths[batch], targets[batch, :-1])
        labels = targets[batch, 1:]
        return F.cross_entropy(logits, labels.flatten(), ignore_index=french["<pad>"])

    losses = []
    for _ in range(EPOCHS):
        for batch in torch.randperm(TRAINING).split(BATCH):
            loss = loss_of(batch)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1)
            optimizer.step()
            losses.append(loss.item())
    model.eval()
    with torch.no_grad():
        batches = torch.arange(TRAINING, len(sources)).split(BATCH)
        validation = [loss_of(batch).item() for batch in batches]
        result = {
            "train_loss": sum(losses[-2:]) / 2,
            "val_loss": sum(validation) / len(validation),
        }
        for sentence, label in SENTENCES.items():
            source = english.tensor([Language.padded(tokens(sentence))])
            length = (source != english["<pad>"]).sum(1)
            written = [french["<bos>"]]
            for _ in range(STEPS):
                token = model(source, length, torch.tensor([written]))[-1].argmax().item()
                if token == french["<eos>"]:
                    break
                written.append(token)
            prediction = [french.names[token] for token in written[1:]]
            result[sentence] = bleu(prediction, label.split(" "))
            print(f"seed {seed}: {sentence} -> {' '.join(prediction)}", file=sys.stderr)
        result["sum of the scores"] = sum(result[sentence] for sentence in SENTENCES)
    return result


def report(make: Callable[[], nn.Module], rate: float) -> None:
    english, french = languages()
    seeds = map(int, sys.argv[1:]) if sys.argv[1:] else range(8)
    runs = [train(make, rate, english, french, seed) for seed in seeds]
    for name in runs[0]:
        values = [run[name] for run in runs]
        print(f"{name}: {min(values):.4g} {median(values):.4g} {max(values):.4g}")


if __name__ == "__main__":
    report(transformer, RATE)
