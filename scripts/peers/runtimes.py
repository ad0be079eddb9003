"""The runtimes that read exported networks. Each makes requests, which own their inputs and results.

All compute in single precision. OpenVINO's default is bfloat16, ncnn's half precision, where the
processor has it.
"""

import importlib.metadata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from peers.exports import ncnn_files, onnx_file

Inputs = tuple[np.ndarray, ...]


@dataclass(frozen=True)
class Request:
    """`run` computes, `outputs` gives the last run's."""

    # Read where they lie.
    inputs: Inputs
    run: Callable[[], object]
    outputs: Callable[[], np.ndarray]


class Runtime(Protocol):
    def __init__(self, weights: Path, size: int, threads: int, streams: int) -> None:
        """A network for so many examples, with the threads of one request, and as many requests at
        once as there are streams."""

    def request(self, inputs: Inputs) -> Request: ...


class ONNXRuntime:
    def __init__(self, weights: Path, size: int, threads: int, streams: int):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        self.session = onnxruntime.InferenceSession(
            onnx_file(weights, size), options, providers=["CPUExecutionProvider"]
        )

    def request(self, inputs: Inputs) -> Request:
        from onnxruntime import OrtValue

        binding, (output,) = self.session.io_binding(), self.session.get_outputs()
        for given, values in zip(self.session.get_inputs(), inputs, strict=True):
            binding.bind_ortvalue_input(given.name, OrtValue.ortvalue_from_numpy(values))
        result = OrtValue.ortvalue_from_shape_and_type(output.shape, np.float32)
        binding.bind_ortvalue_output(output.name, result)
        return Request(inputs, lambda: self.session.run_with_iobinding(binding), result.numpy)


class OpenVINO:
    def __init__(self, weights: Path, size: int, threads: int, streams: int):
        import openvino

        self.compiled = openvino.Core().compile_model(
            onnx_file(weights, size),
            "CPU",
            {
                "INFERENCE_PRECISION_HINT": "f32",
                "PERFORMANCE_HINT": "LATENCY" if streams == 1 else "THROUGHPUT",
                "NUM_STREAMS": streams,
                "INFERENCE_NUM_THREADS": threads * streams,
            },
        )

    def request(self, inputs: Inputs) -> Request:
        import openvino

        request = self.compiled.create_infer_request()
        for place, values in enumerate(inputs):
            request.set_input_tensor(place, openvino.Tensor(values, shared_memory=True))
        return Request(
            inputs,
            lambda: request.infer(share_outputs=True),
            lambda: request.get_output_tensor().data,
        )


class NCNN:
    """Several threads compute all images of a request together. One thread takes them one by one, as
    any number takes sequences [T], for which there is no axis of examples."""

    def __init__(self, weights: Path, size: int, threads: int, streams: int):
        import ncnn

        self.net, self.threads = ncnn.Net(), threads
        options = self.net.opt
        options.num_threads = threads
        options.use_vulkan_compute = False
        options.use_fp16_packed = options.use_fp16_storage = options.use_fp16_arithmetic = False
        options.use_bf16_packed = options.use_bf16_storage = False
        network, values = ncnn_files(weights)
        if self.net.load_param(str(network)) or self.net.load_model(str(values)):
            raise RuntimeError(f"ncnn cannot load {network}")

    def request(self, inputs: Inputs) -> Request:
        import ncnn

        (values,) = inputs
        axis = 0
        if values.dtype == np.int64:  # tokens [T, N]
            values, axis = values.T.astype(np.int32), 1
        values = np.ascontiguousarray(values)
        together = self.threads > 1 and len(values) > 1 and axis == 0
        if together:
            mats = [ncnn.Mat(values, batch_index=0)]
        else:
            mats = [ncnn.Mat(example) for example in values]
        results: list[ncnn.Mat] = []

        def run() -> None:
            results.clear()
            for mat in mats:
                extractor = self.net.create_extractor()
                extractor.input("in0", mat)
                results.append(extractor.extract("out0")[1])

        def outputs() -> np.ndarray:
            if together:
                return results[0].numpy(batch_index=0).reshape(len(values), -1)
            examples = np.stack([result.numpy() for result in results])
            return np.moveaxis(examples, 0, axis).reshape(-1, examples.shape[-1])

        return Request((values,), run, outputs)


RUNTIMES: dict[str, type[Runtime]] = {
    "onnxruntime": ONNXRuntime,
    "openvino": OpenVINO,
    "ncnn": NCNN,
}


def version(runtime: str) -> str:
    return f"{runtime} {importlib.metadata.version(runtime)}"
