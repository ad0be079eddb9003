"""Common parts of the benchmark programs: arguments, clock and the line of JSON.

The contract is that of gannet-bench, so that compare.py runs all of them alike.
"""

import argparse
import json
import math
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from peers.outputs import sample

PHASES = ["train", "infer", "serve", "decode"]


def parser(description: str) -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(description=description)
    result.add_argument("--model", required=True)
    result.add_argument("--batch", type=int, required=True)
    result.add_argument("--steps", type=int, required=True)
    result.add_argument("--warmup", type=int, required=True)
    result.add_argument("--threads", type=int, required=True)
    result.add_argument("--phase", choices=PHASES, default="train")
    result.add_argument("--seconds", type=float, default=1, help="of each number of callers")
    result.add_argument("--weights", type=Path, required=True)
    return result


def milliseconds(step: Callable[[], object], steps: int, warmup: int) -> list[float]:
    """The time of each of `steps` calls after `warmup` others. A call returns when all is done."""
    for _ in range(warmup):
        step()
    times = []
    for _ in range(steps):
        start = time.perf_counter_ns()
        step()
        times.append((time.perf_counter_ns() - start) / 1e6)
    return times


def percentile(times: list[float], share: float) -> float:
    """The least time that so large a share does not exceed."""
    return sorted(times)[max(0, math.ceil(share * len(times)) - 1)]


def peak_megabytes() -> float:
    """The most memory that this process has had at once.

    Linux's VmHWM, since getrusage counts what the parent held at the fork.
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError("/proc/self/status has no VmHWM")


def report(
    arguments: argparse.Namespace,
    *,
    times: list[float],
    params: int,
    loss_first: float,
    outputs: np.ndarray,
    version: str,
    blas_kernel: str,
    **extra: object,
) -> None:
    """Prints the line; `times` are those of the steps, in milliseconds, and `outputs` the logits that
    `loss_first` is of."""
    median = statistics.median(times)
    line = {
        "model": arguments.model,
        "batch": arguments.batch,
        "phase": arguments.phase,
        "threads": arguments.threads,
        "ms_per_step": {"median": median, "min": min(times), "p90": percentile(times, 0.9)},
        "examples_per_s": arguments.batch / median * 1000,
        "peak_rss_mb": peak_megabytes(),
        "params": params,
        "loss_first": loss_first,
        "outputs_first": sample(outputs),
        "version": version,
        "blas_kernel": blas_kernel,
        **extra,
    }
    print(json.dumps(line), flush=True)
