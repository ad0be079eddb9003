"""Times PyTorch's convolutions on the shapes that standard input gives as lines of JSON.

A line is {"name", "images": [N, C, H, W], "weight": [O, C / groups, kh, kw], "stride", "padding",
"groups"}; the answer to each is a line with "forward", "inputGradient" and "weightGradient" in ms, of
the layout whose sum is smaller.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable

import torch
import torch.nn.functional as F


def milliseconds(body: Callable[[], object], seconds: float) -> float:
    """The fastest of as many calls as fit into `seconds`, after two more."""
    body(), body()
    best, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        body()
        best = min(best, time.perf_counter() - start)
    return best * 1000


def measured(shape: dict, layout: torch.memory_format, seconds: float) -> dict:
    settings = {key: shape[key] for key in ("stride", "padding", "groups")}
    x = torch.rand(shape["images"]).contiguous(memory_format=layout)
    weight = torch.rand(shape["weight"]).contiguous(memory_format=layout)
    dy = torch.rand_like(F.conv2d(x, weight, **settings))

    def gradient(of_input: bool) -> Callable[[], object]:
        arguments = (
            dy, x, weight, None, [settings["stride"]] * 2, [settings["padding"]] * 2, [1, 1],
            False, [0, 0], settings["groups"], [of_input, not of_input, False],
        )
        return lambda: torch.ops.aten.convolution_backward(*arguments)

    with torch.no_grad():
        return {
            "forward": milliseconds(lambda: F.conv2d(x, weight, **settings), seconds),
            "inputGradient": milliseconds(gradient(True), seconds),
            "weightGradient": milliseconds(gradient(False), seconds),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=0.1, help="for each of the three passes")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    for line in sys.stdin:
        shape = json.loads(line)
        layouts = (torch.contiguous_format, torch.channels_last)
        times = [measured(shape, layout, arguments.seconds) for layout in layouts]
        print(json.dumps({**shape, **min(times, key=lambda each: sum(each.values()))}), flush=True)


if __name__ == "__main__":
    main()
