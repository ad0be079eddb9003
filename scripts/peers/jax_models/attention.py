"""Networks of attention: Bahdanau's, Transformers for translation, images and text."""

import math

import jax
import jax.numpy as jnp

from peers.jax_models.language import gru, layer
from peers.jax_models.mlp import dropout, linear


class Keys:
    """A random key for each dropout; none in evaluation."""

    def __init__(self, key):
        self.key = key

    def dropout(self, x, rate):
        if self.key is None or rate == 0:
            return x
        self.key, used = jax.random.split(self.key)
        return dropout(x, rate, used)


def norm(parameters, name, x):
    centred = x - x.mean(-1, keepdims=True)
    scale = jax.lax.rsqrt((centred * centred).mean(-1, keepdims=True) + 1e-5)
    return centred * scale * parameters[f"{name}.weight"] + parameters[f"{name}.bias"]


def projected(parameters, name, x, part):
    """Of queries, keys and values those of `part`."""
    y = x @ parameters[f"{name}.in_proj_weight"][:, part]
    bias = parameters.get(f"{name}.in_proj_bias")
    return y if bias is None else y + bias[part]


def attend(parts, heads, mask, rate, keys):
    """Queries, keys and values [N, T, E] to [N, T, E]; `mask` is true where a key is seen."""
    query, key, value = (x.reshape(*x.shape[:2], heads, -1) for x in parts)
    scores = jnp.einsum("nqhd,nkhd->nhqk", query, key) / math.sqrt(query.shape[3])
    if mask is not None:
        scores = jnp.where(mask, scores, -1e6)
    weights = keys.dropout(jax.nn.softmax(scores), rate)
    return jnp.einsum("nhqk,nkhd->nqhd", weights, value).reshape(*parts[0].shape)


def attention(parameters, name, x, memory, heads, mask, rate, keys):
    size = x.shape[2]
    if memory is None:
        parts = jnp.split(projected(parameters, name, x, slice(None)), 3, axis=2)
    else:
        of_memory = projected(parameters, name, memory, slice(size, None))
        parts = [projected(parameters, name, x, slice(size)), *jnp.split(of_memory, 2, axis=2)]
    y = attend(parts, heads, mask, rate, keys) @ parameters[f"{name}.out_proj.weight"]
    bias = parameters.get(f"{name}.out_proj.bias")
    return y if bias is None else y + bias


def causal(steps):
    return jnp.tril(jnp.ones((steps, steps), bool))


def sinusoids(steps, size):
    angles = jnp.arange(steps)[:, None] / 10000 ** (jnp.arange(0, size, 2) / size)
    return jnp.stack([jnp.sin(angles), jnp.cos(angles)], 2).reshape(steps, size)


def embedded(parameters, name, tokens, rate, keys):
    weight = parameters[f"{name}.embedding.weight"]
    size = weight.shape[1]
    x = weight[tokens] * math.sqrt(size) + sinusoids(tokens.shape[1], size)
    return keys.dropout(x, rate)


def transformer(layers, heads, rate, hidden_rate):
    def model(parameters, source, lengths, target, key):
        keys = Keys(key)
        mask = (jnp.arange(source.shape[1]) < lengths[:, None])[:, None, None]

        def sublayer(name, number, x, y):
            return norm(parameters, f"{name}.norm{number}", x + keys.dropout(y, rate))

        def feed_forward(name, number, x):
            hidden = jax.nn.relu(linear(parameters, f"{name}.linear1", x))
            y = linear(parameters, f"{name}.linear2", keys.dropout(hidden, hidden_rate))
            return sublayer(name, number, x, y)

        def attended(name, part, number, x, memory, mask):
            y = attention(parameters, f"{name}.{part}", x, memory, heads, mask, rate, keys)
            return sublayer(name, number, x, y)

        memory = embedded(parameters, "encoder", source, rate, keys)
        for number in range(layers):
            name = f"encoder.blocks.layers.{number}"
            memory = attended(name, "self_attn", 1, memory, None, mask)
            memory = feed_forward(name, 2, memory)
        x = embedded(parameters, "decoder", target, rate, keys)
        for number in range(layers):
            name = f"decoder.blocks.layers.{number}"
            x = attended(name, "self_attn", 1, x, None, causal(x.shape[1]))
            x = attended(name, "multihead_attn", 2, x, memory, mask)
            x = feed_forward(name, 3, x)
        return linear(parameters, "decoder.dense", x).reshape(target.size, -1)

    return model


def vit(parameters, images, key, patch=16, rate=0.1):
    keys = Keys(key)
    count, side = images.shape[0], images.shape[2] // patch
    weight = parameters["conv_proj.weight"].reshape(-1, patch * patch)
    patches = images.reshape(count, side, patch, side, patch).transpose(0, 1, 3, 2, 4)
    patches = patches.reshape(count, side * side, -1) @ weight.T + parameters["conv_proj.bias"]
    token = jnp.broadcast_to(parameters["class_token"], (count, 1, patches.shape[2]))
    x = jnp.concatenate([token, patches], 1) + parameters["encoder.pos_embedding"]
    x = keys.dropout(x, rate)
    for number in range(2):
        name = f"encoder.layers.encoder_layer_{number}"
        y = norm(parameters, f"{name}.ln_1", x)
        x = x + attention(parameters, f"{name}.self_attention", y, None, 8, None, rate, keys)
        y = norm(parameters, f"{name}.ln_2", x)
        hidden = jax.nn.gelu(linear(parameters, f"{name}.mlp.0", y), approximate=False)
        y = linear(parameters, f"{name}.mlp.3", keys.dropout(hidden, rate))
        x = x + keys.dropout(y, rate)
    return linear(parameters, "heads.head", norm(parameters, "encoder.ln", x[:, 0]))


def gpt(parameters, tokens, key, layers=6, heads=6, rate=0.2):
    keys, steps = Keys(key), tokens.shape[0]
    x = parameters["transformer.wte.weight"][tokens.T] + parameters["transformer.wpe.weight"][:steps]
    x = keys.dropout(x, rate)
    for number in range(layers):
        name = f"transformer.h.{number}"
        y = linear(parameters, f"{name}.attn.c_attn", norm(parameters, f"{name}.ln_1", x))
        y = attend(jnp.split(y, 3, axis=2), heads, causal(steps), rate, keys)
        x = x + keys.dropout(linear(parameters, f"{name}.attn.c_proj", y), rate)
        y = norm(parameters, f"{name}.ln_2", x)
        y = jax.nn.gelu(linear(parameters, f"{name}.mlp.c_fc", y), approximate=True)
        x = x + keys.dropout(linear(parameters, f"{name}.mlp.c_proj", y), rate)
    logits = norm(parameters, "transformer.ln_f", x) @ parameters["lm_head.weight"]
    return logits.transpose(1, 0, 2).reshape(tokens.size, -1)


def bahdanau(parameters, source, lengths, target, key, rate=0.2):
    keys = Keys(key)

    def part(prefix):
        length = len(prefix)
        return {name[length:]: each for name, each in parameters.items() if name.startswith(prefix)}

    encoder, decoder = part("encoder."), part("decoder.")
    states, last = encoder["embedding.weight"][source.T], []
    for depth in range(2):
        states = layer(gru, encoder, f"l{depth}", states)
        last.append(states[-1])
        if depth == 0:
            states = keys.dropout(states, rate)
    outputs = states.transpose(1, 0, 2)
    attention_keys = outputs @ decoder["attention.W_k.weight"]
    mask = jnp.arange(source.shape[1]) < lengths[:, None]
    results, hidden = [], last
    for token in decoder["embedding.weight"][target.T]:
        query = hidden[1] @ decoder["attention.W_q.weight"]
        scores = jnp.tanh(query[:, None] + attention_keys) @ decoder["attention.w_v.weight"]
        scores = jnp.where(mask, scores[:, :, 0], -1e6)
        weights = keys.dropout(jax.nn.softmax(scores), rate)
        x = jnp.concatenate([jnp.einsum("nk,nkh->nh", weights, outputs), token], 1)
        following = []
        for depth in range(2):
            product = x @ decoder[f"rnn.weight_ih_l{depth}"] + decoder[f"rnn.bias_ih_l{depth}"]
            weight, bias = decoder[f"rnn.weight_hh_l{depth}"], decoder[f"rnn.bias_hh_l{depth}"]
            state, _ = gru(product, weight, bias, hidden[depth])
            following.append(state)
            x = keys.dropout(state, rate) if depth == 0 else state
        hidden = following
        results.append(x)
    return linear(decoder, "dense", jnp.stack(results, 1)).reshape(target.size, -1)


FUNCTIONS = {
    "bahdanau": bahdanau,
    "transformer": transformer(layers=2, heads=4, rate=0.2, hidden_rate=0),
    "transformer_l": transformer(layers=6, heads=8, rate=0.2, hidden_rate=0.2),
    "vit": vit,
    "gpt": gpt,
}
