"""Bahdanau's network: a recurrent decoder with additive attention to the encoder's outputs."""

import torch
import torch.nn.functional as F
from torch import nn

from peers.torch_models.attention import seen
from peers.torch_models.translation import gru


class Bahdanau(nn.Module):
    """The book's encoder of two GRU layers and decoder with additive attention."""

    def __init__(self, source=194, target=214, size=256, count=2, dropout=0.2):
        super().__init__()
        self.encoder, self.decoder = nn.Module(), nn.Module()
        self.encoder.embedding = nn.Embedding(source, size)
        self.encoder.rnn = gru(size, size, count, dropout)
        attention = nn.Module()
        attention.W_q = nn.Linear(size, size, bias=False)
        attention.W_k = nn.Linear(size, size, bias=False)
        attention.w_v = nn.Linear(size, 1, bias=False)
        self.decoder.attention = attention
        self.decoder.embedding = nn.Embedding(target, size)
        self.decoder.rnn = gru(2 * size, size, count, dropout)
        self.decoder.dense = nn.Linear(size, target)
        self.dropout = dropout

    def forward(self, source, lengths, target):
        """Logits [N * T, vocabulary]."""
        read, state = self.read(source, lengths)
        results = []
        for x in self.decoder.embedding(target.t()):
            output, state = self.step(x, *read, state)
            results.append(output)
        return self.decoder.dense(torch.stack(results, 1)).flatten(0, 1)

    def read(self, source, lengths):
        """Outputs, keys and their mask; the state."""
        outputs, state = self.encoder.rnn(self.encoder.embedding(source.t()))
        outputs = outputs.transpose(0, 1)
        keys = self.decoder.attention.W_k(outputs)
        return (outputs, keys, seen(lengths, source.shape[1])[:, 0]), state

    def step(self, x, outputs, keys, mask, state):
        attention = self.decoder.attention
        hidden = torch.tanh(attention.W_q(state[-1])[:, None] + keys)
        scores = attention.w_v(hidden).transpose(1, 2).masked_fill(~mask, -1e6)
        weights = F.dropout(scores.softmax(-1), self.dropout, self.training)
        context = (weights @ outputs)[:, 0]
        output, state = self.decoder.rnn(torch.cat([context, x], 1)[None], state)
        return output[0], state

    def decode(self, source, lengths, count):
        """Writes the likeliest tokens, one after the other."""
        read, state = self.read(source, lengths)
        token = torch.full((len(source),), 3)
        for _ in range(count):
            output, state = self.step(self.decoder.embedding(token), *read, state)
            token = self.decoder.dense(output).argmax(-1)


BUILDERS = {"bahdanau": Bahdanau}
