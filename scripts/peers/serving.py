"""Calls of one network by several callers at once: their latency and throughput."""

import statistics
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from peers.measurement import percentile

Call = Callable[[], object]

CALLERS = (1, 2, 4)

# Calls of each caller at least, after one for warm-up.
LEAST_CALLS = 3


@dataclass(frozen=True)
class Load:
    """The times of all callers' calls, and the seconds that they took together."""

    callers: int
    milliseconds: list[float]
    seconds: float


def loads(caller: Callable[[int], Call], seconds: float) -> list[Load]:
    """Those of 1, 2 and 4 callers; `caller` makes one out of so many."""
    # Callers of small networks would wait 5 ms for Python's lock.
    sys.setswitchinterval(1e-5)
    return [load([caller(count) for _ in range(count)], seconds) for count in CALLERS]


def load(calls: list[Call], seconds: float) -> Load:
    """Each caller, a thread, calls again and again until the time is over."""
    barrier = threading.Barrier(len(calls) + 1)
    times: list[list[float]] = [[] for _ in calls]
    failures: list[Exception] = []

    def run(call: Call, into: list[float]) -> None:
        try:
            call()
            barrier.wait()
            end = time.perf_counter() + seconds
            while len(into) < LEAST_CALLS or time.perf_counter() < end:
                start = time.perf_counter_ns()
                call()
                into.append((time.perf_counter_ns() - start) / 1e6)
        except Exception as failure:  # noqa: BLE001
            failures.append(failure)
            barrier.abort()

    threads = [threading.Thread(target=run, args=pair) for pair in zip(calls, times)]
    for thread in threads:
        thread.start()
    try:
        barrier.wait()
    except threading.BrokenBarrierError:
        raise failures[0] from None
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - start
    if failures:
        raise failures[0]
    return Load(len(calls), [each for of in times for each in of], elapsed)


def described(loads: list[Load], batch: int, prepared: float) -> dict[str, object]:
    """The phase's part of the line of JSON; preparing took so many milliseconds, first call included."""
    return {
        "prepare_ms": prepared,
        "loads": [
            {
                "callers": load.callers,
                "calls": len(load.milliseconds),
                "median_ms": statistics.median(load.milliseconds),
                "p99_ms": percentile(load.milliseconds, 0.99),
                "examples_per_s": batch * len(load.milliseconds) / load.seconds,
            }
            for load in loads
        ],
    }
