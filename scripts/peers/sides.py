"""The compared programs, and how their processes are run."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from peers import preloading
from peers.models import Model
from peers.preloading import INTEL_OPENMP, TCMALLOC


@dataclass(frozen=True)
class Side:
    """A program with the arguments and the line of JSON of gannet-bench."""

    name: str
    command: tuple[str, ...]
    # Libraries that are loaded first, which the side's version must name.
    preloaded: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, arguments: list[str], threads: int) -> dict:
        """The report of one process; an error with the reason if it has none."""
        environment = os.environ | {
            "OMP_NUM_THREADS": str(threads),
            "MKL_NUM_THREADS": str(threads),
            "JAX_PLATFORMS": "cpu",
            # XLA compiles the large networks for minutes: only in the first round.
            "JAX_COMPILATION_CACHE_DIR": str(Path(tempfile.gettempdir()) / "gannet-jax"),
            **self.environment,
        }
        if self.preloaded:
            environment["LD_PRELOAD"] = " ".join(map(preloading.path, self.preloaded))
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
        for library in self.preloaded:
            if library not in result["version"]:
                raise SideFailure(f"{self.name}: {library} was not loaded")
        return result


class SideFailure(Exception):
    pass


def python(
    name: str, module: str, *options: str, preloaded: tuple[str, ...] = (), **environment: str
) -> Side:
    return Side(name, (sys.executable, "-m", f"peers.{module}", *options), preloaded, environment)


def tcmalloc(name: str, module: str, *options: str) -> Side:
    return python(name, module, *options, preloaded=(TCMALLOC,))


def tuned(name: str, *options: str, affinity: str = "granularity=fine,compact,1,0") -> Side:
    """PyTorch with what its tuning guide recommends: its threads stay on their cores, and wait for
    1 ms; the rest is in torch_bench."""
    return python(
        name, "torch_bench", "--tuned", *options, preloaded=(TCMALLOC, INTEL_OPENMP),
        KMP_AFFINITY=affinity, KMP_BLOCKTIME="1",
    )  # fmt: skip


def runtime(name: str, *options: str) -> Side:
    return python(name, "runtime_bench", *options)


TORCH = [
    python("torch", "torch_bench"),
    tcmalloc("torch, tcmalloc", "torch_bench"),
    python("torch, compiled", "torch_bench", "--compiled"),
]

CHANNELS_LAST = [tcmalloc("torch, channels-last", "torch_bench", "--channels-last")]

BOOK_ATTENTION = [
    tcmalloc("torch, the book's attention", "torch_bench", "--book-attention"),
    python("torch, the book's attention, compiled", "torch_bench", "--book-attention", "--compiled"),
]

JAX = [
    python("jax, jitted", "jax_bench"),
    python(
        "jax, tuned", "jax_bench", preloaded=(TCMALLOC,),
        XLA_FLAGS="--xla_cpu_enable_fast_math=true --xla_cpu_fast_math_honor_division=false"
        " --xla_cpu_fast_math_honor_functions=false --xla_cpu_prefer_vector_width=512",
    ),
]  # fmt: skip

# With all threads in one call, or one thread each in parts of the batch.
RUNTIMES = {
    "onnxruntime": [
        runtime("onnxruntime", "--runtime", "onnxruntime"),
        runtime("onnxruntime, 1 thread a part", "--runtime", "onnxruntime", "--call-threads", "1"),
    ],
    "openvino": [
        runtime("openvino, 1 stream", "--runtime", "openvino"),
        runtime("openvino, 1 thread a stream", "--runtime", "openvino", "--call-threads", "1"),
    ],
    "ncnn": [
        runtime("ncnn", "--runtime", "ncnn"),
        runtime("ncnn, 1 thread an image", "--runtime", "ncnn", "--call-threads", "1"),
    ],
}

TRAINING = {"torch": [*TORCH, tuned("torch, tuned")], "jax": JAX}

EPOCHS = {
    "torch": [
        python("torch, DataLoader", "torch_epoch", "--workers", "0"),
        python("torch, DataLoader, 2 workers", "torch_epoch", "--workers", "2"),
        python("torch, indexed by hand", "torch_epoch"),
        tcmalloc("torch, indexed by hand, tcmalloc", "torch_epoch"),
    ],
}

# Decoding is a loop over steps of other lengths.
DECODING = {"torch": TORCH[:2]}

# Threads that callers bring with them are not bound to the cores of others.
SERVING = {
    "torch": [
        TORCH[1],
        tuned("torch, tuned", affinity="disabled"),
        tuned("torch, tuned, 1 thread a call", "--call-threads", "1", affinity="disabled"),
    ],
    **RUNTIMES,
}

PEERS = list(TRAINING | RUNTIMES)


def all_sides(model: Model, gannet: Path, peers: list[str], phase: str) -> list[Side]:
    """Gannet, then each variant of the named peers."""
    variants = {
        "train": EPOCHS if model.epoch else TRAINING,
        "infer": TRAINING | RUNTIMES,
        "decode": DECODING,
        "serve": SERVING,
    }[phase]
    more = CHANNELS_LAST if model.convolutional else BOOK_ATTENTION if model.attention else []
    more = {"torch": more} if phase != "serve" else {}
    return [
        Side("gannet", (str(gannet),)),
        *(
            side
            for peer in peers
            if peer in model.peers
            for side in variants.get(peer, []) + more.get(peer, [])
        ),
    ]
