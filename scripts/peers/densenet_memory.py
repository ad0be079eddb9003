"""A table of DenseNet's peak memory in training by its growth rate: Gannet and PyTorch, eager."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from peers.comparison import Comparison, summary
from peers.sides import CHANNELS_LAST, TORCH, Side

STEPS_RUN, WARMUP = 3, 2


def main() -> None:
    options = arguments()
    sides = [
        Side("gannet", (str(options.gannet),)),
        *(side for side in TORCH if "--compiled" not in side.command),
        *CHANNELS_LAST,
    ]
    print(f"Peak resident memory in MB of 10^6 bytes, batch {options.batch}, {options.threads} threads.\n")
    print("| growth rate | parameters | " + " | ".join(side.name for side in sides) + " | ratio |")
    print("| ---: " * (len(sides) + 3) + "|")
    refused = [rate for rate in options.growth_rates if not row(rate, sides, options)]
    print("\nRatio: the lowest of PyTorch's over Gannet's, both with all that the program itself takes.")
    sys.exit(bool(refused))


def row(rate: int, sides: list[Side], options: argparse.Namespace) -> bool:
    """Prints the row of a growth rate; whether all sides have the same network."""
    path = options.cache / "weights" / f"densenet_{rate}.safetensors"
    path.parent.mkdir(parents=True, exist_ok=True)
    write = [sys.executable, "-m", "peers.initial_weights", "densenet", str(path), str(rate)]
    subprocess.run(write, check=True)
    values = {
        "model": "densenet",
        "growth-rate": rate,
        "batch": options.batch,
        "steps": STEPS_RUN,
        "warmup": WARMUP,
        "threads": options.threads,
        "weights": path,
    }
    command_line = [word for key, value in values.items() for word in (f"--{key}", str(value))]
    runs = {side.name: [side.run(command_line, options.threads)] for side in sides}
    refusal = Comparison("densenet", "train", options.batch, runs).refusal
    if refusal:
        print(f"growth rate {rate}: {refusal}", file=sys.stderr)
        return False
    ours, *theirs = (summary(of).peak_megabytes for of in runs.values())
    cells = [str(rate), f"{runs['gannet'][0]['params']:,}"]
    cells += [f"{peak:.0f}" for peak in (ours, *theirs)]
    print("| " + " | ".join([*cells, f"**{min(theirs) / ours:.2f}**"]) + " |", flush=True)
    return True


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/measure-densenet-memory", description=__doc__)
    parser.add_argument("--growth-rates", type=numbers, default=[8, 16, 32])
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--gannet", type=Path, required=True, help="the program gannet-bench")
    parser.add_argument("--cache", type=Path, required=True, help="where initial weights are put")
    return parser.parse_args()


def numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


if __name__ == "__main__":
    main()
