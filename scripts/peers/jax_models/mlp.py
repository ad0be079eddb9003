"""Multilayer perceptrons on 28x28 images."""

import jax
import jax.numpy as jnp


def linear(parameters, layer, inputs):
    return inputs @ parameters[f"{layer}.weight"] + parameters[f"{layer}.bias"]


def dropout(inputs, rate, key):
    if key is None:
        return inputs
    return jnp.where(jax.random.bernoulli(key, 1 - rate, inputs.shape), inputs / (1 - rate), 0)


def flat(images):
    return images.reshape(images.shape[0], -1)


def mlp(parameters, images, key):
    hidden = jax.nn.relu(linear(parameters, 1, flat(images)))
    return linear(parameters, 3, hidden)


def mlp_dropout(parameters, images, key):
    first, second = (None, None) if key is None else jax.random.split(key)
    hidden = dropout(jax.nn.relu(linear(parameters, 1, flat(images))), 0.5, first)
    hidden = dropout(jax.nn.relu(linear(parameters, 4, hidden)), 0.5, second)
    return linear(parameters, 7, hidden)
