"""The models in PyTorch: one file a family, one function a model."""

from peers.torch_models import attention, bahdanau, cnn, language, mlp, modern_cnn, translation

BUILDERS = {
    "mlp": mlp.mlp,
    "mlp_dropout": mlp.mlp_dropout,
    "lenet": cnn.lenet,
    "bn_lenet": cnn.bn_lenet,
    "resnet18": cnn.resnet18,
    "resnet50": cnn.resnet50,
    **modern_cnn.BUILDERS,
    **language.BUILDERS,
    **translation.BUILDERS,
    **attention.BUILDERS,
    **bahdanau.BUILDERS,
}
