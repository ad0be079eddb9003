"""Networks of attention: Transformers for translation, images and text.

Attention is PyTorch's scaled_dot_product_attention, or, with `attention.style = "book"`, the products
and the softmax of the book.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

style = "fused"


def attend(query, key, value, mask=None, is_causal=False, dropout=0.0):
    """Heads [N, H, T, D]; `mask` is true where a key is seen, and broadcasts to [N, H, Q, K]."""
    if style == "fused":
        return F.scaled_dot_product_attention(
            query, key, value, attn_mask=mask, is_causal=is_causal, dropout_p=dropout
        )
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if is_causal:
        mask = torch.ones(scores.shape[-2:], dtype=torch.bool).tril()
    if mask is not None:
        scores = scores.masked_fill(~mask, -1e6)
    return F.dropout(scores.softmax(-1), dropout) @ value


def seen(lengths, size: int):
    """Whether a place is no padding, [N, 1, 1, size]."""
    return (torch.arange(size) < lengths[:, None])[:, None, None]


class MultiHeadAttention(nn.Module):
    """The parameters of nn.MultiheadAttention."""

    def __init__(self, size, heads, dropout, bias, book_initializer=False):
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.in_proj_weight = nn.Parameter(torch.empty(3 * size, size))
        if bias:
            self.in_proj_bias = nn.Parameter(torch.zeros(3 * size))
        else:
            self.in_proj_bias = None
        self.out_proj = nn.Linear(size, size, bias=bias)
        if book_initializer:
            nn.init.kaiming_uniform_(self.in_proj_weight, a=math.sqrt(5))
        else:
            nn.init.xavier_uniform_(self.in_proj_weight)

    def projected(self, x, first, last):
        """Heads [N, H, T, D] of queries (0), keys (1) and values (2), by one product."""
        size = x.shape[2]
        rows = slice(first * size, last * size)
        bias = None if self.in_proj_bias is None else self.in_proj_bias[rows]
        parts = F.linear(x, self.in_proj_weight[rows], bias).chunk(last - first, 2)
        return [part.unflatten(2, (self.heads, -1)).transpose(1, 2) for part in parts]

    def attended(self, heads, mask=None, is_causal=False):
        dropout = self.dropout if self.training else 0.0
        y = attend(*heads, mask, is_causal, dropout)
        return self.out_proj(y.transpose(1, 2).flatten(2))

    def forward(self, query, memory=None, mask=None, is_causal=False):
        if memory is None:
            heads = self.projected(query, 0, 3)
        else:
            heads = [*self.projected(query, 0, 1), *self.projected(memory, 1, 3)]
        return self.attended(heads, mask, is_causal)


class EncoderLayer(nn.Module):
    """The parameters of nn.TransformerEncoderLayer."""

    def __init__(self, size, heads, hidden, dropouts, bias, pre=False, book=False, activation=F.relu):
        """`dropouts`: of attention weights, attention's result, hidden units, the last result."""
        super().__init__()
        self.self_attn = MultiHeadAttention(size, heads, dropouts[0], bias, book)
        self.linear1, self.linear2 = nn.Linear(size, hidden), nn.Linear(hidden, size)
        self.norm1, self.norm2 = nn.LayerNorm(size), nn.LayerNorm(size)
        self.dropouts, self.pre, self.activation = dropouts, pre, activation

    def feed_forward(self, x):
        hidden = F.dropout(self.activation(self.linear1(x)), self.dropouts[2], self.training)
        return F.dropout(self.linear2(hidden), self.dropouts[3], self.training)

    def attention(self, x, **masks):
        return F.dropout(self.self_attn(x, **masks), self.dropouts[1], self.training)

    def forward(self, x, **masks):
        if self.pre:
            x = x + self.attention(self.norm1(x), **masks)
            return x + self.feed_forward(self.norm2(x))
        x = self.norm1(x + self.attention(x, **masks))
        return self.norm2(x + self.feed_forward(x))


class DecoderLayer(EncoderLayer):
    """The parameters of nn.TransformerDecoderLayer; norms are after the sums."""

    def __init__(self, size, heads, hidden, dropouts, bias, book=False):
        super().__init__(size, heads, hidden, dropouts, bias, book=book)
        self.multihead_attn = MultiHeadAttention(size, heads, dropouts[0], bias, book)
        self.norm3 = nn.LayerNorm(size)

    def forward(self, x, memory, mask):
        x = self.norm1(x + self.attention(x, is_causal=True))
        y = self.multihead_attn(x, memory, mask)
        x = self.norm2(x + F.dropout(y, self.dropouts[1], self.training))
        return self.norm3(x + self.feed_forward(x))

    def step(self, x, memory, mask, cache):
        """One token behind those of `cache`, keys and values, and the new cache; no dropout."""
        query, *new = self.self_attn.projected(x, 0, 3)
        cache = [torch.cat(pair, 2) for pair in zip(cache, new)] if cache else new
        x = self.norm1(x + self.self_attn.attended([query, *cache]))
        heads = [*self.multihead_attn.projected(x, 0, 1), *memory]
        x = self.norm2(x + self.multihead_attn.attended(heads, mask))
        return self.norm3(x + self.feed_forward(x)), cache


def sinusoids(steps: int, size: int) -> torch.Tensor:
    angles = torch.arange(steps, dtype=torch.float32)[:, None] / torch.pow(
        10000, torch.arange(0, size, 2, dtype=torch.float32) / size
    )
    return torch.stack([angles.sin(), angles.cos()], 2).flatten(1)


class Layers(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)


class Embedded(nn.Module):
    """Tokens times the root of their size, plus sinusoidal positions, with dropout."""

    def __init__(self, vocabulary, size, dropout, layers):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, size)
        self.blocks = Layers(layers)
        self.dropout = dropout

    def embedded(self, tokens):
        size = self.embedding.embedding_dim
        x = self.embedding(tokens) * math.sqrt(size) + sinusoids(tokens.shape[1], size).to(
            self.embedding.weight.dtype
        )
        return F.dropout(x, self.dropout, self.training)


class Encoder(Embedded):
    def forward(self, tokens, mask):
        x = self.embedded(tokens)
        for layer in self.blocks.layers:
            x = layer(x, mask=mask)
        return x


class Decoder(Embedded):
    def __init__(self, vocabulary, size, dropout, layers):
        super().__init__(vocabulary, size, dropout, layers)
        self.dense = nn.Linear(size, vocabulary)

    def forward(self, tokens, memory, mask):
        x = self.embedded(tokens)
        for layer in self.blocks.layers:
            x = layer(x, memory, mask)
        return self.dense(x)


class Transformer(nn.Module):
    """For translation: sources, their lengths and targets to logits [N * T, vocabulary]."""

    def __init__(self, source, target, size, heads, hidden, count, dropouts, bias, book):
        super().__init__()
        options = (size, heads, hidden, dropouts, bias)
        self.encoder = Encoder(
            source, size, dropouts[1], [EncoderLayer(*options, book=book) for _ in range(count)]
        )
        self.decoder = Decoder(
            target, size, dropouts[1], [DecoderLayer(*options, book=book) for _ in range(count)]
        )

    def forward(self, source, lengths, target):
        mask = seen(lengths, source.shape[1])
        return self.decoder(target, self.encoder(source, mask), mask).flatten(0, 1)

    def decode(self, source, lengths, count):
        """Writes the likeliest tokens, one after the other, with a key/value cache."""
        mask, decoder = seen(lengths, source.shape[1]), self.decoder
        memory, layers = self.encoder(source, mask), decoder.blocks.layers
        memories = [layer.multihead_attn.projected(memory, 1, 3) for layer in layers]
        caches = [None for _ in layers]
        size = decoder.embedding.embedding_dim
        token = torch.full((len(source), 1), 3)
        for place in sinusoids(count, size):
            x = decoder.embedding(token) * math.sqrt(size) + place
            for k, layer in enumerate(layers):
                x, caches[k] = layer.step(x, memories[k], mask, caches[k])
            token = decoder.dense(x).argmax(-1)


def transformer():
    """The book's: no dropout of hidden units, no bias in the attention."""
    return Transformer(194, 214, 256, 4, 64, 2, (0.2, 0.2, 0.0, 0.2), bias=False, book=True)


def transformer_l():
    return Transformer(8000, 8000, 512, 8, 2048, 6, (0.2,) * 4, bias=True, book=False)


class VisionTransformer(nn.Module):
    """The book's, with torchvision's names of the parts outside of the layers."""

    def __init__(self, side=96, patch=16, size=512, heads=8, hidden=2048, count=2, dropout=0.1):
        super().__init__()
        self.class_token = nn.Parameter(torch.zeros(1, 1, size))
        self.conv_proj = nn.Conv2d(1, size, patch, patch)
        layer = dict(dropouts=(dropout, 0.0, dropout, dropout), bias=False, pre=True, book=True)
        self.encoder = nn.Module()
        self.encoder.pos_embedding = nn.Parameter(torch.randn(1, (side // patch) ** 2 + 1, size))
        self.encoder.layers = nn.ModuleDict(
            {
                f"encoder_layer_{k}": VisionLayer(size, heads, hidden, activation=F.gelu, **layer)
                for k in range(count)
            }
        )
        self.encoder.ln = nn.LayerNorm(size)
        self.heads = nn.ModuleDict({"head": nn.Linear(size, 10)})
        self.dropout = dropout

    def forward(self, images):
        patches = self.conv_proj(images).flatten(2).transpose(1, 2)
        x = torch.cat([self.class_token.expand(len(images), -1, -1), patches], 1)
        x = F.dropout(x + self.encoder.pos_embedding, self.dropout, self.training)
        for layer in self.encoder.layers.values():
            x = layer(x)
        return self.heads["head"](self.encoder.ln(x[:, 0]))


class VisionLayer(nn.Module):
    """A layer with torchvision's names."""

    def __init__(self, size, heads, hidden, dropouts, bias, pre, book, activation):
        super().__init__()
        self.self_attention = MultiHeadAttention(size, heads, dropouts[0], bias, book)
        self.mlp = nn.Sequential(
            nn.Linear(size, hidden), nn.GELU(), nn.Dropout(dropouts[2]), nn.Linear(hidden, size),
            nn.Dropout(dropouts[3]),
        )  # fmt: skip
        self.ln_1, self.ln_2 = nn.LayerNorm(size), nn.LayerNorm(size)

    def forward(self, x):
        x = x + self.self_attention(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class Projection(nn.Module):
    """Hugging Face's Conv1D: a linear layer whose weight is [in, out]."""

    def __init__(self, size, outputs):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(size, outputs) * 0.02)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x):
        return torch.addmm(self.bias, x.flatten(0, 1), self.weight).unflatten(0, x.shape[:2])


class GPTLayer(nn.Module):
    def __init__(self, size, heads, dropout):
        super().__init__()
        self.ln_1, self.ln_2 = nn.LayerNorm(size), nn.LayerNorm(size)
        self.attn = nn.ModuleDict(
            {"c_attn": Projection(size, 3 * size), "c_proj": Projection(size, size)}
        )
        self.mlp = nn.ModuleDict(
            {"c_fc": Projection(size, 4 * size), "c_proj": Projection(4 * size, size)}
        )
        self.heads, self.dropout = heads, dropout

    def forward(self, x):
        parts = self.attn["c_attn"](self.ln_1(x)).chunk(3, 2)
        heads = [part.unflatten(2, (self.heads, -1)).transpose(1, 2) for part in parts]
        dropout = self.dropout if self.training else 0.0
        y = attend(*heads, is_causal=True, dropout=dropout).transpose(1, 2).flatten(2)
        x = x + F.dropout(self.attn["c_proj"](y), self.dropout, self.training)
        hidden = F.gelu(self.mlp["c_fc"](self.ln_2(x)), approximate="tanh")
        return x + F.dropout(self.mlp["c_proj"](hidden), self.dropout, self.training)


class GPT(nn.Module):
    """GPT-2's names in Hugging Face's library, but for a layer to logits of its own."""

    def __init__(self, vocabulary=28, size=384, count=6, heads=6, context=256, dropout=0.2):
        super().__init__()
        self.transformer = nn.ModuleDict(
            {
                "wte": nn.Embedding(vocabulary, size),
                "wpe": nn.Embedding(context, size),
                "h": nn.ModuleList([GPTLayer(size, heads, dropout) for _ in range(count)]),
                "ln_f": nn.LayerNorm(size),
            }
        )
        self.lm_head = nn.Linear(size, vocabulary, bias=False)
        self.dropout = dropout
        with torch.no_grad():
            for name, parameter in self.named_parameters():
                if name.endswith("c_proj.weight"):
                    parameter.normal_(0, 0.02 / math.sqrt(2 * count))
                elif parameter.dim() > 1:
                    parameter.normal_(0, 0.02)

    def forward(self, tokens):
        """Tokens [T, N] to logits [T * N, vocabulary]."""
        parts = self.transformer
        x = parts["wte"](tokens.t()) + parts["wpe"](torch.arange(len(tokens)))
        x = F.dropout(x, self.dropout, self.training)
        for layer in parts["h"]:
            x = layer(x)
        return self.lm_head(parts["ln_f"](x)).transpose(0, 1).flatten(0, 1)


BUILDERS = {
    "transformer": transformer,
    "transformer_l": transformer_l,
    "vit": VisionTransformer,
    "gpt": GPT,
}
