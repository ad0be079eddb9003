"""Language models: a recurrent network over tokens and a linear layer on its states."""

import torch
from torch import nn

VOCABULARY = 28


class LanguageModel(nn.Module):
    def __init__(self, network: nn.Module, size: int):
        super().__init__()
        self.rnn = network
        self.linear = nn.Linear(size, VOCABULARY)
        # Reading its rows is faster than nn.functional.one_hot and a conversion.
        self.register_buffer("one_hot", torch.eye(VOCABULARY), persistent=False)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Tokens [T, N] to logits [T * N, vocabulary]."""
        output, _ = self.rnn(nn.functional.embedding(tokens, self.one_hot))
        return self.linear(output.flatten(0, 1))


BUILDERS = {
    "rnn": lambda: LanguageModel(nn.RNN(VOCABULARY, 32), 32),
    "gru": lambda: LanguageModel(nn.GRU(VOCABULARY, 32), 32),
    "lstm": lambda: LanguageModel(nn.LSTM(VOCABULARY, 32), 32),
    "deep_gru": lambda: LanguageModel(nn.GRU(VOCABULARY, 32, num_layers=2), 32),
    "rnn_l": lambda: LanguageModel(nn.RNN(VOCABULARY, 256), 256),
    "gru_l": lambda: LanguageModel(nn.GRU(VOCABULARY, 256), 256),
    "lstm_l": lambda: LanguageModel(nn.LSTM(VOCABULARY, 256), 256),
    "bi_lstm": lambda: LanguageModel(nn.LSTM(VOCABULARY, 256, bidirectional=True), 512),
}
