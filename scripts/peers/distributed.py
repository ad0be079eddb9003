"""Steps on 2 ranks of one thread: Gannet beside PyTorch's DistributedDataParallel over gloo, and sums
of numbers beside MPI_Allreduce. Medians over interleaved rounds of processes."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from peers.initial_weights import write
from peers.models import MODELS

STEPS = {"mlp": 200, "resnet18": 4, "transformer": 20}
COUNTS = [1 << 10, 1 << 18, 25 << 18]


def run(launcher: list[str], command: list[str]) -> dict:
    environment = os.environ | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    process = subprocess.run(
        [*launcher, *command], env=environment, capture_output=True, text=True, check=False
    )
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)}: {process.stderr[-2000:]}")
    return json.loads(process.stdout.splitlines()[-1])


def medians(rounds: int, sides: dict[str, list[str]], launchers: dict[str, list[str]], key) -> dict:
    times: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, command in sides.items():
            times[name].append(key(run(launchers[name], command)))
    return {name: statistics.median(each) for name, each in times.items()}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--gannet", required=True)
    options.add_argument("--allreduce", required=True)
    options.add_argument("--distributed", required=True, help="scripts/distributed")
    options.add_argument("--models", default=",".join(STEPS))
    options.add_argument("--rounds", type=int, default=5)
    arguments = options.parse_args()
    two = [arguments.distributed, "-n", "2", "--threads", "1"]

    print("| sum of numbers | Gannet, ms | MPI_Allreduce, ms | ratio |\n| ---: | ---: | ---: | ---: |")
    per_number = 0.0
    for count in COUNTS:
        found = medians(
            arguments.rounds,
            {
                "gannet": [arguments.gannet, "--allreduce", str(count), "--steps", "50"],
                "mpi": [arguments.allreduce, str(count), "50", "20"],
            },
            {"gannet": two, "mpi": two},
            lambda line: line["ms"],
        )
        per_number = found["gannet"] / count
        print(f"| {count:,} | {found['gannet']:.3f} | {found['mpi']:.3f} "
              f"| {found['gannet'] / found['mpi']:.2f} |", flush=True)

    print("\n| model, batch a rank | Gannet, ms | PyTorch DDP, ms | ratio | one rank beside itself, ms "
          "| hidden |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.models.split(","):
            weights = Path(folder) / f"{name}.safetensors"
            write(MODELS[name].network, weights)
            line(name, weights, arguments, two, per_number)


def line(name, weights, arguments, two, per_number) -> None:
    common = ["--model", name, "--batch", str(MODELS[name].batch), "--steps", str(STEPS[name]),
              "--warmup", str(max(2, STEPS[name] // 10)), "--threads", "1", "--weights", str(weights)]
    gannet = [arguments.gannet, *common]
    found = medians(
        arguments.rounds,
        {
            "gannet": [*gannet, "--distributed"],
            "torch": [sys.executable, "-m", "peers.torch_distributed", *common],
            # Two processes that do not talk, since they share the memory's bandwidth.
            "apart": ["sh", "-c", '"$@" >/dev/null & "$@"; wait', "sh", *gannet],
        },
        {"gannet": two, "torch": two, "apart": []},
        lambda line: line["ms_per_step"]["median"],
    )
    exchange = per_number * run([], gannet)["params"]
    hidden = 1 - max(0, found["gannet"] - found["apart"]) / exchange
    print(f"| `{name}`, {MODELS[name].batch} | {found['gannet']:.2f} | {found['torch']:.2f} "
          f"| {found['torch'] / found['gannet']:.2f} | {found['apart']:.2f} | {max(0, hidden):.0%} |",
          flush=True)


if __name__ == "__main__":
    main()
