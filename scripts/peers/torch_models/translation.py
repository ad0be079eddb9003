"""Encoders and decoders for translation, with the names that Gannet's have.

A model maps sources [N, S], their lengths [N] and targets [N, T] to logits [N * T, vocabulary].
"""

import torch
from torch import nn

SOURCE, TARGET, SIZE, LAYERS, DROPOUT = 194, 214, 256, 2, 0.2


def gru(inputs: int, size: int, layers: int, dropout: float) -> nn.GRU:
    """With Xavier's weights, as the book initializes it."""
    result = nn.GRU(inputs, size, layers, dropout=dropout)
    for name, parameter in result.named_parameters():
        if "weight" in name:
            nn.init.xavier_uniform_(parameter)
    return result


class Encoder(nn.Module):
    def __init__(self, tokens: int, size: int, layers: int, dropout: float):
        super().__init__()
        self.embedding = nn.Embedding(tokens, size)
        self.rnn = gru(size, size, layers, dropout)

    def forward(self, source: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.rnn(self.embedding(source.t()))


class Decoder(nn.Module):
    def __init__(self, tokens: int, size: int, layers: int, dropout: float):
        super().__init__()
        self.embedding = nn.Embedding(tokens, size)
        self.rnn = gru(2 * size, size, layers, dropout)
        self.dense = nn.Linear(size, tokens)

    def forward(
        self, target: torch.Tensor, outputs: torch.Tensor, state: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        embedded = self.embedding(target.t())
        context = outputs[-1].expand(len(embedded), -1, -1)
        states, state = self.rnn(torch.cat([embedded, context], 2), state)
        return self.dense(states).transpose(0, 1), state


class Seq2Seq(nn.Module):
    def __init__(
        self,
        source: int = SOURCE,
        target: int = TARGET,
        size: int = SIZE,
        layers: int = LAYERS,
        dropout: float = DROPOUT,
    ):
        super().__init__()
        self.encoder = Encoder(source, size, layers, dropout)
        self.decoder = Decoder(target, size, layers, dropout)

    def forward(
        self, source: torch.Tensor, lengths: torch.Tensor, target: torch.Tensor
    ) -> torch.Tensor:
        return self.decoder(target, *self.encoder(source))[0].flatten(0, 1)

    def decode(self, source: torch.Tensor, lengths: torch.Tensor, count: int) -> None:
        """Writes the likeliest tokens, one after the other."""
        outputs, state = self.encoder(source)
        token = torch.full((len(source), 1), 3)
        for _ in range(count):
            logits, state = self.decoder(token, outputs, state)
            token = logits.argmax(-1)


BUILDERS = {"seq2seq": Seq2Seq}
