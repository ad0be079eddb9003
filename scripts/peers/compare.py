"""Runs Gannet and its peers in interleaved rounds of processes and prints a Markdown table."""

import argparse
import json
import math
import os
import subprocess
import sys
from pathlib import Path

from peers import listing, processor, serving_table
from peers.comparison import Comparison
from peers.measurement import PHASES
from peers.models import MODELS, Model
from peers.sides import PEERS, RUNTIMES, Side, SideFailure, all_sides

HEADER = [
    "| model | phase | batch | side | ms a step, median (spread) | examples/s | peak MB | ratio |",
    "| --- | --- | ---: | --- | ---: | ---: | ---: | ---: |",
]

# After so many rounds, a peer that is so many times as slow as another one is not run again: a round of
# large networks takes minutes.
BEATEN = {1: 2.0, 2: 1.25}

# Of the phase serve, unless others are asked for.
SERVED_BATCHES = [1, 8, 128]


def main() -> None:
    options = arguments()
    if options.list:
        print("\n".join(listing.rows()))
        faults = listing.faults(options.gannet)
        print("\n".join(faults), file=sys.stderr)
        sys.exit(bool(faults))
    cores = sorted(os.sched_getaffinity(0))
    print(f"{len(cores)} cores, load average {os.getloadavg()[0]:.1f}, "
          f"{options.threads} threads, {options.rounds} rounds", file=sys.stderr)  # fmt: skip
    # All sides inherit it.
    os.sched_setaffinity(0, cores[: options.threads])
    comparisons = [
        compared(name, phase, batch, options)
        for name in options.models
        for phase in options.phase
        if phase in MODELS[name].phases
        for batch in batches(MODELS[name], phase, options)
    ]
    served = [each for each in comparisons if each.phase == "serve"]
    others = [each for each in comparisons if each.phase != "serve"]
    if others:
        print("\n".join(HEADER + [row for each in others for row in each.rows()]) + "\n")
    if served:
        print("\n".join(serving_table.lines([each.described() for each in served])) + "\n")
    print("\n".join(footnotes(comparisons, options)))
    if options.json:
        options.json.write_text(json.dumps(described(comparisons, options), indent=2) + "\n")
    sys.exit(any(each.ratio is None for each in comparisons))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/compare", description=__doc__)
    cores = len(os.sched_getaffinity(0))
    parser.add_argument("--models", type=listed(MODELS), default=list(MODELS))
    parser.add_argument("--peers", type=listed(PEERS), default=PEERS)
    parser.add_argument("--phase", type=listed(PHASES), default=["train"])
    parser.add_argument("--batch", type=numbers, help="comma-separated; instead of the model's own")
    parser.add_argument("--seconds", type=float, default=1, help="of each number of callers, in serve")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--all-rounds", action="store_true", help="also of peers that are beaten")
    parser.add_argument("--threads", type=int, default=cores)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--list", action="store_true", help="names the models, and what lacks one")
    parser.add_argument("--gannet", type=Path, required=True, help="the program gannet-bench")
    parser.add_argument("--cache", type=Path, required=True, help="where initial weights are put")
    return parser.parse_args()


def listed(known):
    """A parser of comma-separated names out of `known`."""

    def parse(text: str) -> list[str]:
        names = text.split(",")
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"no '{name}' among {', '.join(known)}")
        return names

    return parse


def numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def batches(model: Model, phase: str, options: argparse.Namespace) -> list[int]:
    return options.batch or (SERVED_BATCHES if phase == "serve" else [model.batch])


def compared(name: str, phase: str, batch: int, options: argparse.Namespace) -> Comparison:
    """All rounds of one model; each round begins with another side."""
    model = MODELS[name]
    values = {
        "model": name,
        "batch": batch,
        "steps": model.steps,
        "warmup": model.warmup,
        "threads": options.threads,
        "phase": phase,
        "seconds": options.seconds,
        "weights": weights(model.network, options.cache),
    }
    command_line = [word for key, value in values.items() for word in (f"--{key}", str(value))]
    sides = all_sides(model, options.gannet, options.peers, phase)
    result = Comparison(name, phase, batch, {side.name: [] for side in sides})
    try:
        runtimes = {peer for peer in options.peers if peer in model.peers and peer in RUNTIMES}
        if runtimes and phase in ("infer", "serve"):
            export(name, values["weights"], batch, runtimes, options.threads)
        for number in range(options.rounds):
            if number in BEATEN and not options.all_rounds:
                beaten = result.beaten(by=BEATEN[number])
                sides = [side for side in sides if side.name not in beaten]
            first = number % len(sides)
            for side in sides[first:] + sides[:first]:
                result.runs[side.name].append(run(side, command_line, number, options))
    except SideFailure as failure:
        result.failure = str(failure)
        print(failure, file=sys.stderr)
    return result


def run(side: Side, command_line: list[str], number: int, options: argparse.Namespace) -> dict:
    result = side.run(command_line, options.threads)
    print(
        f"{result['model']}, {result['phase']}, batch {result['batch']}, "
        f"round {number + 1} of {options.rounds}, {side.name}: {result['ms_per_step']['median']:.3f} ms",
        file=sys.stderr,
    )
    return result


def weights(network: str, cache: Path) -> Path:
    """The file of a network's initial weights, made anew, so that it never lags behind its code."""
    path = cache / "weights" / f"{network}.safetensors"
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "peers.initial_weights", network, str(path)], check=True)
    return path


def export(name: str, weights: Path, batch: int, runtimes: set[str], threads: int) -> None:
    """Writes the files that runtimes read, for the batch and for the part of it that is a thread's."""
    sizes = {batch, batch // math.gcd(batch, threads)} if runtimes - {"ncnn"} else set()
    command = [sys.executable, "-m", "peers.exports", "--model", name, "--weights", str(weights)]
    command += ["--sizes", ",".join(map(str, sorted(sizes)))]
    command += ["--ncnn"] if "ncnn" in runtimes else []
    process = subprocess.run(command, capture_output=True, text=True)
    if process.returncode:
        last_lines = "\n".join(process.stderr.strip().splitlines()[-5:])
        raise SideFailure(f"{name} was not exported: {last_lines}")


def footnotes(comparisons: list[Comparison], options: argparse.Namespace) -> list[str]:
    """The conditions of the figures, and the ratios that are not shown."""
    versions = {
        f"{side}: {runs[0]['version']}, BLAS {runs[0]['blas_kernel']}": None
        for each in comparisons
        for side, runs in each.runs.items()
        if runs
    }
    return [
        f"{processor.described()}; {options.threads} threads; {options.rounds} rounds of processes, "
        "the spread is that of their medians.",
        "Ratio: the lowest median of a peer over Gannet's.",
        *(
            f"- {name} was run {len(runs)} times for {each.title}: far behind another peer"
            for each in comparisons
            for name, runs in each.runs.items()
            if 0 < len(runs) < options.rounds and not each.failure
        ),
        *(f"- {version}" for version in versions),
        *(
            f"- no ratio for {each.title}: {each.refusal}"
            for each in comparisons
            if each.refusal
        ),
    ]


def described(comparisons: list[Comparison], options: argparse.Namespace) -> dict:
    return {
        "processor": processor.described(),
        "threads": options.threads,
        "rounds": options.rounds,
        "comparisons": [each.described() for each in comparisons],
    }


if __name__ == "__main__":
    main()
