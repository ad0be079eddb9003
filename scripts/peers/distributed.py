"""Ranks of one thread: Gannet's sums beside MPI_Allreduce, its steps beside PyTorch's
DistributedDataParallel over gloo, and both over shaped links beside a model. Medians over interleaved
rounds of processes."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from peers import scaling
from peers.initial_weights import write
from peers.models import MODELS

STEPS = {"mlp": 200, "resnet18": 4, "transformer": 20}
COUNTS = [1 << 10, 1 << 18, 25 << 18]
# The largest sum, by which links are measured.
LARGE = COUNTS[-1]
RATE = "1gbit"
DELAY = "50us"
GIGABITS = [1, 10, 25]
HOSTS = [2, 4, 8, 16, 32, 64]
HEAD = ["measured", "Gannet", "beside it", "ratio"]


def run(launcher: list[str], command: list[str]) -> dict:
    environment = os.environ | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    process = subprocess.run(
        [*launcher, *command], env=environment, capture_output=True, text=True, check=False
    )
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)}: {process.stderr[-2000:]}")
    return json.loads(process.stdout.splitlines()[-1])


def medians(rounds: int, sides: dict[str, tuple[list[str], list[str]]], key) -> dict[str, float]:
    """The median of `key` of each side, a launcher and a command."""
    times: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, (launcher, command) in sides.items():
            times[name].append(key(run(launcher, command)))
    return {name: statistics.median(each) for name, each in times.items()}


def require_equal_sides(name: str, gannet: dict, torch: dict) -> None:
    """Without the same network on both sides there is no ratio."""
    losses = gannet["loss_first"], torch["loss_first"]
    if gannet["params"] != torch["params"] or abs(losses[0] - losses[1]) > 1e-4 * abs(losses[1]):
        sys.exit(f"{name}: {gannet['params']} and {torch['params']} parameters, first losses {losses}")


def step_time(line: dict) -> float:
    return line["ms_per_step"]["median"]


class Measurement:
    def __init__(self, arguments: argparse.Namespace, folder: Path) -> None:
        self.arguments = arguments
        self.folder = folder
        self.ranks = [arguments.distributed, "-n", "2", "--threads", "1"]
        # Two processes that do not talk, since they share the memory's bandwidth.
        self.apart = ["sh", "-c", '"$@" >/dev/null & "$@"; wait', "sh"]
        self.rows: list[list[str]] = []
        self.figures: dict = {"sums": {}, "steps": {}, "link": {}, "model": {}}

    def note(self, *row: str) -> None:
        self.rows.append(list(row))
        print("  ".join(row), file=sys.stderr, flush=True)

    def sum_command(self, count: int) -> list[str]:
        steps = self.steps(50)
        return [self.arguments.gannet, "--allreduce", str(count), "--steps", str(steps),
                "--warmup", str(max(1, steps // 3)), "--threads", "1"]

    def steps(self, usual: int) -> int:
        return max(2, round(usual * self.arguments.steps))

    def step_options(self, name: str) -> list[str]:
        weights = self.folder / f"{name}.safetensors"
        if not weights.exists():
            write(MODELS[name].network, weights)
        steps = self.steps(STEPS[name])
        return ["--model", name, "--batch", str(self.arguments.batch or MODELS[name].batch),
                "--steps", str(steps), "--warmup", str(max(1, steps // 10)),
                "--threads", "1", "--weights", str(weights)]

    def sums(self) -> None:
        """Sums over two ranks of this machine."""
        for count in COUNTS:
            steps = self.steps(50)
            plain = [self.arguments.allreduce, str(count), str(steps), str(max(1, steps // 3))]
            found = medians(
                self.arguments.rounds,
                {"gannet": (self.ranks, self.sum_command(count)), "mpi": (self.ranks, plain)},
                lambda line: line["ms"],
            )
            self.figures["sums"][count] = found
            self.note(
                f"sum of {count:,} numbers over 2 ranks, ms", f"{found['gannet']:.3f}",
                f"MPI_Allreduce {found['mpi']:.3f}",
                f"{found['gannet'] / found['mpi']:.2f} (Gannet / MPI)")

    def model_steps(self, name: str) -> None:
        """Steps on two ranks of this machine."""
        options = self.step_options(name)
        gannet = [self.arguments.gannet, *options]
        torch = [sys.executable, "-m", "peers.torch_distributed", *options]
        first = run([], gannet)
        require_equal_sides(name, first, run(self.ranks, torch))
        found = medians(
            self.arguments.rounds,
            {
                "gannet": (self.ranks, [*gannet, "--distributed"]),
                "torch": (self.ranks, torch),
                "meetings": (self.ranks, [*gannet, "--distributed", "--meetings"]),
            },
            step_time,
        )
        # The largest sum's time for a number; the ranks wait for what the pass does not hide.
        exchange = self.figures["sums"][LARGE]["gannet"] / LARGE * first["params"]
        shown = max(0.0, found["gannet"] - found["meetings"])
        hidden = max(0.0, 1 - shown / exchange)
        self.figures["steps"][name] = found | {"exchange": exchange, "hidden": hidden}
        self.note(
            f"step of `{name}` on 2 ranks, ms", f"{found['gannet']:.2f}",
            f"PyTorch DDP {found['torch']:.2f}",
            f"{found['torch'] / found['gannet']:.2f} (PyTorch / Gannet)")
        self.note(
            f"communication of `{name}` hidden by the backward pass", f"{hidden:.0%}",
            f"{exchange:.2f} ms of sums; a step without them {found['meetings']:.2f} ms", "")

    # Two hosts, and the model.

    def on_hosts(self, *command: str) -> dict:
        return run([self.arguments.hosts, "run"], list(command))

    def shape(self, *setting: str) -> None:
        subprocess.run([self.arguments.hosts, "shape", *setting], check=True)

    def link(self) -> scaling.Link:
        """The link of two hosts, shaped; leaves it so."""
        times = {}
        for shaped, setting in [(False, ["off"]), (True, [RATE, DELAY])]:
            self.shape(*setting)
            for count in [1, LARGE]:
                found = [self.on_hosts(*self.sum_command(count))["ms"]
                         for _ in range(min(3, self.arguments.rounds))]
                times[shaped, count] = statistics.median(found)
        link = scaling.fitted(
            4 * LARGE, times[True, 1], times[True, LARGE], times[False, 1], times[False, LARGE])
        self.figures["link"] = vars(link)
        self.note(
            f"link of 2 hosts at {RATE}", f"{link.rate * 8e-6:.3f} Gbit/s of gradients",
            f"{link.latency * 1e3:.0f} µs a sum, {link.processor * 1e9:.2f} ns of the processor a KB",
            "")
        return link

    def compute(self, name: str) -> scaling.Compute:
        """A rank's step without communication, while another process computes, too."""
        command = [self.arguments.gannet, *self.step_options(name), "--buckets"]
        lines = [run(self.apart, command) for _ in range(min(3, self.arguments.rounds))]
        line = sorted(lines, key=step_time)[len(lines) // 2]
        return scaling.Compute(
            line["forward_ms"], line["backward_ms"], line["update_ms"],
            [(4 * bucket["count"], bucket["ready_ms"]) for bucket in line["buckets"]])

    def model(self, names: list[str]) -> None:
        link = self.link()
        computes = {name: self.compute(name) for name in names}
        for name, compute in computes.items():
            command = [self.arguments.gannet, *self.step_options(name), "--distributed"]
            times = [step_time(self.on_hosts(*command))
                     for _ in range(min(3, self.arguments.rounds))]
            measured, predicted = statistics.median(times), scaling.step(compute, link, 2)
            self.figures["model"][name] = {
                "compute": vars(compute), "predicted": predicted, "measured": measured,
                "predictions": {}}
            self.note(
                f"step of `{name}` on 2 hosts at {RATE}, ms", f"{measured:.2f}",
                f"model {predicted:.2f}", f"{predicted / measured:.2f} (model / measured)")
        for name, compute in computes.items():
            for gigabits in GIGABITS:
                times = {hosts: scaling.step(compute, scaling.at(link, gigabits), hosts)
                         for hosts in HOSTS}
                self.figures["model"][name]["predictions"][gigabits] = times
                self.note(
                    f"model, not measured: step of `{name}` at {gigabits} Gbit/s on "
                    f"{', '.join(map(str, HOSTS))} hosts, ms",
                    ", ".join(f"{time:.4g}" for time in times.values()),
                    f"one host {compute.total:.4g}",
                    ", ".join(f"{compute.total / time:.2f}" for time in times.values())
                    + " (one host / hosts)")


def table(rows: list[list[str]]) -> str:
    lines = [HEAD, ["---", "---:", "---:", "---:"], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--gannet", required=True)
    options.add_argument("--allreduce", required=True)
    options.add_argument("--distributed", required=True, help="scripts/distributed")
    options.add_argument("--hosts", help="the program that runs others on two hosts")
    options.add_argument("--models", default=",".join(STEPS))
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--steps", type=float, default=1, help="the share of the usual steps")
    options.add_argument("--batch", type=int, help="the batch a rank; each model's own by default")
    options.add_argument("--json", type=Path)
    arguments = options.parse_args()
    names = arguments.models.split(",")
    for name in names:
        if name not in STEPS:
            options.error(f"--models: '{name}', expected some of {', '.join(STEPS)}")

    with tempfile.TemporaryDirectory() as folder:
        measurement = Measurement(arguments, Path(folder))
        measurement.sums()
        for name in names:
            measurement.model_steps(name)
        if arguments.hosts:
            measurement.model(names)
    if arguments.json:
        arguments.json.write_text(json.dumps(measurement.figures, indent=2) + "\n")
    print(table(measurement.rows))


if __name__ == "__main__":
    main()
