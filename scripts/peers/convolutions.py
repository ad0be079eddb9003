"""A table of convolutions: Gannet beside the faster of PyTorch's layouts."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

PASSES = ("forward", "inputGradient", "weightGradient")


def shape(name: str, n: int, c: int, size: int, o: int, k: int, s: int = 1, p: int = 0, g: int = 1):
    """`n` images of `c` channels and `size` by `size` pixels under `o` kernels of `k` by `k`."""
    return {
        "name": name,
        "images": [n, c, size, size],
        "weight": [o, c // g, k, k],
        "stride": s,
        "padding": p,
        "groups": g,
    }


SHAPES = [
    shape("lenet 1", 128, 1, 28, 6, 5, p=2),
    shape("lenet 2", 128, 6, 14, 16, 5),
    shape("resnet stem", 128, 1, 96, 64, 7, s=2, p=3),
    shape("resnet 64", 128, 64, 24, 64, 3, p=1),
    shape("resnet 64, stride 2", 128, 64, 24, 128, 3, s=2, p=1),
    shape("resnet 64, skip", 128, 64, 24, 128, 1, s=2),
    shape("resnet 128", 128, 128, 12, 128, 3, p=1),
    shape("resnet 128, stride 2", 128, 128, 12, 256, 3, s=2, p=1),
    shape("resnet 128, skip", 128, 128, 12, 256, 1, s=2),
    shape("resnet 256", 128, 256, 6, 256, 3, p=1),
    shape("resnet 256, stride 2", 128, 256, 6, 512, 3, s=2, p=1),
    shape("resnet 256, skip", 128, 256, 6, 512, 1, s=2),
    shape("resnet 512", 128, 512, 3, 512, 3, p=1),
    shape("resnet narrow 16", 128, 16, 32, 16, 3, p=1),
    shape("resnet narrow 32", 128, 32, 16, 32, 3, p=1),
    shape("alexnet stem", 32, 1, 224, 96, 11, s=4, p=1),
    shape("alexnet 96", 32, 96, 26, 256, 5, p=2),
    shape("vgg 64", 16, 64, 112, 128, 3, p=1),
    shape("vgg 256", 16, 256, 28, 256, 3, p=1),
    shape("googlenet 192", 64, 192, 12, 64, 1),
    shape("googlenet 16", 64, 16, 12, 32, 5, p=2),
    shape("bottleneck", 64, 256, 24, 64, 1),
    shape("resnext 16", 64, 128, 24, 128, 3, p=1, g=8),
    shape("densenet 128", 64, 128, 24, 32, 3, p=1),
    shape("image of colours", 32, 3, 96, 64, 3, p=1),
]


class Side:
    """A program that times the convolutions it is asked for."""

    def __init__(self, command: list[str]):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def times(self, question: dict) -> dict:
        self.process.stdin.write(json.dumps(question) + "\n")
        return json.loads(self.process.stdout.readline())


def least(rounds: list[dict]) -> dict:
    """The least of each time."""
    result = {}
    for key, value in rounds[0].items():
        values = [each[key] for each in rounds]
        result[key] = least(values) if isinstance(value, dict) else min(values)
    return result


def row(each: dict, gannet: dict, torch: dict) -> str:
    (n, _, height, _), (outputs, inputs, k, _) = each["images"], each["weight"]
    pixels = ((height + 2 * each["padding"] - k) // each["stride"] + 1) ** 2
    work = 2 * n * pixels * outputs * inputs * k * k * 3
    times = [gannet["times"][name][gannet["picked"][name]] for name in PASSES]
    others = [torch[name] for name in PASSES]
    stride = f", stride {each['stride']}" if each["stride"] > 1 else ""
    sizes = " * ".join("x".join(map(str, each[part])) for part in ("images", "weight"))
    cells = [each["name"], sizes + stride, f"{work / sum(times) / 1e6:.0f}"]
    for ours, theirs, name in zip(times, others, PASSES):
        cells.append(f"{ours:.2f} / {theirs:.2f}, {gannet['picked'][name]}")
    return "| " + " | ".join([*cells, f"**{sum(others) / sum(times):.2f}**"]) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gannet", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--seconds", type=float, default=0.05)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("names", nargs="*", metavar="NAME")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - {each["name"] for each in SHAPES}
    if unknown:
        raise SystemExit("no shapes: " + ", ".join(sorted(unknown)))
    shapes = [each for each in SHAPES if not arguments.names or each["name"] in arguments.names]
    options = ["--threads", str(arguments.threads), "--seconds", str(arguments.seconds)]
    gannet = Side([str(arguments.gannet), "--convolutions", *options])
    torch = Side([sys.executable, "-m", "peers.torch_convolutions", *options])
    print("Milliseconds, Gannet's / PyTorch's, and how Gannet computes it; the ratio is of the sums.\n")
    print("| name | images * weight | GFLOP/s | forward | input's gradient | weight's gradient | ratio |")
    print("| --- | --- | ---: | --- | --- | --- | ---: |")
    for each in shapes:
        # Interleaved, since the machine's speed changes within seconds.
        rounds = [
            (gannet.times({**each, "everyPath": arguments.all}), torch.times(each))
            for _ in range(arguments.rounds)
        ]
        ours, theirs = (least(side) for side in zip(*rounds))
        print(row(each, ours, theirs), flush=True)
        if arguments.all:
            for name in PASSES:
                times = sorted(ours["times"][name].items(), key=lambda item: item[1])
                print(f"    {name}: " + ", ".join(f"{path} {time:.2f}" for path, time in times))


if __name__ == "__main__":
    main()
