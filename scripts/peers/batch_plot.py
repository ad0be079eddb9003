"""Draws the cost of an example against the batch size from files of `scripts/compare --json`, a panel for each
model: Gannet and the fastest of the others. By gnuplot, as SVG on standard output."""

import json
import subprocess
import sys
from pathlib import Path

from peers.comparison import summary

COLUMNS = 3


def main(files: list[Path]) -> None:
    models: dict[str, list[tuple[int, float, float]]] = {}
    for run in map(json.loads, (file.read_text() for file in files)):
        for each in run["comparisons"]:
            if each["phase"] == "train" and each["ratio"]:
                models.setdefault(each["model"], []).append(costs(each))
    if not models:
        sys.exit("no comparison of training with a ratio in these files")
    script = "\n".join(commands({name: sorted(rows) for name, rows in models.items()}))
    subprocess.run(["gnuplot"], input=script, text=True, check=True)


def costs(comparison: dict) -> tuple[int, float, float]:
    """The batch size, and the microseconds for an example of Gannet and of the fastest other side."""
    batch = comparison["batch"]
    ours, *theirs = (
        1000 * summary(runs).milliseconds / batch for runs in comparison["runs"].values() if runs
    )
    return batch, ours, min(theirs)


def commands(models: dict[str, list[tuple[int, float, float]]]) -> list[str]:
    rows = -(-len(models) // COLUMNS)
    lines = [
        f"set terminal svg size {300 * COLUMNS},{260 * rows} font 'sans-serif,12' background 'white'",
        f"set multiplot layout {rows},{COLUMNS}",
        "set logscale x 2",
        "set logscale y",
        "set xlabel 'batch'",
        "set ylabel 'microseconds an example'",
        "set grid ytics lc rgb '#dddddd'",
        "set key top right samplen 1",
    ]
    for name, found in models.items():
        lines.append(f"$data << END\n{chr(10).join(' '.join(map(str, row)) for row in found)}\nEND")
        lines.append(f"set title '{name}' noenhanced")
        lines.append(
            "plot $data using 1:2 with linespoints lw 2 pt 7 ps 0.5 lc rgb '#d55e00' title 'Gannet', "
            "$data using 1:3 with linespoints lw 2 pt 5 ps 0.5 lc rgb '#0072b2' title 'fastest other'"
        )
    return [*lines, "unset multiplot"]


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
