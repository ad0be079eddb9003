"""Writes a network of PyTorch, with given weights, as the files that runtimes read.

ONNX files are of one batch size each, which runtimes can then plan for; ncnn's are of one example.
"""

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path


def onnx_file(weights: Path, size: int) -> Path:
    """The place of the file for a batch of `size`, beside that of the weights."""
    return weights.with_name(f"{weights.stem}.{size}.onnx")


def ncnn_files(weights: Path) -> tuple[Path, Path]:
    """The places of the network and of its values."""
    return weights.with_suffix(".ncnn.param"), weights.with_suffix(".ncnn.bin")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--sizes", required=True, help="of ONNX files, comma-separated, or none")
    parser.add_argument("--ncnn", action="store_true")
    arguments = parser.parse_args()
    arguments.threads = 1
    from peers import torch_setup
    from peers.models import MODELS

    spec, model = MODELS[arguments.model], torch_setup.network(arguments).eval()
    for size in filter(None, arguments.sizes.split(",")):
        write_onnx(model, spec.batch_of(int(size))[:-1], onnx_file(arguments.weights, int(size)))
    if arguments.ncnn:
        write_ncnn(model, spec.batch_of(1)[:-1], arguments.weights)


def write_onnx(model, inputs, path: Path) -> None:
    import torch

    tensors = tuple(torch.from_numpy(each) for each in inputs)
    torch.onnx.export(model, tensors, path, dynamo=True, external_data=False)


def write_ncnn(model, inputs, weights: Path) -> None:
    """By the program of pnnx: its module also imports what it writes, which fails for names that are
    numbers."""
    import pnnx
    import torch

    tensors = tuple(torch.from_numpy(each) for each in inputs)
    with tempfile.TemporaryDirectory() as folder:
        torch.jit.trace(model, tensors).save(f"{folder}/network.pt")
        subprocess.run([pnnx.EXEC_PATH, "network.pt", "fp16=0"], cwd=folder, check=True)
        for path in ncnn_files(weights):
            shutil.move(f"{folder}/network.ncnn{path.suffix}", path)


if __name__ == "__main__":
    main()
