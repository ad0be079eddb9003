"""The compared programs, and how their processes are run."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from peers.models import Model

TCMALLOC = "libtcmalloc_minimal.so.4"


@dataclass(frozen=True)
class Side:
    """A program with the arguments and the line of JSON of gannet-bench."""

    name: str
    command: tuple[str, ...]
    tcmalloc: bool = False

    def run(self, arguments: list[str], threads: int) -> dict:
        """The report of one process; an error with the reason if it has none."""
        environment = os.environ | {
            "OMP_NUM_THREADS": str(threads),
            "MKL_NUM_THREADS": str(threads),
            "JAX_PLATFORMS": "cpu",
            # XLA compiles the large networks for minutes: only in the first round.
            "JAX_COMPILATION_CACHE_DIR": str(Path(tempfile.gettempdir()) / "gannet-jax"),
        }
        if self.tcmalloc:
            environment["LD_PRELOAD"] = TCMALLOC
        process = subprocess.run(
            [*self.command, *arguments], env=environment, capture_output=True, text=True
        )
        if process.returncode != 0:
            last_lines = "\n".join(process.stderr.strip().splitlines()[-5:])
            raise SideFailure(f"{self.name} ended with {process.returncode}: {last_lines}")
        try:
            result = json.loads(process.stdout.splitlines()[-1])
        except (IndexError, json.JSONDecodeError) as error:
            raise SideFailure(f"{self.name} printed no line of JSON") from error
        if self.tcmalloc and "tcmalloc" not in result["version"]:
            raise SideFailure(f"{self.name}: {TCMALLOC} was not loaded")
        return result


class SideFailure(Exception):
    pass


def python(name: str, module: str, *options: str, tcmalloc: bool = False) -> Side:
    return Side(name, (sys.executable, "-m", f"peers.{module}", *options), tcmalloc)


CHANNELS_LAST = [
    python("torch, channels-last", "torch_bench", "--channels-last", tcmalloc=True),
]

BOOK_ATTENTION = [
    python("torch, the book's attention", "torch_bench", "--book-attention", tcmalloc=True),
    python("torch, the book's attention, compiled", "torch_bench", "--book-attention", "--compiled"),
]

STEPS = {
    "torch": [
        python("torch", "torch_bench"),
        python("torch, tcmalloc", "torch_bench", tcmalloc=True),
        python("torch, compiled", "torch_bench", "--compiled"),
    ],
    "jax": [python("jax, jitted", "jax_bench")],
}

EPOCHS = {
    "torch": [
        python("torch, DataLoader", "torch_epoch", "--workers", "0"),
        python("torch, DataLoader, 2 workers", "torch_epoch", "--workers", "2"),
        python("torch, indexed by hand", "torch_epoch"),
        python("torch, indexed by hand, tcmalloc", "torch_epoch", tcmalloc=True),
    ],
}


# Decoding is a loop over steps of other lengths.
DECODING = {"torch": STEPS["torch"][:2]}


def all_sides(model: Model, gannet: Path, peers: list[str], phase: str) -> list[Side]:
    """Gannet, then each variant of the named peers."""
    variants = DECODING if phase == "decode" else EPOCHS if model.epoch else STEPS
    more = CHANNELS_LAST if model.convolutional else BOOK_ATTENTION if model.attention else []
    return [
        Side("gannet", (str(gannet),)),
        *(
            side
            for peer in peers
            if peer in model.peers
            for side in variants.get(peer, []) + (more if peer == "torch" else [])
        ),
    ]
