"""The book's translation task for several seeds: final losses and the scores of four sentences.

641 pairs, 9 steps, batches of 128, Adam, the gradient's norm clipped at 1, 30 epochs. The last training
point is the mean over the last two batches, before their updates; the validation loss is the mean of
those of a batch of 128 and one of 1. The archive fra-eng.zip is in the folder that GANNET_DATA names,
or in the cache of Gannet. Arguments of the scripts that use this: the seeds, 0 to 7 by default.
"""

import collections
import math
import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from references.training import print_spread

STEPS, TRAINING, BATCH, EPOCHS = 9, 512, 128, 30
SENTENCES = {
    "go .": "va !",
    "i lost .": "j'ai perdu .",
    "he's calm .": "il est calme .",
    "i'm home .": "je suis chez moi .",
}


def tokens(sentence: str) -> list[str]:
    text = sentence.replace("\u202f", " ").replace("\xa0", " ").lower()
    for mark in ",.!?":
        text = text.replace(mark, f" {mark}")
    return [token for token in text.split(" ") if token]


class Language:
    """The vocabulary of one side, and its sentences as numbers."""

    def __init__(self, sentences: list[list[str]], target: bool):
        begin = ["<bos>"] if target else []
        self.rows = [begin + self.padded(each) for each in sentences]
        counts = collections.Counter(token for row in self.rows for token in row)
        known = {"<unk>"} | {token for token, count in counts.items() if count >= 2}
        self.names = sorted(known)
        self.indices = {token: index for index, token in enumerate(self.names)}

    @staticmethod
    def padded(sentence: list[str]) -> list[str]:
        return (sentence + ["<eos>"] + ["<pad>"] * STEPS)[:STEPS]

    def __getitem__(self, token: str) -> int:
        return self.indices.get(token, self.indices["<unk>"])

    def tensor(self, rows: list[list[str]] | None = None) -> torch.Tensor:
        return torch.tensor([[self[token] for token in row] for row in rows or self.rows])


def bleu(prediction: list[str], label: list[str]) -> float:
    if not prediction:
        return 0
    score = math.exp(min(0, 1 - len(label) / len(prediction)))
    for n in range(1, min(2, len(prediction)) + 1):
        known = collections.Counter(tuple(label[i : i + n]) for i in range(len(label) - n + 1))
        own = [tuple(prediction[i : i + n]) for i in range(len(prediction) - n + 1)]
        score *= ((collections.Counter(own) & known).total() / len(own)) ** 0.5**n
    return score


def data_file(name: str, data: str) -> Path:
    """A file in the folder that GANNET_DATA names, or in that of the data set in Gannet's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "gannet" / data
    folders = [Path(os.environ.get("GANNET_DATA", cache)), cache]
    return next(each for folder in folders if (each := folder / name).exists())


def sentences(count: int) -> list[tuple[list[str], list[str]]]:
    """The tokens of the first English-French pairs."""
    text = zipfile.ZipFile(data_file("fra-eng.zip", "fra-eng")).read("fra-eng/fra.txt").decode()
    lines = [line.split("\t") for line in text.split("\n")[:count]]
    return [(tokens(english), tokens(french)) for english, french in lines]


def languages() -> tuple[Language, Language]:
    """English and French of the book's pairs."""
    pairs = sentences(641)
    english = Language([source for source, _ in pairs], target=False)
    return english, Language([target for _, target in pairs], target=True)


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
    seeds = [int(seed) for seed in sys.argv[1:]] or range(8)
    print_spread([train(make, rate, english, french, seed) for seed in seeds])
