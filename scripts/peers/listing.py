"""The register of networks as a table, and whether every side has what it names."""

import json
import subprocess
from pathlib import Path

from peers.models import MODELS, REGISTER

COLUMNS = ["name", "network", "input", "batch", "optimizer", "learningRate", "clip", "loss", "steps"]


def rows() -> list[str]:
    """The table in Markdown."""
    entries = json.loads(REGISTER.read_text())
    lines = [COLUMNS, ["---"] * len(COLUMNS)]
    lines += [[str(entry.get(column, "")) for column in COLUMNS] for entry in entries]
    return ["| " + " | ".join(line) + " |" for line in lines]


def faults(gannet: Path) -> list[str]:
    """Names that one side has and another lacks, or has twice."""
    entries = json.loads(REGISTER.read_text())
    process = subprocess.run([gannet, "--list"], capture_output=True, text=True)
    result = process.stderr.splitlines()
    if process.returncode == 0:
        result += differences("gannet-bench", set(process.stdout.split()), set(MODELS))
    if len(MODELS) < len(entries):
        result.append(f"{REGISTER.name} has a name twice")
    for peer, built in builders().items():
        named = {model.network for model in MODELS.values() if peer in model.peers}
        result += differences(peer, built, named)
    return result


def builders() -> dict[str, set[str]]:
    from peers.jax_models import FUNCTIONS
    from peers.torch_models import BUILDERS

    return {"torch": set(BUILDERS), "jax": set(FUNCTIONS)}


def differences(side: str, built: set[str], named: set[str]) -> list[str]:
    return [f"{side} lacks {name}" for name in sorted(named - built)] + [
        f"{side} has {name}, which {REGISTER.name} does not name" for name in sorted(built - named)
    ]
