"""Models of torchvision, transformers and torch.nn, exported by both of PyTorch's exporters.

Usage: python -m peers.onnx_exports FOLDER [NAME...], all models by default.

Beside NAME.onnx, NAME.safetensors has the tensors RUN.INPUT, or RUN.INPUT.integers, and RUN.output, which is
ONNX Runtime's first result, of two runs: one example, and three.
"""

import sys
import warnings
from pathlib import Path

import numpy as np
import onnxruntime
import torch
import torchvision
from safetensors.numpy import save_file
from torch import nn
from transformers import (
    BertConfig,
    BertModel,
    GPT2Config,
    GPT2LMHeadModel,
    ViTConfig,
    ViTForImageClassification,
)

CLASSIFIERS = {
    "alexnet": 64,
    "convnext_tiny": 64,
    "densenet121": 64,
    "efficientnet_b0": 64,
    "efficientnet_v2_s": 64,
    "googlenet": 64,
    "inception_v3": 96,
    "mnasnet0_5": 64,
    "mobilenet_v2": 64,
    "mobilenet_v3_small": 64,
    "regnet_x_400mf": 64,
    "regnet_y_400mf": 64,
    "resnet18": 64,
    "resnet50": 64,
    "resnext50_32x4d": 64,
    "shufflenet_v2_x0_5": 64,
    "squeezenet1_1": 64,
    "swin_t": 64,
    "vgg11": 64,
    "vit_b_16": 32,
    "wide_resnet50_2": 64,
}


class First(nn.Module):
    """The first result of a model."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        result = self.model(x)
        return result[0] if isinstance(result, tuple) else result


class Words(nn.Module):
    """The states or logits of a model of transformers, of tokens and their mask."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return self.model(input_ids=x, attention_mask=mask, return_dict=False)[0]


class Pixels(nn.Module):
    """The logits of a classifier of transformers."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.model(pixel_values=x, return_dict=False)[0]


def images(size: int, count: int) -> tuple[torch.Tensor, ...]:
    return (torch.randn(count, 3, size, size),)


def words(count: int) -> tuple[torch.Tensor, ...]:
    mask = torch.ones(count, 7, dtype=torch.int64)
    mask[:, 5:] = torch.arange(count)[:, None] % 2
    return torch.randint(0, 50, (count, 7)), mask


def models() -> dict:
    """Each model, its inputs for a number of examples, and the axis of the examples."""
    found = {}
    for name, size in CLASSIFIERS.items():
        options = {"init_weights": True} if name in ("googlenet", "inception_v3") else {}
        if name == "vit_b_16":
            options = {"image_size": size}
        model = getattr(torchvision.models, name)(weights=None, **options)
        found[name] = (First(model), lambda count, size=size: images(size, count), 0)
    for name, layer in {
        "rnn": nn.RNN(6, 5, num_layers=2, nonlinearity="relu"),
        "lstm": nn.LSTM(6, 5, num_layers=2, bidirectional=True),
        "gru": nn.GRU(6, 5, num_layers=2),
    }.items():
        found[name] = (First(layer), lambda count: (torch.randn(7, count, 6),), 1)
    sizes = {"vocab_size": 50, "hidden_size": 32, "num_attention_heads": 4}
    bert = BertConfig(**sizes, num_hidden_layers=2, intermediate_size=64, max_position_embeddings=16)
    gpt = GPT2Config(vocab_size=50, n_embd=32, n_layer=2, n_head=4, n_positions=16, use_cache=False)
    vit = ViTConfig(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64,
        image_size=32, patch_size=8, num_labels=10,
    )
    found["bert"] = (Words(BertModel(bert, add_pooling_layer=False)), words, 0)
    found["gpt2"] = (Words(GPT2LMHeadModel(gpt)), words, 0)
    found["vit"] = (
        Pixels(ViTForImageClassification(vit)), lambda count: images(32, count), 0,
    )
    return found


def disturb(model: nn.Module) -> None:
    """Gives batch norms statistics unlike those of a new network."""
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)


def export(model: nn.Module, inputs: tuple, axis: int, path: Path, dynamo: bool) -> None:
    names = ["input", "mask"][: len(inputs)]
    if dynamo:
        batch = torch.export.Dim("batch")
        torch.onnx.export(
            model, inputs, str(path), dynamo=True, input_names=names, output_names=["output"],
            dynamic_shapes=[{axis: batch} for _ in inputs], external_data=False, verbose=False,
        )
    else:
        torch.onnx.export(
            model, inputs, str(path), dynamo=False, opset_version=17, input_names=names,
            output_names=["output"], dynamic_axes={name: {axis: "batch"} for name in names},
        )


def write_runs(path: Path, make) -> None:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    tensors = {}
    for run, count in enumerate([1, 3]):
        values = [x.numpy() for x in make(count)]
        feeds = dict(zip([each.name for each in session.get_inputs()], values))
        for name, value in feeds.items():
            kind = "" if value.dtype == np.float32 else ".integers"
            tensors[f"{run}.{name}{kind}"] = value
        tensors[f"{run}.output"] = session.run(None, feeds)[0]
    save_file({name: np.ascontiguousarray(each) for name, each in tensors.items()},
              path.with_suffix(".safetensors"))


def main() -> None:
    warnings.filterwarnings("ignore")
    folder = Path(sys.argv[1])
    torch.manual_seed(1)
    chosen = sys.argv[2:]
    for name, (model, make, axis) in models().items():
        if chosen and name not in chosen:
            continue
        model.eval()
        disturb(model)
        for dynamo in (False, True):
            path = folder / f"{name}_{'export' if dynamo else 'script'}.onnx"
            try:
                with torch.no_grad():
                    export(model, make(2), axis, path, dynamo)
                write_runs(path, make)
            except Exception as error:  # PyTorch can't export it: there is nothing to read
                path.unlink(missing_ok=True)
                print(f"{path.stem}: PyTorch could not export it: {str(error).splitlines()[0]}")


if __name__ == "__main__":
    main()
