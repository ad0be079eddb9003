"""The processor by its name and kind: ratios differ between kinds, and many names do not tell them."""

import os
from pathlib import Path

# AMD's families; the fourth generation shares the third's number, and differs by its instructions.
GENERATIONS = {23: "Zen 2 or older", 25: "Zen 3", 26: "Zen 5"}


def described(cpuinfo: str | None = None) -> str:
    """As in "AMD EPYC (Zen 3, AVX2)", from the text of /proc/cpuinfo."""
    lines = (cpuinfo or Path("/proc/cpuinfo").read_text()).splitlines()
    # Of the first processor.
    fields = dict(map(str.strip, line.split(":", 1)) for line in reversed(lines) if ":" in line)
    name = fields.get("model name", os.uname().machine)
    flags = set(fields.get("flags", "").split())
    widest = "AVX-512" if "avx512f" in flags else "AVX2" if "avx2" in flags else None
    generation = None
    if fields.get("vendor_id") == "AuthenticAMD":
        generation = GENERATIONS.get(int(fields["cpu family"]))
        if generation == "Zen 3" and widest == "AVX-512":
            generation = "Zen 4"
    kind = ", ".join(each for each in (generation, widest) if each)
    return f"{name} ({kind})" if kind else name
