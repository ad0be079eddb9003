"""Convolutional networks of the book; images are [N, H, W, C] inside, as JAX's users have them."""

import jax
import jax.numpy as jnp
from jax import lax

from peers.jax_models.mlp import linear

EPSILON = 1e-5


def channels_last(images):
    return images.transpose(0, 2, 3, 1)


def flat(images):
    """PyTorch's order of features."""
    return images.transpose(0, 3, 1, 2).reshape(images.shape[0], -1)


def convolution(parameters, layer, images, stride=1, padding=0):
    result = lax.conv_general_dilated(
        images,
        parameters[f"{layer}.weight"],
        (stride, stride),
        [(padding, padding)] * 2,
        dimension_numbers=("NHWC", "OIHW", "NHWC"),
    )
    return result + parameters[f"{layer}.bias"]


def batch_norm(parameters, layer, x, key):
    """By the batch's statistics, or by the running ones where there is no key: in evaluation."""
    if key is None:
        mean, variance = parameters[f"{layer}.running_mean"], parameters[f"{layer}.running_var"]
    else:
        axes = tuple(range(x.ndim - 1))
        mean, variance = x.mean(axes), x.var(axes)
    scale = parameters[f"{layer}.weight"] * lax.rsqrt(variance + EPSILON)
    return (x - mean) * scale + parameters[f"{layer}.bias"]


def pool(images, start, combine, size, stride, padding=0):
    sides = ((0, 0), (padding, padding), (padding, padding), (0, 0))
    return lax.reduce_window(
        images, start, combine, (1, size, size, 1), (1, stride, stride, 1), sides
    )


def average_pool(images):
    return pool(images, 0.0, lax.add, 2, 2) / 4


def lenet(parameters, images, key):
    x = channels_last(images)
    x = average_pool(jax.nn.sigmoid(convolution(parameters, "net.0", x, padding=2)))
    x = average_pool(jax.nn.sigmoid(convolution(parameters, "net.3", x)))
    x = jax.nn.sigmoid(linear(parameters, "net.7", flat(x)))
    x = jax.nn.sigmoid(linear(parameters, "net.9", x))
    return linear(parameters, "net.11", x)


def bn_lenet(parameters, images, key):
    def normalized(layer, x):
        return jax.nn.sigmoid(batch_norm(parameters, layer, x, key))

    x = channels_last(images)
    x = average_pool(normalized("net.1", convolution(parameters, "net.0", x)))
    x = average_pool(normalized("net.5", convolution(parameters, "net.4", x)))
    x = normalized("net.10", linear(parameters, "net.9", flat(x)))
    x = normalized("net.13", linear(parameters, "net.12", x))
    return linear(parameters, "net.15", x)


def residual(parameters, block, x, stride, key):
    y = convolution(parameters, f"{block}.conv1", x, stride, 1)
    y = jax.nn.relu(batch_norm(parameters, f"{block}.bn1", y, key))
    y = convolution(parameters, f"{block}.conv2", y, padding=1)
    y = batch_norm(parameters, f"{block}.bn2", y, key)
    if f"{block}.downsample.0.weight" in parameters:
        x = convolution(parameters, f"{block}.downsample.0", x, stride)
    return jax.nn.relu(x + y)


def resnet18(parameters, images, key):
    x = convolution(parameters, "conv1", channels_last(images), 2, 3)
    x = jax.nn.relu(batch_norm(parameters, "bn1", x, key))
    x = pool(x, -jnp.inf, lax.max, 3, 2, 1)
    for stage in range(1, 5):
        for block in range(2):
            stride = 2 if stage > 1 and block == 0 else 1
            x = residual(parameters, f"layer{stage}.{block}", x, stride, key)
    return linear(parameters, "fc", x.mean((1, 2)))
