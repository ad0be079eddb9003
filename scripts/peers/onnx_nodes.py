"""Writes the node tests of the Python package onnx: one file for each case, with its inputs and results.

Usage: python -m peers.onnx_nodes FOLDER

Beside NAME.onnx, NAME.safetensors has the tensors 0.VALUE, or 0.VALUE.integers, of each input and result;
truth values are floats, and so are float64, whose results Gannet computes in float32. Cases whose operator
has not changed since an opset before 11 are written in opset 11. All others that Gannet does not claim to
read are left out, and counted by reason in reasons.tsv: a line has the reason and a case.
"""

import sys
import warnings
from pathlib import Path

import numpy as np
import onnx
from onnx.backend.test.case.node import collect_testcases
from safetensors.numpy import save_file

OPSETS = range(11, 29)
TYPES = {
    onnx.TensorProto.FLOAT, onnx.TensorProto.DOUBLE, onnx.TensorProto.INT32, onnx.TensorProto.INT64,
    onnx.TensorProto.BOOL,
}


def reason_against(model: onnx.ModelProto) -> str | None:
    """Why a case is beyond what is supported; None where it is not. Changes the opset to one in reach."""
    graph = model.graph
    if any(opset.domain not in ("", "ai.onnx") for opset in model.opset_import):
        return "operators of another domain"
    for value in list(graph.input) + list(graph.output):
        if value.type.WhichOneof("value") != "tensor_type":
            return "sequences, maps and optional values"
        if value.type.tensor_type.elem_type not in TYPES:
            return "element types other than float32, float64, int32, int64 and bool"
    first = graph.input[0].type.tensor_type if graph.input else None
    if first and first.elem_type == onnx.TensorProto.BOOL and any(
        each.HasField("dim_value") and each.dim_value == 0 for each in first.shape.dim
    ):
        return "reductions of no truth values"
    for node in graph.node:
        if any(each.name == "training_mode" and each.i for each in node.attribute):
            return "training mode"
        if node.op_type == "Dropout" and len(node.input) > 2 and node.input[2]:
            return "training mode"
    opset = model.opset_import[0]
    version = min(max(opset.version, OPSETS[0]), OPSETS[-1])
    if version != opset.version:
        opset.version = version
        try:
            onnx.checker.check_model(model, full_check=True)
        except Exception:
            return f"operators of opsets before {OPSETS[0]}"
    return None


def stored(name: str, value) -> tuple[str, np.ndarray]:
    if isinstance(value, onnx.TensorProto):
        value = onnx.numpy_helper.to_array(value)
    value = np.asarray(value)
    if value.dtype in (np.int32, np.int64):
        return f"0.{name}.integers", value.astype(np.int64)
    return f"0.{name}", value.astype(np.float32)


def main() -> None:
    warnings.filterwarnings("ignore")
    folder = Path(sys.argv[1])
    reasons, written = [], 0
    for case in collect_testcases(None):
        model, (inputs, outputs) = case.model, case.data_sets[0]
        reason = reason_against(model)
        if reason:
            reasons.append(f"{reason}\t{case.name}")
            continue
        values = list(zip(model.graph.input, inputs)) + list(zip(model.graph.output, outputs))
        tensors = dict(stored(each.name, value) for each, value in values)
        onnx.save(model, folder / f"{case.name}.onnx")
        save_file(
            {name: np.array(each, order="C") for name, each in tensors.items()},
            folder / f"{case.name}.safetensors")
        written += 1
    (folder / "reasons.tsv").write_text("".join(f"{line}\n" for line in sorted(reasons)))
    print(f"{written} node tests written, {len(reasons)} out of reach")


if __name__ == "__main__":
    main()
