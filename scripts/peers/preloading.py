"""Libraries that are loaded before a program's own: another allocator, another pool of threads."""

import importlib.metadata
from pathlib import Path

TCMALLOC = "tcmalloc"
INTEL_OPENMP = "Intel OpenMP"

# A part of the library's file name.
FILES = {TCMALLOC: "libtcmalloc_minimal.so.4", INTEL_OPENMP: "libiomp5.so"}


def path(library: str) -> str:
    """What LD_PRELOAD takes for it: a name of Debian's, or the file of a Python package."""
    if library == TCMALLOC:
        return FILES[library]
    files = importlib.metadata.files("intel-openmp") or []
    return str(next(file.locate().resolve() for file in files if file.name == FILES[library]))


def loaded() -> list[str]:
    """Those that this process has."""
    maps = Path("/proc/self/maps").read_text()
    return [library for library, file in FILES.items() if file in maps]


def named(version: str) -> str:
    """A version with the libraries that are loaded before it."""
    return ", ".join([version, *loaded()])
