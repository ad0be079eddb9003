"""The models in JAX: one file a family, one function a model.

A function takes the parameters under PyTorch's names, the inputs and a random key, None for
evaluation. `prepared` has turned linear weights to JAX's order, [in, out]; embeddings stay.
"""

from peers.jax_models import attention, cnn, language, mlp, modern_cnn, translation

FUNCTIONS = {
    "mlp": mlp.mlp,
    "mlp_dropout": mlp.mlp_dropout,
    "lenet": cnn.lenet,
    "bn_lenet": cnn.bn_lenet,
    "resnet18": cnn.resnet18,
    **modern_cnn.FUNCTIONS,
    **language.FUNCTIONS,
    **translation.FUNCTIONS,
    **attention.FUNCTIONS,
}


def is_trained(name):
    """Whether a parameter is not a statistic of a batch norm."""
    return "running_" not in name


def is_in_order(name):
    """Whether a matrix is an embedding, or a projection of GPT-2, whose order is [in, out]."""
    kept = ["embedding", ".wte.", ".wpe.", ".c_attn.", ".c_proj.", ".c_fc."]
    return any(each in name for each in kept)


def prepared(weights):
    """PyTorch's state dictionary in the layout that JAX's own layers have, all of it floats."""
    return {
        name: value.T if value.ndim == 2 and not is_in_order(name) else value
        for name, value in weights.items()
        if not name.endswith("num_batches_tracked")
    }
