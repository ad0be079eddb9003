"""The Transformer on 20,000 English-French pairs, as Gannet's section `translation-corpus`: losses, and the
corpus BLEU of sentences held out, greedily and by a beam of 4.

Every twentieth English sentence is held out with all its translations. Subwords by 2,000 merges of both
languages together, learned from the other pairs; batches of 64 of similar lengths, 20 epochs. 3 layers on
both sides, 256 features, 4 heads, 1,024 hidden units, dropout 0.3; Adam 0.001 down to 0.00001 with betas of
0.9 and 0.98, 400 steps of warm-up, the gradient's norm clipped at 1. See `training.py` and
`translation.py`.
"""

import math
import sys
from collections import Counter

import sacrebleu
import torch
import torch.nn.functional as F

from peers.torch_models.attention import Transformer, seen
from references.loading import bucketed, by_length
from references.subwords import Encoding, learn, words_of
from references.training import initialize, rate, report, step
from references.translation import sentences

PAIRS, INTERVAL, MERGES, STEPS, BATCH, EPOCHS = 20_000, 20, 2_000, 20, 64, 20
PEAK, LAST, WARM_UP = 1e-3, 1e-5, 400


class Side:
    """The vocabulary of a language, and the sentences to train as numbers."""

    def __init__(self, rows: list[list[str]], reserved: set[str]):
        rows = [self.ended(row) for row in rows]
        counts = Counter(token for row in rows for token in row)
        known = {token for token, count in counts.items() if count >= 2}
        self.names = sorted({"<unk>", *reserved, *known})
        self.indices = {token: index for index, token in enumerate(self.names)}
        self.rows = [self.numbers(row) for row in rows]

    @staticmethod
    def ended(row: list[str]) -> list[str]:
        return [*row, "<eos>"][:STEPS]

    def numbers(self, row: list[str]) -> list[int]:
        return [self.indices.get(token, self.indices["<unk>"]) for token in row]

    def padded(self, rows: list[list[int]]) -> torch.Tensor:
        longest = max(len(row) for row in rows)
        pad = self.indices["<pad>"]
        return torch.tensor([row + [pad] * (longest - len(row)) for row in rows])


class Corpus:
    def __init__(self) -> None:
        by_source: dict[tuple[str, ...], list[list[str]]] = {}
        for source, target in sentences(PAIRS):
            by_source.setdefault(tuple(source), []).append(target)
        held = {source for number, source in enumerate(by_source, 1) if number % INTERVAL == 0}

        def pairs(sources: list[tuple[str, ...]]) -> list[tuple[list[str], list[str]]]:
            return [(list(source), target) for source in sources for target in by_source[source]]

        known = pairs([source for source in by_source if source not in held])
        words = Counter(word for pair in known for side in pair for word in " ".join(side).split())
        self.encode = Encoding(learn(words, MERGES))
        self.english = Side([self.encode(source) for source, _ in known], {"<eos>", "<pad>"})
        self.french = Side([self.encode(target) for _, target in known], {"<eos>", "<pad>", "<bos>"})
        self.pairs = list(zip(self.english.rows, self.french.rows))
        self.sources = [source for source in by_source if source in held]
        self.references = [[" ".join(each) for each in by_source[source]] for source in self.sources]
        self.held = [self.pair(*each) for each in pairs(self.sources)]

    def pair(self, source: list[str], target: list[str]) -> tuple[list[int], list[int]]:
        both = zip((self.english, self.french), (source, target))
        one, other = (side.numbers(side.ended(self.encode(row))) for side, row in both)
        return one, other

    def batch(self, pairs: list[tuple[list[int], list[int]]]) -> tuple[torch.Tensor, ...]:
        """Sources, their lengths, and targets behind <bos>, padded to the longest of each."""
        sources = [source for source, _ in pairs]
        begin = self.french.indices["<bos>"]
        return (
            self.english.padded(sources),
            torch.tensor([len(source) for source in sources]),
            self.french.padded([[begin, *target] for _, target in pairs]),
        )

    def loss(self, model: Transformer, pairs: list[tuple[list[int], list[int]]]) -> torch.Tensor:
        source, lengths, target = self.batch(pairs)
        logits = model(source, lengths, target[:, :-1])
        pad = self.french.indices["<pad>"]
        return F.cross_entropy(logits, target[:, 1:].flatten(), ignore_index=pad)

    def bleu(self, translations: list[list[str]]) -> float:
        """The corpus BLEU, from 0 to 1; a sentence of few true translations repeats its first."""
        most = max(len(each) for each in self.references)
        lists = [
            [each[number] if number < len(each) else each[0] for each in self.references]
            for number in range(most)
        ]
        texts = [" ".join(words) for words in translations]
        return sacrebleu.corpus_bleu(texts, lists, tokenize="none", force=True).score / 100

    @torch.no_grad()
    def translations(self, model: Transformer, width: int) -> list[list[str]]:
        """The held-out sentences translated by a beam search; one of width 1 is the greedy search."""
        rows = [self.english.numbers(Side.ended(self.encode(list(each)))) for each in self.sources]
        found = []
        for first in range(0, len(rows), BATCH):
            part = rows[first : first + BATCH]
            lengths = torch.tensor([len(row) for row in part])
            found += search(
                model, self.english.padded(part), lengths, width, self.french.indices["<bos>"],
                self.french.indices["<eos>"],
            )  # fmt: skip
        return [words_of([self.french.names[token] for token in tokens]) for tokens in found]


def search(
    model: Transformer, source: torch.Tensor, lengths: torch.Tensor, width: int, begin: int, end: int
) -> list[list[int]]:
    """The tokens of the highest log-probability over L^0.75 of each source; see Gannet's `BeamSearch`."""
    mask = seen(lengths, source.shape[1])
    memory = model.encoder(source, mask)
    beams = [[([], 0.0)] for _ in source]
    ended: list[list[tuple[float, list[int]]]] = [[] for _ in source]
    for _ in range(STEPS):
        rows = [number for number, beam in enumerate(beams) for _ in beam]
        if not rows:
            break
        read = torch.tensor([[begin, *tokens] for beam in beams for tokens, _ in beam])
        logits = model.decoder(read, memory[rows], mask[rows])[:, -1]
        best = logits.log_softmax(-1).topk(width)
        values, indices = best.values.tolist(), best.indices.tolist()
        row = 0
        for number, beam in enumerate(beams):
            candidates = []
            for tokens, total in beam:
                candidates += [
                    ([*tokens, token], total + value)
                    for value, token in zip(values[row], indices[row])
                ]
                row += 1
            candidates.sort(key=lambda each: -each[1])
            beams[number] = []
            for tokens, total in candidates[: width - len(ended[number])]:
                if tokens[-1] == end:
                    ended[number].append((total / len(tokens) ** 0.75, tokens[:-1]))
                else:
                    beams[number].append((tokens, total))
    for number, beam in enumerate(beams):
        ended[number] += [(total / max(1, len(tokens)) ** 0.75, tokens) for tokens, total in beam]
    return [max(each, key=lambda one: one[0])[1] for each in ended]


def bound(name: str, shape: tuple[int, ...]) -> float:
    """Xavier's, but a variance of 1 / E of embeddings, which are multiplied by √E."""
    return math.sqrt(3 / shape[1]) if "embedding" in name else math.sqrt(6 / sum(shape))


def train(seed: int, dropout: float = 0.3, limit: int | None = None) -> dict[str, float]:
    torch.manual_seed(seed)
    corpus = Corpus()
    model = Transformer(
        len(corpus.english.names), len(corpus.french.names), 256, 4, 1024, 3, (dropout,) * 4,
        bias=True, book=False,
    )  # fmt: skip
    initialize(model, seed, bound)
    optimizer = torch.optim.Adam(model.parameters(), betas=(0.9, 0.98), eps=1e-9)
    lengths, held = ([len(a) + len(b) for a, b in pairs] for pairs in (corpus.pairs, corpus.held))
    losses, validation = [], []
    for epoch in range(EPOCHS):
        batches = bucketed(lengths, BATCH, seed, epoch)
        for batch in batches:
            if len(losses) == limit:
                parameters = sum(each.numel() for each in model.parameters())
                return {"parameters": parameters} | dict(enumerate(losses))
            at = rate(len(losses), EPOCHS * len(batches), PEAK, LAST, WARM_UP)
            loss = corpus.loss(model, [corpus.pairs[k] for k in batch])
            losses.append(step(model, optimizer, loss, at))
        model.eval()
        with torch.no_grad():
            values = [
                corpus.loss(model, [corpus.held[k] for k in batch]).item()
                for batch in by_length(held, BATCH)
            ]
        model.train()
        validation.append(sum(values) / len(values))
        print(f"seed {seed}, epoch {epoch + 1}: {validation[-1]:.4f}", file=sys.stderr)
    model.eval()
    greedy, beams = (corpus.translations(model, width) for width in (1, 4))
    for number in range(0, len(greedy), len(greedy) // 5):
        source, one, beam = corpus.sources[number], greedy[number], beams[number]
        print(f"{' '.join(source)} -> {' '.join(one)} | {' '.join(beam)}", file=sys.stderr)
    half = len(batches) // 2
    return {
        "train_loss": sum(losses[-half:]) / half,
        "val_loss": validation[-1],
        "greedy BLEU": corpus.bleu(greedy),
        "beam BLEU": corpus.bleu(beams),
        **{f"val_loss after {epoch + 1}": value for epoch, value in enumerate(validation)},
    }


if __name__ == "__main__":
    report(train)
