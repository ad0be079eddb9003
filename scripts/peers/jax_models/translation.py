"""Encoders and decoders for translation: sources [N, S], lengths [N] and targets [N, T] to logits."""

import jax
import jax.numpy as jnp

from peers.jax_models.language import gru_layer
from peers.jax_models.mlp import dropout, linear


def network(parameters, part, inputs, initial, key):
    """The states [T, N, H] of the last layer, and the final one of each."""
    final = []
    for depth, start in enumerate(initial):
        if depth and key is not None:
            key, used = jax.random.split(key)
            inputs = dropout(inputs, 0.2, used)
        inputs = gru_layer(parameters, f"{part}.rnn", f"l{depth}", inputs, start)
        final.append(inputs[-1])
    return inputs, final


def seq2seq(parameters, source, lengths, target, key):
    reading, writing = (None, None) if key is None else jax.random.split(key)
    zeros = jnp.zeros((len(source), parameters["encoder.rnn.weight_hh_l0"].shape[0]))
    embedded = parameters["encoder.embedding.weight"][source.T]
    outputs, state = network(parameters, "encoder", embedded, [zeros, zeros], reading)
    embedded = parameters["decoder.embedding.weight"][target.T]
    context = jnp.broadcast_to(outputs[-1], (len(embedded), *outputs[-1].shape))
    inputs = jnp.concatenate([embedded, context], axis=2)
    states, _ = network(parameters, "decoder", inputs, state, writing)
    logits = linear(parameters, "decoder.dense", states)
    return logits.transpose(1, 0, 2).reshape(-1, logits.shape[2])


FUNCTIONS = {"seq2seq": seq2seq}
