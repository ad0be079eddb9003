"""The runs of one model on all sides: their results, and whether they are comparable."""

import math
import statistics
from dataclasses import dataclass

LOSS_TOLERANCE = 1e-4
# Of the largest difference between first outputs, over their root mean square.
OUTPUT_TOLERANCE = 1e-4


@dataclass(frozen=True)
class Summary:
    """One side's rounds: milliseconds are over the medians of the processes."""

    milliseconds: float
    least: float
    most: float
    examples_per_second: float
    peak_megabytes: float
    epoch_seconds: float | None


def summary(runs: list[dict]) -> Summary:
    medians = [run["ms_per_step"]["median"] for run in runs]
    epochs = [run["epoch_seconds"] for run in runs if "epoch_seconds" in run]
    return Summary(
        statistics.median(medians),
        min(medians),
        max(medians),
        statistics.median(run["examples_per_s"] for run in runs),
        max(run["peak_rss_mb"] for run in runs),
        statistics.median(epochs) if epochs else None,
    )


def distance(ours: list[float], theirs: list[float]) -> float:
    """The largest difference over the root mean square of `theirs`; infinite where sizes differ."""
    if len(ours) != len(theirs):
        return math.inf
    size = math.sqrt(statistics.fmean(value * value for value in theirs))
    return max(abs(a - b) for a, b in zip(ours, theirs)) / size


def costs(run: dict) -> list[float]:
    """What a run is judged by, the less the better: a step's milliseconds, and, for each number of
    callers, those that pass for an example."""
    loads = run.get("loads", [])
    return [run["ms_per_step"]["median"], *(1000 / load["examples_per_s"] for load in loads)]


@dataclass
class Comparison:
    """`runs` by side, Gannet first; `failure` is the first thing that went wrong."""

    model: str
    phase: str
    batch: int
    runs: dict[str, list[dict]]
    failure: str | None = None

    @property
    def title(self) -> str:
        return f"{self.model}, {self.phase}, batch {self.batch}"

    @property
    def refusal(self) -> str | None:
        """The reason that there is no ratio."""
        if self.failure:
            return self.failure
        gannet, *peers = self.runs.values()
        ours = gannet[0]
        for name, runs in list(self.runs.items())[1:]:
            for theirs in runs:
                if theirs["params"] != ours["params"]:
                    return f"{name} has {theirs['params']} parameters, gannet {ours['params']}"
                difference = abs(theirs["loss_first"] - ours["loss_first"])
                if not difference <= LOSS_TOLERANCE * abs(theirs["loss_first"]):
                    return (
                        f"{name} starts at a loss of {theirs['loss_first']:.6f}, "
                        f"gannet at {ours['loss_first']:.6f}"
                    )
                error = distance(ours["outputs_first"], theirs["outputs_first"])
                if not error <= OUTPUT_TOLERANCE:
                    return f"the first outputs of {name} and gannet differ by {error:.1e} of their size"
        return None if peers else "no peer has this model"

    @property
    def ratio(self) -> float | None:
        """The lowest median of a peer over Gannet's: above 1, Gannet is faster."""
        if self.refusal:
            return None
        gannet, *peers = (summary(runs).milliseconds for runs in self.runs.values())
        return min(peers) / gannet

    def beaten(self, by: float) -> set[str]:
        """The peers whose fastest process took `by` times as long as the slowest of another peer, with
        any number of callers."""
        peers = {
            name: list(zip(*(costs(run) for run in runs)))
            for name, runs in list(self.runs.items())[1:]
        }
        limits = [by * min(map(max, each)) for each in zip(*peers.values())]
        return {
            name
            for name, each in peers.items()
            if all(min(found) > limit for found, limit in zip(each, limits))
        }

    def rows(self) -> list[str]:
        """The table's rows in Markdown."""
        result = []
        for side, runs in self.runs.items():
            if not runs:
                continue
            of = summary(runs)
            epoch = f", epoch {of.epoch_seconds:.2f} s" if of.epoch_seconds else ""
            ratio = f"**{self.ratio:.2f}**" if side == "gannet" and self.ratio else ""
            result.append(
                f"| {self.model} | {self.phase} | {self.batch} | {side} "
                f"| {of.milliseconds:.3f} ({of.least:.3f} to {of.most:.3f}){epoch} "
                f"| {of.examples_per_second:,.0f} | {of.peak_megabytes:.0f} | {ratio} |"
            )
        return result

    def described(self) -> dict:
        return {
            "model": self.model,
            "phase": self.phase,
            "batch": self.batch,
            "ratio": self.ratio,
            "refusal": self.refusal,
            "runs": self.runs,
        }
