"""Language models: a recurrent network over tokens and a linear layer on its states."""

import functools

import jax
import jax.numpy as jnp

from peers.jax_models.mlp import linear


def rnn(inputs, hidden, bias, state):
    state = jnp.tanh(inputs + state @ hidden + bias)
    return state, state


def lstm(inputs, hidden, bias, carried):
    state, cell = carried
    i, f, g, o = jnp.split(inputs + state @ hidden + bias, 4, axis=1)
    cell = jax.nn.sigmoid(f) * cell + jax.nn.sigmoid(i) * jnp.tanh(g)
    state = jax.nn.sigmoid(o) * jnp.tanh(cell)
    return (state, cell), state


def gru(inputs, hidden, bias, state):
    input_r, input_z, input_n = jnp.split(inputs, 3, axis=1)
    state_r, state_z, state_n = jnp.split(state @ hidden + bias, 3, axis=1)
    update = jax.nn.sigmoid(input_z + state_z)
    candidate = jnp.tanh(input_n + jax.nn.sigmoid(input_r + state_r) * state_n)
    state = (1 - update) * candidate + update * state
    return state, state


def layer(cell, parameters, suffix, inputs, reverse=False):
    """States [T, N, H]; `inputs` are tokens [T, N], whose weights are gathered, or [T, N, I]."""
    weight = parameters[f"rnn.weight_ih_{suffix}"]
    product = weight[inputs] if inputs.ndim == 2 else inputs @ weight
    product += parameters[f"rnn.bias_ih_{suffix}"]
    hidden, bias = parameters[f"rnn.weight_hh_{suffix}"], parameters[f"rnn.bias_hh_{suffix}"]
    zeros = jnp.zeros((inputs.shape[1], hidden.shape[0]))
    initial = (zeros, zeros) if cell is lstm else zeros
    step = lambda carried, each: cell(each, hidden, bias, carried)  # noqa: E731
    return jax.lax.scan(step, initial, product, reverse=reverse)[1]


def gru_layer(parameters, network, suffix, inputs, initial):
    """States [T, N, H] of a layer of `network` on inputs [T, N, I]."""
    weight = lambda kind: parameters[f"{network}.{kind}_{suffix}"]  # noqa: E731
    product = inputs @ weight("weight_ih") + weight("bias_ih")
    hidden, bias = weight("weight_hh"), weight("bias_hh")
    return jax.lax.scan(lambda state, each: gru(each, hidden, bias, state), initial, product)[1]


def model(cell, parameters, tokens, key, layers=1, bidirectional=False):
    states = tokens
    for depth in range(layers):
        forward = layer(cell, parameters, f"l{depth}", states)
        if bidirectional:
            backward = layer(cell, parameters, f"l{depth}_reverse", states, reverse=True)
            forward = jnp.concatenate([forward, backward], axis=2)
        states = forward
    return linear(parameters, "linear", states.reshape(-1, states.shape[2]))


FUNCTIONS = {
    "rnn": functools.partial(model, rnn),
    "gru": functools.partial(model, gru),
    "lstm": functools.partial(model, lstm),
    "deep_gru": functools.partial(model, gru, layers=2),
    "rnn_l": functools.partial(model, rnn),
    "gru_l": functools.partial(model, gru),
    "lstm_l": functools.partial(model, lstm),
    "bi_lstm": functools.partial(model, lstm, bidirectional=True),
}
