"""Steps of one model in JAX, jitted whole."""

import functools
import os

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

    def loss_of(parameters, key, inputs, labels):
        log_probabilities = jax.nn.log_softmax(model(parameters, *inputs, key))
        return -jnp.take_along_axis(log_probabilities, labels[:, None], axis=1).mean()

    @functools.partial(jax.jit, donate_argnums=(0, 1))
    def update(parameters, key, inputs, labels):
        key, used = jax.random.split(key)
        gradients = jax.grad(loss_of)(parameters, used, inputs, labels)
        if spec.clip is not None:
            squares = jax.tree.map(lambda g: jnp.sum(g * g), gradients)
            norm = jnp.sqrt(sum(jax.tree.leaves(squares)))
            factor = jnp.minimum(1, spec.clip / norm)
            gradients = jax.tree.map(lambda g: factor * g, gradients)
        return jax.tree.map(lambda p, g: p - spec.learning_rate * g, parameters, gradients), key

    forward = jax.jit(lambda parameters, inputs: model(parameters, *inputs, None))

    def train() -> None:
        nonlocal parameters, key
        parameters, key = jax.block_until_ready(update(parameters, key, inputs, labels))

    def infer() -> None:
        forward(parameters, inputs).block_until_ready()

    loss_first = loss_of(parameters, None, inputs, labels).item()
    step = train if arguments.phase == "train" else infer
    report(
        arguments,
        times=milliseconds(step, arguments.steps, arguments.warmup),
        params=sum(value.size for name, value in parameters.items() if is_trained(name)),
        loss_first=loss_first,
        version=f"jax {jax.__version__}",
        blas_kernel="XLA",
    )


if __name__ == "__main__":
    main()
