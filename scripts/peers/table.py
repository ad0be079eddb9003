"""Prints the files of `scripts/compare --json` as one table, a row for each model and phase."""

import json
import sys
from pathlib import Path

from peers.comparison import summary

# The columns of the other sides; a name ends in what the side adds to the one before.
COLUMNS = {
    "jax, jitted": "JAX",
    "torch": "PyTorch",
    "torch, tcmalloc": "tcmalloc",
    "torch, channels-last": "channels-last",
    "torch, compiled": "compiled",
    "torch, the book's attention": "book's attention",
    "torch, the book's attention, compiled": "the same, compiled",
}


def main(files: list[Path]) -> None:
    runs = [json.loads(file.read_text()) for file in files]
    comparisons = [each for run in runs for each in run["comparisons"]]
    names = {name for each in comparisons for name, found in each["runs"].items() if found}
    columns = [name for name in COLUMNS if name in names]
    shown = ["model, batch", "phase", "Gannet, ms", *(COLUMNS[each] for each in columns)]
    print(f"| {' | '.join(shown)} | ratio | MB: Gannet / PyTorch |")
    print(f"| --- | --- |{' ---: |' * (len(columns) + 3)}")
    for each in comparisons:
        print(row(each, columns))
    print(f"\n{', '.join(dict.fromkeys(run['processor'] for run in runs))}")


def row(comparison: dict, columns: list[str]) -> str:
    found = {side: summary(runs) for side, runs in comparison["runs"].items() if runs}
    times = [time(found[side].milliseconds) if side in found else "" for side in columns]
    memory = [each.peak_megabytes for side, each in found.items() if side.startswith("torch")]
    ratio = f"**{comparison['ratio']:.2f}**" if comparison["ratio"] else "none"
    return (
        f"| `{comparison['model']}`, {comparison['batch']} | {comparison['phase']} "
        f"| {time(found['gannet'].milliseconds)} | {' | '.join(times)} | {ratio} "
        f"| {found['gannet'].peak_megabytes:,.0f} / {f'{min(memory):,.0f}' if memory else '-'} |"
    )


def time(milliseconds: float) -> str:
    """Milliseconds in three digits or all before the point."""
    digits = 0 if milliseconds >= 100 else 1 if milliseconds >= 10 else 2
    return f"{milliseconds:,.{digits}f}"


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
