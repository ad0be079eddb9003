"""Runs exported models with ONNX Runtime and compares their results with Gannet's.

Usage: python -m peers.onnx_check FOLDER, with NAME.onnx and NAME.safetensors for each model: the tensors
RUN.INPUT and RUN.output of each run.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from safetensors.numpy import load_file

TOLERANCE = 1e-5
TYPES = {"tensor(float)": np.float32, "tensor(int64)": np.int64}


def deviation(actual: np.ndarray, wanted: np.ndarray) -> float:
    """The largest difference, relative to the root mean square of what is wanted; NaN must be NaN."""
    if actual.shape != wanted.shape:
        return float("inf")
    finite = wanted[np.isfinite(wanted)].astype(np.float64)
    scale = float(np.sqrt(np.mean(finite**2))) if finite.size else 0.0
    same = (actual == wanted) | (np.isnan(actual) & np.isnan(wanted))
    with np.errstate(invalid="ignore"):
        difference = np.where(same, 0, np.abs(actual.astype(np.float64) - wanted))
    return float(np.max(np.nan_to_num(difference, nan=np.inf), initial=0)) / (scale or 1.0)


def check(path: Path) -> float:
    """The largest deviation of all runs of a model."""
    onnx.checker.check_model(str(path), full_check=True)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    tensors = load_file(path.with_suffix(".safetensors"))
    runs = sorted({name.split(".")[0] for name in tensors})
    deviations = []
    for run in runs:
        inputs = {
            each.name: tensors[f"{run}.{each.name}"].astype(TYPES[each.type])
            for each in session.get_inputs()
        }
        deviations.append(deviation(session.run(["output"], inputs)[0], tensors[f"{run}.output"]))
    return max(deviations)


def main() -> None:
    failed = 0
    paths = sorted(Path(sys.argv[1]).glob("*.onnx"))
    for path in paths:
        try:
            worst = check(path)
            verdict = "passed" if worst <= TOLERANCE else "FAILED"
            print(f"{path.stem:32} {worst:8.1e} {verdict}")
            failed += worst > TOLERANCE
        except Exception as error:
            print(f"{path.stem:32} FAILED: {error}")
            failed += 1
    print(f"{len(paths) - failed} passed, {failed} failed")
    sys.exit(failed > 0 or not paths)


if __name__ == "__main__":
    main()
