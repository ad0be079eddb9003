"""A network of PyTorch with given weights, as the benchmarks of PyTorch start."""

import argparse
import re

import torch
from safetensors.torch import load_file
from torch import nn

from peers import preloading
from peers.models import MODELS, Model
from peers.torch_models import BUILDERS


def network(arguments: argparse.Namespace, **sizes: int) -> nn.Module:
    torch.set_num_threads(getattr(arguments, "call_threads", None) or arguments.threads)
    result = BUILDERS[MODELS[arguments.model].network](**sizes)
    result.load_state_dict(load_file(arguments.weights))
    return result


def optimizer(spec: Model, model: nn.Module, fused: bool = False) -> torch.optim.Optimizer:
    kinds = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
    return kinds[spec.optimizer](model.parameters(), lr=spec.learning_rate, fused=fused)


def described(model: nn.Module) -> dict[str, object]:
    """What the line of JSON says of PyTorch and of the model."""
    mkl = re.search(r"Math Kernel Library Version ([\d.]+)", torch.__config__.show())
    return {
        "params": sum(parameter.numel() for parameter in model.parameters()),
        "version": preloading.named(f"torch {torch.__version__}"),
        "blas_kernel": f"MKL {mkl[1] if mkl else '?'} {torch.backends.cpu.get_cpu_capability()}",
    }
