"""The models in PyTorch: one file a family, one function a model."""

from peers.torch_models import mlp

BUILDERS = {
    "mlp": mlp.mlp,
    "mlp_dropout": mlp.mlp_dropout,
}
