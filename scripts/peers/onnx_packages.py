"""Prepares the ONNX files of Python packages, as their authors published them, for a comparison.

Usage: python -m peers.onnx_packages PACKAGES FOLDER

PACKAGES is where pip has put silero-vad, basic-pitch, magika and rapidocr-onnxruntime. Beside NAME.onnx, FOLDER
gets NAME.safetensors with the tensors RUN.INPUT, or RUN.INPUT.integers, and RUN.OUTPUT, which are ONNX
Runtime's results, of two runs.
"""

import shutil
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from safetensors.numpy import save_file

RANDOM = np.random.default_rng(1)


def normal(*shape: int) -> np.ndarray:
    return RANDOM.standard_normal(shape).astype(np.float32)


def speech(run: int) -> dict:
    """A tone, with noise; the first call has no state yet."""
    count = run + 1
    tone = np.sin(np.arange(576) * 0.1)[None] * np.ones((count, 1))
    state = normal(2, count, 128) * run * 0.1
    input = (0.3 * tone + 0.05 * normal(count, 576)).astype(np.float32)
    return {"input": input, "state": state, "sr": np.array(16000)}


def page(count: int, height: int, width: int) -> dict:
    """White images with black strokes in lines, as print has, from -1 to 1."""
    images = np.ones((count, 3, height, width), np.float32)
    for image in images:
        for top in range(8, height - 16, 32):
            for left in range(8, width - 24, 14):
                image[:, top:top + 18, left + 4:left + 6] = -1
                row = top + int(RANDOM.integers(0, 16))
                image[:, row:row + 2, left:left + 10] = -1
    return {"x": images}


def sequence(run: int) -> dict:
    state = {name: normal(1, 1, 128) * run * 0.1 for name in "hc"}
    return {"input": 0.1 * normal(3 + run, 576), **state}


def sound(run: int) -> dict:
    tone = np.sin(np.arange(43844) * 0.05)[None, :, None] * np.ones((run + 1, 1, 1))
    return {"serving_default_input_2:0": (tone + 0.1 * normal(run + 1, 43844, 1)).astype(np.float32)}


def text(run: int) -> dict:
    """256 stands for no byte."""
    return {"bytes": RANDOM.integers(0, 257, (run + 1, 2048))}


FILES = {
    "silero_vad/data/silero_vad.onnx": speech,
    "silero_vad/data/silero_vad_16k_op15.onnx": speech,
    "silero_vad/data/silero_vad_op18_ifless.onnx": speech,
    "silero_vad/data/silero_vad_16k_sequence.onnx": sequence,
    "basic_pitch/saved_models/icassp_2022/nmp.onnx": sound,
    "magika/models/standard_v3_3/model.onnx": text,
    "rapidocr_onnxruntime/models/ch_PP-OCRv4_det_infer.onnx":
        lambda run: page(1 + run, 96, 160 - 32 * run),
    "rapidocr_onnxruntime/models/ch_PP-OCRv4_rec_infer.onnx":
        lambda run: page(1 + run, 48, 160 + 80 * run),
    "rapidocr_onnxruntime/models/ch_ppocr_mobile_v2.0_cls_infer.onnx":
        lambda run: page(1 + run, 48, 192),
}


def main() -> None:
    packages, folder = Path(sys.argv[1]), Path(sys.argv[2])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    for file, make in FILES.items():
        name = f"{file.split('/')[0]}_{Path(file).stem}".replace(".", "_")
        shutil.copy(packages / file, folder / f"{name}.onnx")
        session = onnxruntime.InferenceSession(
            str(packages / file), options, providers=["CPUExecutionProvider"])
        types = {each.name: each.type for each in session.get_inputs()}
        tensors = {}
        for run in range(2):
            feeds = make(run)
            for input, value in feeds.items():
                kind = "" if value.dtype == np.float32 else ".integers"
                tensors[f"{run}.{input}{kind}"] = value
            feeds = {
                input: value.astype(np.int32) if types[input] == "tensor(int32)" else value
                for input, value in feeds.items()
            }
            for output, value in zip(session.get_outputs(), session.run(None, feeds)):
                tensors[f"{run}.{output.name}"] = value
        save_file({each: np.array(value, order="C") for each, value in tensors.items()},
                  folder / f"{name}.safetensors")


if __name__ == "__main__":
    main()
