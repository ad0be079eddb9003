"""The book's modern convolutional networks; images are [N, H, W, C] inside."""

import jax
import jax.numpy as jnp
from jax import lax

from peers.jax_models.cnn import average_pool, batch_norm, channels_last, convolution, flat, pool
from peers.jax_models.mlp import dropout, linear


def max_pool(images, size, stride, padding=0):
    return pool(images, -jnp.inf, lax.max, size, stride, padding)


def active(parameters, layer, x, stride=1, padding=0):
    return jax.nn.relu(convolution(parameters, layer, x, stride, padding))


def classifier(parameters, x, key):
    first, second = (None, None) if key is None else jax.random.split(key)
    x = dropout(jax.nn.relu(linear(parameters, "classifier.0", x)), 0.5, first)
    x = dropout(jax.nn.relu(linear(parameters, "classifier.3", x)), 0.5, second)
    return linear(parameters, "classifier.6", x)


def alexnet(parameters, images, key):
    x = max_pool(active(parameters, "features.0", channels_last(images), 4, 1), 3, 2)
    x = max_pool(active(parameters, "features.3", x, padding=2), 3, 2)
    for layer in (6, 8, 10):
        x = active(parameters, f"features.{layer}", x, padding=1)
    return classifier(parameters, flat(max_pool(x, 3, 2)), key)


def vgg11(parameters, images, key):
    x, layer = channels_last(images), 0
    for count in (1, 1, 2, 2, 2):
        for _ in range(count):
            x = active(parameters, f"features.{layer}", x, padding=1)
            layer += 2
        x = max_pool(x, 2, 2)
        layer += 1
    return classifier(parameters, flat(x), key)


def nin(parameters, images, key):
    def block(number, x, stride=1, padding=0):
        x = active(parameters, f"net.{number}.0", x, stride, padding)
        x = active(parameters, f"net.{number}.2", x)
        return active(parameters, f"net.{number}.4", x)

    x = max_pool(block(0, channels_last(images), 4), 3, 2)
    x = max_pool(block(2, x, padding=2), 3, 2)
    x = dropout(max_pool(block(4, x, padding=1), 3, 2), 0.5, key)
    return block(7, x, padding=1).mean((1, 2))


def inception(parameters, name, x):
    def branch(number, x, *convolutions):
        for layer, padding in convolutions:
            x = active(parameters, f"{name}.branch{number}{layer}.conv", x, padding=padding)
        return x

    branches = [
        branch(1, x, ("", 0)),
        branch(2, x, (".0", 0), (".1", 1)),
        branch(3, x, (".0", 0), (".1", 2)),
        branch(4, max_pool(x, 3, 1, 1), (".1", 0)),
    ]
    return jnp.concatenate(branches, -1)


def googlenet(parameters, images, key):
    x = active(parameters, "conv1.conv", channels_last(images), 2, 3)
    x = active(parameters, "conv2.conv", max_pool(x, 3, 2, 1))
    x = active(parameters, "conv3.conv", x, padding=1)
    for stage in ("3a 3b", "4a 4b 4c 4d 4e", "5a 5b"):
        x = max_pool(x, 3, 2, 1)
        for block in stage.split():
            x = inception(parameters, f"inception{block}", x)
    return linear(parameters, "fc", x.mean((1, 2)))


def densenet(parameters, images, key):
    def normalized(layer, x):
        return jax.nn.relu(batch_norm(parameters, f"features.{layer}", x, key))

    x = convolution(parameters, "features.conv0", channels_last(images), 2, 3)
    x = max_pool(normalized("norm0", x), 3, 2, 1)
    for block in range(1, 5):
        for number in range(1, 5):
            layer = f"denseblock{block}.denselayer{number}"
            y = normalized(f"{layer}.norm1", x)
            y = convolution(parameters, f"features.{layer}.conv1", y, padding=1)
            x = jnp.concatenate([x, y], -1)
        if block < 4:
            layer = f"transition{block}"
            x = normalized(f"{layer}.norm", x)
            x = average_pool(convolution(parameters, f"features.{layer}.conv", x))
    return linear(parameters, "classifier", normalized("norm5", x).mean((1, 2)))


GROUP_WIDTH = 16


def grouped(parameters, layer, images, stride):
    weight = parameters[f"{layer}.weight"]
    result = lax.conv_general_dilated(
        images,
        weight,
        (stride, stride),
        [(1, 1)] * 2,
        dimension_numbers=("NHWC", "OIHW", "NHWC"),
        feature_group_count=weight.shape[0] // GROUP_WIDTH,
    )
    return result + parameters[f"{layer}.bias"]


def resnext_block(parameters, block, x, stride, key):
    def normalized(layer, x):
        return batch_norm(parameters, f"{block}.{layer}.1", x, key)

    y = jax.nn.relu(normalized("f.a", convolution(parameters, f"{block}.f.a.0", x)))
    y = jax.nn.relu(normalized("f.b", grouped(parameters, f"{block}.f.b.0", y, stride)))
    y = normalized("f.c", convolution(parameters, f"{block}.f.c.0", y))
    if f"{block}.proj.0.weight" in parameters:
        x = normalized("proj", convolution(parameters, f"{block}.proj.0", x, stride))
    return jax.nn.relu(x + y)


def regnetx(parameters, images, key):
    """RegNetX-32."""
    x = convolution(parameters, "stem.0", channels_last(images), 2, 1)
    x = jax.nn.relu(batch_norm(parameters, "stem.1", x, key))
    for stage, depth in ((1, 4), (2, 6)):
        for number in range(depth):
            block = f"trunk_output.block{stage}.block{stage}-{number}"
            x = resnext_block(parameters, block, x, 1 if number else 2, key)
    return linear(parameters, "fc", x.mean((1, 2)))


FUNCTIONS = {
    "alexnet": alexnet,
    "vgg11": vgg11,
    "nin": nin,
    "googlenet": googlenet,
    "densenet": densenet,
    "regnetx": regnetx,
}
