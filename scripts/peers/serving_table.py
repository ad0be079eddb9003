"""The phase serve as a table: latency of one caller, throughput of several, memory."""

import statistics
from dataclasses import dataclass

# The columns of the other sides, by the beginning of their names.
COLUMNS = {"torch": "PyTorch", "onnxruntime": "ONNX Runtime", "openvino": "OpenVINO", "ncnn": "ncnn"}

# Numbers of callers whose throughput is shown.
SHARED = (2, 4)


@dataclass(frozen=True)
class Figures:
    """Medians over the rounds of one side, for one number of callers."""

    median: float
    p99: float
    examples_per_second: float

    @property
    def latency(self) -> str:
        return f"{milliseconds(self.median)} ({milliseconds(self.p99)})"


def figures(runs: list[dict], callers: int, parked: bool = False) -> Figures:
    """`parked` chooses the figures of Gannet's only caller where waiting threads do not spin."""
    loads = [
        [load for load in run["loads"] if load["callers"] == callers][-1 if parked else 0]
        for run in runs
    ]
    keys = ("median_ms", "p99_ms", "examples_per_s")
    return Figures(*(statistics.median(load[key] for load in loads) for key in keys))


def lines(comparisons: list[dict]) -> list[str]:
    """The table in Markdown, a row for each model and batch size."""
    columns = ["model, batch", "Gannet, ms", "parked", *COLUMNS.values(), "ratio"]
    for callers in SHARED:
        columns += [f"{callers} callers, examples/s: Gannet / best", "p99, ms", "ratio"]
    columns += ["MB: Gannet / least", "preparing, ms"]
    rule = f"| --- |{' ---: |' * (len(columns) - 1)}"
    compared = [each for each in comparisons if sum(map(bool, each["runs"].values())) > 1]
    return [f"| {' | '.join(columns)} |", rule, *(row(each) for each in compared)]


def row(comparison: dict) -> str:
    runs = {side: found for side, found in comparison["runs"].items() if found}
    gannet = runs.pop("gannet")
    cells = [f"`{comparison['model']}`, {comparison['batch']}"]

    def ratio(value: float) -> str:
        return "none" if comparison["refusal"] else f"**{value:.2f}**"

    ours, theirs = figures(gannet, 1), {side: figures(found, 1) for side, found in runs.items()}
    cells += [ours.latency, figures(gannet, 1, parked=True).latency]
    for start in COLUMNS:
        found = [each for side, each in theirs.items() if side.startswith(start)]
        cells.append(min(found, key=lambda each: each.median).latency if found else "")
    cells.append(ratio(min(each.median for each in theirs.values()) / ours.median))

    for callers in SHARED:
        ours = figures(gannet, callers)
        theirs = {side: figures(found, callers) for side, found in runs.items()}
        best = max(theirs, key=lambda side: theirs[side].examples_per_second)
        most = theirs[best].examples_per_second
        cells.append(f"{ours.examples_per_second:,.0f} / {most:,.0f}, {column(best)}")
        cells.append(f"{milliseconds(ours.p99)} / {milliseconds(theirs[best].p99)}")
        cells.append(ratio(ours.examples_per_second / most))

    peaks = {side: max(run["peak_rss_mb"] for run in found) for side, found in runs.items()}
    least = min(peaks, key=lambda side: peaks[side])
    mine = max(run["peak_rss_mb"] for run in gannet)
    cells.append(f"{mine:,.0f} / {peaks[least]:,.0f}, {column(least)}")
    cells.append(milliseconds(statistics.median(run["prepare_ms"] for run in gannet)))
    return f"| {' | '.join(cells)} |"


def column(side: str) -> str:
    return next(name for start, name in COLUMNS.items() if side.startswith(start))


def milliseconds(value: float) -> str:
    """In three digits, or all before the point."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:,.{digits}f}"
