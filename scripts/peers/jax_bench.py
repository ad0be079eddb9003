"""Steps of one model in JAX, jitted whole."""

import functools
import os

import numpy as np

from peers import preloading
from peers.measurement import milliseconds, parser, report
from peers.models import MODELS


def main() -> None:
    arguments = parser(__doc__).parse_args()
    # JAX sizes its thread pool at import, by the processors that it may use.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: arguments.threads])
    import jax
    import jax.numpy as jnp
    from safetensors.numpy import load_file

    from peers.jax_models import FUNCTIONS, is_trained, prepared

    spec = MODELS[arguments.model]
    model = FUNCTIONS[spec.network]
    *inputs, labels = (jnp.asarray(each) for each in spec.batch_of(arguments.batch))
    parameters = {
        name: jnp.asarray(value) for name, value in prepared(load_file(arguments.weights)).items()
    }
    key = jax.random.key(0)
    zeros = lambda: jax.tree.map(jnp.zeros_like, parameters)  # noqa: E731
    moments = (jnp.zeros(()), zeros(), zeros()) if spec.optimizer == "adam" else ()

    def loss_of(parameters, key, inputs, labels):
        log_probabilities = jax.nn.log_softmax(model(parameters, *inputs, key))
        losses = -jnp.take_along_axis(log_probabilities, labels[:, None], axis=1)[:, 0]
        return losses.mean(where=labels != spec.ignored)

    @functools.partial(jax.jit, donate_argnums=(0, 1, 2))
    def update(parameters, moments, key, inputs, labels):
        key, used = jax.random.split(key)
        gradients = jax.grad(loss_of)(parameters, used, inputs, labels)
        if spec.clip is not None:
            squares = jax.tree.map(lambda g: jnp.sum(g * g), gradients)
            norm = jnp.sqrt(sum(jax.tree.leaves(squares)))
            factor = jnp.minimum(1, spec.clip / norm)
            gradients = jax.tree.map(lambda g: factor * g, gradients)
        if spec.optimizer == "adam":
            return *adam(parameters, moments, gradients), key
        descend = lambda p, g: p - spec.learning_rate * g  # noqa: E731
        return jax.tree.map(descend, parameters, gradients), moments, key

    def adam(parameters, moments, gradients):
        step, first, second = moments
        step = step + 1
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradients)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradients)
        rate = spec.learning_rate / (1 - 0.9**step)
        scale = 1 / jnp.sqrt(1 - 0.999**step)
        updated = jax.tree.map(
            lambda p, m, v: p - rate * m / (jnp.sqrt(v) * scale + 1e-8), parameters, first, second
        )
        return updated, (step, first, second)

    forward = jax.jit(lambda parameters, inputs: model(parameters, *inputs, None))

    def train() -> None:
        nonlocal parameters, moments, key
        parameters, moments, key = jax.block_until_ready(
            update(parameters, moments, key, inputs, labels)
        )

    def infer() -> None:
        forward(parameters, inputs).block_until_ready()

    evaluated = forward if arguments.phase == "infer" else forward.__wrapped__
    logits = evaluated(parameters, inputs)
    loss_first = loss_of(parameters, None, inputs, labels).item()
    step = train if arguments.phase == "train" else infer
    report(
        arguments,
        times=milliseconds(step, arguments.steps, arguments.warmup),
        params=sum(value.size for name, value in parameters.items() if is_trained(name)),
        loss_first=loss_first,
        outputs=np.asarray(logits),
        version=preloading.named(f"jax {jax.__version__}"),
        blas_kernel="XLA",
    )


if __name__ == "__main__":
    main()
