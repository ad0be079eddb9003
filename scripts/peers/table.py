"""Prints the files of `scripts/compare --json` as tables: for each kind of processor one of steps, a row
for each model and phase, and one of the phase serve. The column "limit" is the share of a step's time that
its products would take at the rate of a large one."""

import json
import statistics
import sys
from pathlib import Path

from peers import serving_table
from peers.comparison import summary
from peers.serving_table import milliseconds

# The columns of the other sides; a name ends in what the side adds to the one before.
COLUMNS = {
    "jax, jitted": "JAX",
    "jax, tuned": "JAX, tuned",
    "torch": "PyTorch",
    "torch, tcmalloc": "tcmalloc",
    "torch, channels-last": "channels-last",
    "torch, compiled": "compiled",
    "torch, tuned": "PyTorch, tuned",
    "torch, the book's attention": "book's attention",
    "torch, the book's attention, compiled": "the same, compiled",
    "onnxruntime": "ONNX Runtime",
    "onnxruntime, 1 thread a part": "1 thread a part",
    "openvino, 1 stream": "OpenVINO, 1 stream",
    "openvino, 1 thread a stream": "1 thread a stream",
    "ncnn": "ncnn",
    "ncnn, 1 thread an image": "1 thread an image",
}


def main(files: list[Path]) -> None:
    runs = [json.loads(file.read_text()) for file in files]
    for processor in dict.fromkeys(run["processor"] for run in runs):
        comparisons = [
            each for run in runs if run["processor"] == processor for each in run["comparisons"]
        ]
        served = [each for each in comparisons if each["phase"] == "serve"]
        others = [each for each in comparisons if each["phase"] != "serve"]
        print(f"{processor}\n")
        for table in (steps(others), serving_table.lines(served) if served else []):
            if table:
                print("\n".join(table) + "\n")


def steps(comparisons: list[dict]) -> list[str]:
    if not comparisons:
        return []
    names = {name for each in comparisons for name, found in each["runs"].items() if found}
    columns = [name for name in COLUMNS if name in names]
    shown = ["model, batch", "phase", "Gannet, ms", *(COLUMNS[each] for each in columns)]
    return [
        f"| {' | '.join(shown)} | ratio | limit | MB: Gannet / PyTorch |",
        f"| --- | --- |{' ---: |' * (len(columns) + 4)}",
        *(row(each, columns) for each in comparisons),
    ]


def row(comparison: dict, columns: list[str]) -> str:
    found = {side: summary(runs) for side, runs in comparison["runs"].items() if runs}
    times = [milliseconds(found[side].milliseconds) if side in found else "" for side in columns]
    memory = [each.peak_megabytes for side, each in found.items() if side.startswith("torch")]
    ratio = f"**{comparison['ratio']:.2f}**" if comparison["ratio"] else "none"
    return (
        f"| `{comparison['model']}`, {comparison['batch']} | {comparison['phase']} "
        f"| {milliseconds(found['gannet'].milliseconds)} | {' | '.join(times)} | {ratio} | {limit(comparison)} "
        f"| {found['gannet'].peak_megabytes:,.0f} / {f'{min(memory):,.0f}' if memory else '-'} |"
    )


def limit(comparison: dict) -> str:
    """The share of a step's time that its products, computed plainly, take at the rate of a large product;
    above 100% where convolutions compute less."""
    shares = [
        2e-6 * run["multiply_adds"] / run["peak_gflops"] / run["ms_per_step"]["median"]
        for run in comparison["runs"]["gannet"]
        if "peak_gflops" in run
    ]
    return f"{statistics.median(shares):.0%}" if shares else ""


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
